"""Text files with placeholders: written in the same form, and read again before they may leave."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from redactor.errors import MediaError, WithheldError
from redactor.findings import Redaction
from redactor.normalize import folded
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.readers.formats import parse
from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import Document
from redactor.readers.text import load, words
from redactor.regions import Region, Span
from redactor.render.leftovers import collect
from redactor.render.replacement import Stretch, cut, expected

Anonymize: TypeAlias = Callable[[str, Sequence[tuple[Span, str]], str], str]
"""Text, disjoint sorted spans with their types, placeholder -> the text with placeholders."""
_SHORTEST_IN_PLACE = 3
"""Characters; shorter values turn up by chance in what stands beside them."""


class TextRenderer:
    """Writes and checks de-identified text files of all formats."""

    def __init__(self, policy: Policy, *, anonymize: Anonymize | None = None) -> None:
        self._max_bytes = policy.text.max_bytes
        self._placeholder = policy.text.placeholder
        self._anonymize = anonymize

    def render(self, media: Media, redactions: Sequence[Redaction], target: Path) -> None:
        """Write the file with a placeholder for each redaction.

        Raises `MediaError`, `MissingEngineError`, and `WithheldError` (`NO_PLACE`, `NOT_ENCODABLE`, `OUTPUT_FAILED`).
        """
        document = parse(load(media, self._max_bytes), media.format)
        leaves = list(document.leaves)
        for leaf, stretches in cut(leaves, redactions).items():
            given = [(stretch.span, stretch.entity_type) for stretch in stretches]
            leaves[leaf] = self._anonymiser()(leaves[leaf], given, self._placeholder)
        data = document.rebuild(leaves)
        try:
            target.write_bytes(data)
        except OSError as error:
            message = f"the output could not be written ({error.strerror})"
            raise WithheldError(message, reason="OUTPUT_FAILED") from None

    def covers(self, media: Media, redactions: Sequence[Redaction]) -> Sequence[Region]:  # noqa: ARG002
        """None: what stood behind a placeholder is gone, and what follows it has moved."""
        return ()

    def check(self, media: Media, redactions: Sequence[Redaction], draft: Path) -> None:
        """Compare a draft with its source, leaf by leaf and byte by byte, and look for removed values everywhere.

        Raises `WithheldError`: `UNCHANGED`, `DRAFT_UNREADABLE`, `VALUE_LEFT`, `TEXT_CHANGED` or `FORM_CHANGED`.
        """
        data = load(media, self._max_bytes)
        source = parse(data, media.format)
        stretches = cut(source.leaves, redactions)
        try:
            written = draft.read_bytes()
            if stretches and written == data:
                raise _withheld("the draft is the same as its source", "UNCHANGED")
            seen = parse(written, media.format, like=source)
        except (MediaError, OSError):
            raise _withheld("the draft cannot be read again", "DRAFT_UNREADABLE") from None
        wanted = [expected(leaf, stretches.get(i, ()), self._placeholder) for i, leaf in enumerate(source.leaves)]
        _compare(source.leaves, wanted, seen.leaves, stretches)
        if source.rebuild(wanted) != written:
            raise _withheld("the draft differs from its source outside of the redactions", "FORM_CHANGED")
        self._search(source, redactions, seen, written)

    def _search(self, source: Document, redactions: Sequence[Redaction], seen: Document, written: bytes) -> None:
        in_text, in_frame, in_bytes = collect("\n".join(source.leaves), redactions, self._placeholder)
        text = "".join(word.gap + word.text for word in words(seen))
        frame = seen.rebuild([""] * len(seen.leaves)) if len(in_frame) else b""
        if (
            in_text.stand_in(text)
            or in_frame.stand_in(_view(frame))
            or (len(in_bytes) and in_bytes.stand_in(_view(written)))
        ):
            raise _withheld("a removed value still stands elsewhere in the draft", "VALUE_LEFT")

    def _anonymiser(self) -> Anonymize:
        if self._anonymize is None:
            from redactor.engines.presidio import anonymize

            self._anonymize = anonymize
        return self._anonymize


def _view(data: bytes) -> str:
    try:
        text = decode(data)[0]
    except MediaError:
        text = data.decode("utf-8", "replace")
    return html.unescape(text)


def _compare(
    before: Sequence[str], wanted: Sequence[str], seen: Sequence[str], stretches: Mapping[int, Sequence[Stretch]]
) -> None:
    """Every leaf of the draft is the wanted one; a changed leaf may have become part of the frame."""
    at = 0
    for i, leaf in enumerate(wanted):
        found = seen[at] if at < len(seen) else None
        if found is not None and (found == leaf or (i in stretches and _numbered(found, leaf))):
            at += 1
        elif i not in stretches:
            raise _withheld("text outside of the redactions changed", "TEXT_CHANGED")
        elif found is not None and _value_left(before[i], stretches[i], found, leaf):
            raise _withheld("a removed value still stands in its place", "VALUE_LEFT")
    if at != len(seen):
        raise _withheld("the draft has other parts than its source", "FORM_CHANGED")


def _numbered(found: str, leaf: str) -> bool:
    """Keys of one object that became the same placeholder are numbered."""
    return found.startswith(f"{leaf} ") and found[len(leaf) + 1 :].isdecimal()


def _value_left(before: str, stretches: Sequence[Stretch], found: str, leaf: str) -> bool:
    found, leaf = folded(found), folded(leaf)
    values = {folded(before[s.span.start : s.span.end]) for s in stretches}
    return any(found.count(value) > leaf.count(value) for value in values if len(value) >= _SHORTEST_IN_PLACE)


def _withheld(message: str, reason: str) -> WithheldError:
    return WithheldError(message, reason=reason)
