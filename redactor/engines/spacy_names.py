"""The name model as a spaCy component: `spacy.blank("el").add_pipe("redactor_names")`.

spaCy finds it by its entry point once redactor is installed.
"""

from __future__ import annotations

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from redactor.recognizers.base import USUAL
from redactor.recognizers.name_model import NameRecognizer


@Language.factory("redactor_names", default_config={"threshold": USUAL, "folder": ""}, assigns=["doc.ents"])
def names(nlp: Language, name: str, threshold: float, folder: str) -> NameComponent:  # noqa: ARG001 - spaCy's interface
    """A component; `threshold`: least score 0..1, `folder`: another model of the same form."""
    return NameComponent(threshold, Path(folder) if folder else None)


class NameComponent:
    """Adds what the name model finds to the entities of a document, whole tokens only; entities that are there stay."""

    def __init__(self, threshold: float = USUAL, folder: Path | None = None) -> None:
        self._threshold = threshold
        self._recognizer = NameRecognizer(folder=folder)

    def __call__(self, doc: Doc) -> Doc:
        """`doc` with its entities set."""
        results = self._recognizer.analyze(doc.text, self._recognizer.supported_entities)
        found = [
            doc.char_span(result.start, result.end, label=result.entity_type, alignment_mode="expand")
            for result in results
            if result.score >= self._threshold
        ]
        taken = {token.i for span in doc.ents for token in span}
        new = [span for span in found if span is not None and taken.isdisjoint(token.i for token in span)]
        doc.set_ents([*doc.ents, *filter_spans(new)])
        return doc
