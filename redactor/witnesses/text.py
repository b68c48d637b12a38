"""The witness of texts: it knows what was taken out, and looks for it in all that the bytes of an output say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from redactor._version import __version__
from redactor.byte_traces import ByteSearch
from redactor.errors import MediaError, WithheldError
from redactor.evidence import RECORD_BREAK, Evidence
from redactor.findings import Redaction
from redactor.protocols import Media, Reader, Scope
from redactor.regions import Span
from redactor.removed import Removed
from redactor.traces import MANY, Search
from redactor.witnesses.text_views import views

_SURE_DIGITS = 9
_TIMES = {
    "txt": re.compile(r"^\[(?:\d{1,2}:)?\d{2}:\d{2}\.\d\](?= )", re.MULTILINE),
    "json": re.compile(r'(?:(?<="start_ms": )|(?<="end_ms": ))\d{1,9}(?=,?$)', re.MULTILINE),
}
"""When something was said, in the forms in which times are not told from words (see `traces` for subtitles): a time
"[12:51.3]" is no number 12513, and of a long call there are thousands."""


class TextWitness:
    """Searches a redacted text for the values that were removed from it; a `Witness` for media of kind `text`."""

    def __init__(self, reader: Reader, placeholder: str) -> None:
        """`reader` only says where in the text a trace stands; `placeholder` is `text.placeholder` of the policy."""
        self._reader = reader
        self._placeholder = placeholder

    @property
    def name(self) -> str:
        """Name and version for the receipt."""
        return f"traces {__version__}"

    def left(
        self,
        output: Media,
        covers: Sequence[Redaction],  # noqa: ARG002
        removed: Sequence[Removed],
        scope: Scope,  # noqa: ARG002
    ) -> Sequence[Redaction]:
        """What of `removed` still stands in `output`, as spans of its text; the whole of it, whatever the scope.

        Raises `WithheldError`: `SECOND_READING_SHORT` for an output that says nothing where at least a placeholder
        must stand, `TRACE_LEFT` for a trace that lies outside of what the reader takes for text; `MediaError`.
        """
        try:
            data = output.path.read_bytes()
        except OSError as error:
            raise MediaError(f"it cannot be opened ({error.strerror})", reason="NO_ACCESS") from None
        if not removed:
            return ()
        evidence = self._reader.read(output) if data.strip() else Evidence(())
        if not evidence.words:
            message = "values were removed, and not one word, not even a placeholder, can be read in the output"
            raise WithheldError(message, reason="SECOND_READING_SHORT")
        # Of many records each is searched for its own values; in all bytes only what cannot be chance counts.
        apart = len(removed) > MANY and RECORD_BREAK in evidence.text
        placed = tuple(self._apart(evidence, removed) if apart else self._placed(evidence, removed))
        beyond = [value for value in removed if _sure(value)] if apart else removed
        search = Search(beyond, self._placeholder)
        hidden = {f.entity_type for view in views(data, output.format) for f in search.find(view)}
        hidden |= set(ByteSearch(beyond).types([data]))
        # What was placed is taken out before the next look; then nothing may be left that has no place.
        if hidden and not placed:
            raise trace_left(hidden)
        return placed

    def _placed(self, evidence: Evidence, removed: Sequence[Removed]) -> Iterator[Redaction]:
        for f in Search(removed, self._placeholder).find(evidence.text):
            yield Redaction(f.entity_type, evidence.locate(f.span), f.score, f.detector)

    def _apart(self, evidence: Evidence, removed: Sequence[Removed]) -> Iterator[Redaction]:
        at = 0
        for number, record in enumerate(evidence.text.split(RECORD_BREAK)):
            for f in Search([value for value in removed if value.record == number], self._placeholder).find(record):
                span = Span(f.span.start + at, f.span.end + at)
                yield Redaction(f.entity_type, evidence.locate(span), f.score, f.detector)
            at += len(record) + len(RECORD_BREAK)


def _sure(value: Removed) -> bool:
    return "@" in value.text or sum(map(str.isdigit, value.text)) >= _SURE_DIGITS


def of_transcripts(
    transcripts: Mapping[str, str], removed: Sequence[Removed], placeholder: str
) -> Mapping[str, tuple[str, ...]]:
    """The entity types, sorted, of removed values that still stand in each form of a transcript (`txt`, `json`, ...).

    Forms in which nothing is left are not in the answer.
    """
    search = Search(removed, placeholder)
    if not search:
        return {}
    left = {}
    for form, text in transcripts.items():
        untimed = _TIMES[form].sub("0", text) if form in _TIMES else text
        types = {f.entity_type for view in views(untimed.encode(), form) for f in search.find(view)}
        if types:
            left[form] = tuple(sorted(types))
    return left


def trace_left(types: Iterable[str]) -> WithheldError:
    """The refusal of an output in which values of these types were found again."""
    return WithheldError(f"removed values are still in the output: {', '.join(sorted(types))}", reason="TRACE_LEFT")
