"""The witness of pictures: another decoder proves that covers cover, another reading looks for what was removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from redactor.engines import other_decoder
from redactor.engines.lettering import lettered
from redactor.errors import MediaError, WithheldError
from redactor.evidence import Evidence
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media, Rereader, Scope
from redactor.regions import Box
from redactor.removed import Removed
from redactor.witnesses.covering import EXACT, JPEG, REASON, require_flat, require_under
from redactor.witnesses.leftover import leftover

if TYPE_CHECKING:
    from redactor.protocols import Pixels

NAME = "picture witness"
_HELD = 0.5
"""Share of the width of a line of text that must have been read, or be covered."""
_LONG = 3
"""Text that nobody read counts when it is so many times as long as high."""


class TextSpotter(Protocol):
    """Sees where text is, without reading it."""

    def areas(self, pixels: Pixels) -> Sequence[Box]:
        """A box around each line or word in a picture (page 0)."""
        ...


class PictureWitness:
    """Looks at still pictures, documents and animations. Keeps no state, so it can be shared as far as its reader."""

    def __init__(
        self, policy: Policy, reader: Rereader, *, spotter: TextSpotter | None = None, any_fill: bool = False
    ) -> None:
        """What it looks with.

        Args:
            policy: of the output.
            reader: reads an output again, with other eyes than the first reading.
            spotter: sees text that no reader can read; asked where all of a picture is looked at.
            any_fill: covers may have another colour than the policy's, as long as all have the same: for outputs of an
                earlier policy.
        """
        self._policy = policy
        self._reader = reader
        self._spotter = spotter
        self._any_fill = any_fill

    @property
    def name(self) -> str:
        """The witness and the decoder it looks through."""
        return f"{NAME} ({other_decoder.name()})"

    def left(
        self, output: Media, covers: Sequence[Redaction], removed: Sequence[Removed], scope: Scope
    ) -> Sequence[Redaction]:
        """Words of `output` outside of `covers` that say what was `removed`, in whatever case or spelling.

        See `leftover` for what counts. In full scope also `UNCERTAIN` where the spotter sees text and the reader read
        none. Raises `WithheldError`
        (`COVER_DOES_NOT_COVER`) when a cover is missing, too small, seen through, or anything but flat, and as its
        reader does.
        """
        self.require_covered(output, covers, removed)
        unread = self._spotter if scope == "full" else None
        if not removed and unread is None:
            return ()
        evidence = self._reader.read_again(output, covers)
        said = leftover(evidence, covers, removed, self._policy.text.placeholder, NAME)
        return (*said, *self._unread(output, covers, evidence, unread)) if unread else said

    def require_covered(self, output: Media, covers: Sequence[Redaction], removed: Sequence[Removed]) -> None:
        """Raise `WithheldError` unless every cover of `output` is one flat colour and all values lie under covers.

        Reasons: `COVER_DOES_NOT_COVER`, and `BAD_DRAFT` for what the other decoder cannot read to its end.
        """
        boxes = [(cover.entity_type, box) for cover in covers for box in cover.regions if isinstance(box, Box)]
        values = [box for value in removed for box in value.regions if isinstance(box, Box)]
        if not boxes and not values:
            return
        fill = b"" if self._any_fill else bytes.fromhex(self._policy.image.fill[1:])
        pages = 0
        for page, shown in enumerate(self._looked_at(output)):
            pages += 1
            here = [(entity_type, box) for entity_type, box in boxes if box.page == page]
            require_under((box for box in values if box.page == page), [box for _, box in here])
            tolerance = JPEG if shown.lossy else EXACT
            for entity_type, box in here:
                # Of unknown fills the first cover shows the colour that all others must have.
                fill = fill or _colour(shown.pixels, box)
                edges = box.top, box.left, box.bottom, box.right
                require_flat(shown.pixels, shown.opaque, edges, self._cover(entity_type, box, fill), tolerance)
        if any(box.page >= pages for box in (*values, *(box for _, box in boxes))):
            raise WithheldError("a cover lies on a page that the output does not have", reason=REASON)

    def _looked_at(self, output: Media) -> Iterator[other_decoder.Shown]:
        try:
            yield from other_decoder.look(output, self._policy.image)
        except MediaError as error:
            raise WithheldError(f"another decoder cannot read the output: {error}", reason="BAD_DRAFT") from error

    def _unread(
        self, output: Media, covers: Sequence[Redaction], evidence: Evidence, spotter: TextSpotter
    ) -> Sequence[Redaction]:
        """Where `spotter` sees text that is neither under a cover nor read."""
        known = [box for word in evidence.words if isinstance(box := word.region, Box)]
        known += [box for cover in covers for box in cover.regions if isinstance(box, Box)]
        return [
            Redaction("UNCERTAIN", (here,), 1.0, NAME)
            for page, shown in enumerate(self._looked_at(output))
            for here in (replace(box, page=page) for box in spotter.areas(shown.pixels))
            if _is_long(here) and not _is_known(here, known)
        ]

    def _cover(self, entity_type: str, box: Box, fill: bytes) -> Pixels:
        height, width = box.bottom - box.top, box.right - box.left
        if self._policy.image.labels:
            return lettered(entity_type, width, height, "#" + fill.hex())
        return np.frombuffer(fill, np.uint8)


def _is_known(box: Box, known: Sequence[Box]) -> bool:
    """True when words or covers that lie in the line of `box` hold a good part of its width."""
    beside = [one for one in known if one.overlaps(box) and 2 * _common(box, one) >= min(_height(box), _height(one))]
    held = np.zeros(box.right - box.left, np.bool_)
    for one in beside:
        held[max(0, one.left - box.left) : one.right - box.left] = True
    return bool(held.mean() >= _HELD)


def _common(a: Box, b: Box) -> int:
    return min(a.bottom, b.bottom) - max(a.top, b.top)


def _height(box: Box) -> int:
    return box.bottom - box.top


def _is_long(box: Box) -> bool:
    """False for what has room for a few letters only: counts of rows and icons, which readers leave out."""
    sides = box.right - box.left, box.bottom - box.top
    return max(sides) >= _LONG * min(sides)


def _colour(pixels: Pixels, box: Box) -> bytes:
    """The colour of most of the pixels of a box; of a box outside of the picture, any."""
    part = pixels[box.top : box.bottom, box.left : box.right].reshape(-1, 3)
    return bytes(np.median(part, axis=0).astype(np.uint8)) if len(part) else bytes(3)
