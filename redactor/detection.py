"""Detection: every finder's findings on cleaned text, policy lists, repeats of what was found; overlaps united."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from hashlib import sha256
from typing import TypeAlias

from redactor.evidence import RECORD_BREAK
from redactor.findings import Finding, resolve
from redactor.known import Known, Search, confirmed
from redactor.normalize import NormalizedText, clean, folded
from redactor.policy import DetectionPolicy
from redactor.protocols import Finder, RawFinder
from redactor.recognizers.bridges import bridged
from redactor.recognizers.cell_names import whole
from redactor.recognizers.cells import Cells
from redactor.recognizers.read_backs import read_backs
from redactor.recognizers.screen_words import is_label
from redactor.regions import Span
from redactor.repeats import Values, Words, key, keys

_Answer: TypeAlias = tuple[tuple[Finding, ...], tuple[Finding, ...]]
_ROUNDS = 5
_KEPT = 8
"""So many answers wait for the next who asks about the same text: a draft is judged by several, one after another."""
_FEW = 2_000
"""Findings of an answer that is kept, at most."""


class Detector:
    """Finds personal data in text with any number of finders. Safe to share between threads if the finders are."""

    def __init__(self, policy: DetectionPolicy, finders: Sequence[Finder]) -> None:
        self._policy = policy
        self._finders = tuple(finders)
        self._allow = {folded(word) for word in policy.allow}
        lists = [("DENY_LIST", policy.deny), *((own.entity, own.words) for own in policy.words)]
        self._listed = [(entity, Values(key(word) for word in words)) for entity, words in lists if words]
        self._known: Search | None = None
        self._answers = _Answers()

    def knowing(self, known: Known) -> Detector:
        """A detector that finds these values, too, wherever they stand; it shares the finders of this one."""
        other = copy(self)
        other._known = Search(known) if known else None
        other._answers = _Answers()
        return other

    def detect(self, text: str, *, celled: int = 0) -> tuple[Finding, ...]:
        """Disjoint findings in order, with spans in `text`; `celled` as in `Evidence`."""
        return self._judged(text, celled=celled)[1]

    def confirmed(self, text: str, *, celled: int = 0) -> Known:
        """The values in `text` that are certain enough to be looked for in other texts about the same matter."""
        return confirmed(text, *self._judged(text, celled=celled))

    def _judged(self, text: str, *, celled: int) -> _Answer:
        """The findings as they came, and what became of them."""
        return self._answers.get(text, celled, lambda: self._search(text, celled=celled)) if text.strip() else ((), ())

    def _search(self, text: str, *, celled: int) -> _Answer:
        cleaned = clean(text)
        found = [
            _moved(finding, at, cleaned)
            for at, record in _records(cleaned.text)
            for finder in self._finders
            for finding in finder.find(record)
        ]
        if cleaned.text != text:
            # Whoever writes a pattern writes it for the text as it is.
            found += [
                replace(finding, span=Span(finding.span.start + at, finding.span.end + at))
                for at, record in _records(text)
                for finder in self._finders
                if isinstance(finder, RawFinder)
                for finding in finder.find_raw(record)
            ]
        if celled:
            seen = [finding for finding in found if finding.span.start < celled]
            found = [f for f in found if f not in seen] + list(Cells(text[:celled]).sifted(seen))
        found = [f for f in found if self._counts(f, text)]
        words = Words(text)
        found += [
            Finding(span, entity, 1.0, "policy") for entity, values in self._listed for span in values.places(words)
        ]
        found += self._shared(text, words, celled=celled)
        first = tuple(found)
        # Parts of names count as they were found; after that, what was united, until nothing stands again.
        found += [f for f in _repeats(text, words, found, parts=True) if self._counts(f, text)]
        told = [f for f in first if f.span.start >= celled]
        found += [f for f in read_backs(text, told) if self._counts(f, text)]
        for _ in range(_ROUNDS):
            united = resolve(found)
            more = [f for f in _repeats(text, words, united, parts=False) if self._counts(f, text)]
            if not (more := [f for f in more if not _covered(f, united)]):
                break
            found = [*united, *more]
        united = bridged(text, resolve(found))
        seen = [finding for finding in united if finding.span.end <= celled]
        return first, resolve([*united, *whole(text, seen)])

    def _shared(self, text: str, words: Words, *, celled: int) -> Iterator[Finding]:
        if self._known is None:
            return
        for finding in self._known.findings(text, words, spoken=celled < len(text)):
            # What was once mistaken for a name must not take the labels of a screen with it.
            seen = finding.entity_type == "PERSON" and finding.span.start < celled
            label = seen and is_label(text[finding.span.start : finding.span.end])
            if not label and self._counts(finding, text):
                yield finding

    def _counts(self, finding: Finding, text: str) -> bool:
        if finding.score < self._policy.threshold_of(finding.entity_type) or finding.entity_type in self._policy.keep:
            return False
        return not self._allow or folded(text[finding.span.start : finding.span.end]).strip() not in self._allow


class _Answers:
    """The latest answers, by the digest of their text: what was said is not kept. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[bytes, int], _Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str, celled: int, search: Callable[[], _Answer]) -> _Answer:
        key = sha256(text.encode("utf-8", "surrogatepass")).digest(), celled
        with self._lock:
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return known
        answer = search()
        if len(answer[0]) <= _FEW:
            with self._lock:
                self._kept[key] = answer
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return answer


def _records(text: str) -> Iterator[tuple[int, str]]:
    """Each record of a text with its offset; most texts are one record."""
    at = 0
    for record in text.split(RECORD_BREAK):
        if record.strip():
            yield at, record
        at += len(record) + len(RECORD_BREAK)


def _moved(finding: Finding, at: int, cleaned: NormalizedText) -> Finding:
    """A finding in a record that begins at `at` of the cleaned text, where it stands in the source.

    Raises ValueError when it points outside the text.
    """
    if at == 0 and cleaned.unmoved and finding.span.end <= len(cleaned.text):
        return finding
    return replace(finding, span=cleaned.to_source(Span(finding.span.start + at, finding.span.end + at)))


def _keys(text: str, finding: Finding, *, parts: bool) -> Iterable[str]:
    found = text[finding.span.start : finding.span.end]
    return keys(found, finding.entity_type, finding.score, parts=parts)


def _covered(finding: Finding, united: Sequence[Finding]) -> bool:
    at = bisect_right(united, finding.span.start, key=lambda other: other.span.start) - 1
    return at >= 0 and finding.span.end <= united[at].span.end


def _repeats(text: str, words: Words, found: Sequence[Finding], *, parts: bool) -> Iterable[Finding]:
    """What was found once with certainty, wherever else it stands."""
    known = {finding.span for finding in found}
    best: dict[str, Finding] = {}
    for finding in found:
        for value in _keys(text, finding, parts=parts):
            if value not in best or best[value].score < finding.score:
                best[value] = finding
    by_type: dict[tuple[str, float], list[str]] = {}
    for value, finding in best.items():
        by_type.setdefault((finding.entity_type, finding.score), []).append(value)
    for (entity_type, score), values in by_type.items():
        for span in Values(values).places(words):
            if span not in known:
                yield Finding(span, entity_type, score, "repeat")
