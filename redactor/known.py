"""Values that the files of one interaction share: which they are, and how each stands in a file of another kind.

A call says "εξήντα εννιά, εβδομήντα δύο ..." and "Παπαδόπουλε", the screen beside it shows 6972... and PAPADOPOULOS.
Values live in memory, as long as their interaction is in work; nothing here is ever written or shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from redactor.findings import Finding
from redactor.normalize import NormalizedText, fold, folded
from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.greeklish import greek_key, latin_keys
from redactor.recognizers.number_words import said
from redactor.recognizers.spoken_chains import Part, chains
from redactor.recognizers.spoken_judge import apart
from redactor.recognizers.spoken_labels import Labels
from redactor.recognizers.spoken_readings import readings
from redactor.recognizers.spoken_tokens import Token, tokens
from redactor.regions import Span
from redactor.repeats import Values, Words, keys

DETECTOR = "interaction"
_NUMBER = 6
"""Digits of a number that is looked for as it is said; shorter ones are also prices and years."""
_SOUNDS = 5
"""Letters of a name that is looked for by its sound; shorter ones sound like other words."""
_SPELLED = 4
"""Letters of a name that is spelled; fewer of them also stand before numbers."""
_WORDS = frozenset({"PERSON", "ADDRESS", "LOCATION", "HEALTH", "AGE"})
"""Types whose numbers are no identifiers."""
_ABROAD = ("30", "0030")
"""Prefixes of Greek telephone numbers, which one file has and another has not."""
_NATIONAL = 10
_CASES = (("os", ("o", "u", "e")), ("is", ("i",)), ("as", ("a",)))
"""Greek endings by sound, for names that are known in Latin letters."""


@dataclass(frozen=True, slots=True)
class Known:
    """Values by their keys (`repeats.keys`)."""

    values: Mapping[str, tuple[str, float]] = field(default_factory=dict, repr=False)
    """Key -> entity type and score, of the surest finding."""

    def __bool__(self) -> bool:
        return bool(self.values)


def united(parts: Iterable[Known]) -> Known:
    """All values of `parts`; the surest finding of each counts."""
    values: dict[str, tuple[str, float]] = {}
    for part in parts:
        for value, (entity_type, score) in part.values.items():
            _keep(values, value, entity_type, score)
    return Known(values)


def confirmed(text: str, found: Iterable[Finding], resolved: Sequence[Finding]) -> Known:
    """The values of a text that are certain enough to be looked for elsewhere.

    `found` are its findings as they came, whose parts count, `resolved` the same after they were united. A number that
    was said counts in every way in which its words can be read, a name that was spelled as it is written.
    """
    values: dict[str, tuple[str, float]] = {}
    for findings, parts in ((found, True), (resolved, False)):
        for finding in findings:
            value = text[finding.span.start : finding.span.end]
            for key in keys(value, finding.entity_type, finding.score, parts=parts):
                # Part of what was taken for a name, but nobody's: it would be covered wherever it is said.
                if finding.entity_type == "PERSON" and (key in STOP or _number(key)):
                    continue
                _keep(values, key, finding.entity_type, finding.score)
    for span, read, spelled in told(fold(text)) if resolved else ():
        for finding in resolved:
            fits = finding.entity_type == "PERSON" if spelled else finding.entity_type not in _WORDS
            if fits and finding.span.overlaps(span):
                for form in read:
                    for key in keys(form, finding.entity_type, finding.score, parts=True):
                        _keep(values, key, finding.entity_type, finding.score)
    return Known(values)


class Search:
    """Looks for known values, made once for many texts."""

    def __init__(self, known: Known) -> None:
        values: dict[str, tuple[str, float]] = {}
        for key, (entity_type, score) in known.values.items():
            for form in (key, *_abroad(key, entity_type)):
                _keep(values, form, entity_type, score)
        by_kind: dict[tuple[str, float], list[str]] = {}
        for key, kind in values.items():
            by_kind.setdefault(kind, []).append(key)
        self._values = [(kind, Values(found)) for kind, found in by_kind.items()]
        self._told = {
            key: kind
            for key, kind in values.items()
            if (kind[0] == "PERSON" and len(key) >= _SPELLED) or (key.isdecimal() and len(key) >= _NUMBER)
        }
        self._sounds: dict[str, tuple[str, float]] = {}
        for key, (entity_type, score) in values.items():
            for sound in _sounds(key) if entity_type == "PERSON" else ():
                _keep(self._sounds, sound, entity_type, score)

    def findings(self, text: str, words: Words, *, spoken: bool) -> Iterator[Finding]:
        """Where known values stand in `text`, whose words are `words`; with `spoken` also told in words."""
        for (entity_type, score), values in self._values:
            for span in values.places(words):
                yield Finding(span, entity_type, score, DETECTOR)
        for word, start, end in words.tokens if self._sounds else ():
            for sound in _heard(word):
                if kind := self._sounds.get(sound):
                    yield Finding(words.normalized.to_source(Span(start, end)), *kind, DETECTOR)
        for span, read, _ in told(fold(text)) if spoken and self._told else ():
            for form in read & self._told.keys():
                yield Finding(span, *self._told[form], DETECTOR)


def _number(word: str) -> bool:
    number = said(word)
    return number is not None and number.kind != "month"  # April is also a name.


def _keep(values: dict[str, tuple[str, float]], key: str, entity_type: str, score: float) -> None:
    if key not in values or values[key][1] < score:
        values[key] = (entity_type, score)


def _abroad(key: str, entity_type: str) -> Iterator[str]:
    if entity_type != "PHONE_NUMBER" or not key.isdecimal():
        return
    for prefix in _ABROAD:
        if len(key) == _NATIONAL:
            yield prefix + key
        elif len(key) == _NATIONAL + len(prefix) and key.startswith(prefix):
            yield key.removeprefix(prefix)


def told(plain: NormalizedText) -> Iterator[tuple[Span, frozenset[str], bool]]:
    """What is told in a folded text: each number, in words or figures or both, with all strings of digits that it may
    stand for, and each name that is spelled (True) with its letters.
    """
    found = tokens(plain.text)
    labels = Labels(found)
    for piece in (piece for chain in chains(found) for piece in apart(labels, chain)):
        # Letters and months beside a number are no part of it here.
        numbers = [part for part in piece if part.units]
        read = frozenset(r for r in readings([u for part in numbers for u in part.units]) if len(r) >= _NUMBER)
        if read:
            yield _span(plain, found, numbers), read, False
        letters = [part for part in piece if part.letter and not part.date]
        spelled = folded("".join(part.letter for part in letters))
        if len(spelled) >= _SPELLED:
            yield _span(plain, found, letters), frozenset({spelled}), True


def _span(plain: NormalizedText, found: Sequence[Token], parts: Sequence[Part]) -> Span:
    return plain.to_source(Span(found[parts[0].first].start, found[parts[-1].last].end))


def _greek(word: str) -> bool:
    return all("α" <= letter <= "ω" for letter in word)


def _heard(word: str) -> Sequence[str]:
    """The keys of sound that a folded word may have; none for short words, numbers and other scripts."""
    if len(word) < _SOUNDS or not word.isalpha():
        return ()
    return (greek_key(word),) if _greek(word) else latin_keys(word)


def _sounds(name: str) -> Iterator[str]:
    """The sounds of a name and, of one in Latin letters, of its Greek cases; those of a Greek one are known values."""
    for sound in _heard(name):
        yield sound
        for ending, others in _CASES if name.isascii() else ():
            if sound.endswith(ending):
                yield from (sound.removesuffix(ending) + other for other in others)
