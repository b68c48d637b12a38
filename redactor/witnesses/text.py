"""The witness of texts: it knows what was taken out, and looks for it in all that the bytes of an output say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from redactor._version import __version__
from redactor.byte_traces import ByteSearch
from redactor.errors import MediaError, WithheldError
from redactor.evidence import Evidence
from redactor.findings import Redaction
from redactor.protocols import Media, Reader, Scope
from redactor.regions import Region
from redactor.removed import Removed
from redactor.traces import Search
from redactor.witnesses.text_views import views


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
        search = Search(removed, self._placeholder)
        try:
            data = output.path.read_bytes()
        except OSError as error:
            raise MediaError(f"it cannot be opened ({error.strerror})", reason="NO_ACCESS") from None
        if not removed:
            return ()
        evidence = self._reader.read(output) if data.strip() else Evidence(())
        placed = _placed(evidence, search)
        if not evidence.words:
            message = "values were removed, and not one word, not even a placeholder, can be read in the output"
            raise WithheldError(message, reason="SECOND_READING_SHORT")
        hidden = {f.entity_type for view in views(data, output.format) for f in search.find(view)}
        hidden |= set(ByteSearch(removed).types([data]))
        # What was placed is taken out before the next look; then nothing may be left that has no place.
        if hidden and not placed:
            raise trace_left(hidden)
        return placed


def _placed(evidence: Evidence, search: Search) -> tuple[Redaction, ...]:
    found = []
    for finding in search.find(evidence.text):
        regions: tuple[Region, ...] = evidence.locate(finding.span)
        found.append(Redaction(finding.entity_type, regions, finding.score, finding.detector))
    return tuple(found)


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
        types = {f.entity_type for view in views(text.encode(), form) for f in search.find(view)}
        if types:
            left[form] = tuple(sorted(types))
    return left


def trace_left(types: Iterable[str]) -> WithheldError:
    """The refusal of an output in which values of these types were found again."""
    return WithheldError(f"removed values are still in the output: {', '.join(sorted(types))}", reason="TRACE_LEFT")
