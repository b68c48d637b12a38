"""From the boxes of words to the boxes that are filled: margins, blanks inside values, compression blocks, buckets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from redactor.evidence import Evidence
from redactor.findings import Redaction
from redactor.regions import Box, merge_boxes

_BAND_PX = 32


class Sized(Protocol):
    """A page or a frame."""

    @property
    def width_px(self) -> int:
        """Pixel columns."""
        ...

    @property
    def height_px(self) -> int:
        """Pixel rows."""
        ...

    @property
    def lossy_blocks_px(self) -> int:
        """Side of the blocks in which it was compressed with loss, else 1."""
        ...


def covering(found: Iterable[Sequence[Box]], page: Sized, margin_px: int) -> tuple[Box, ...]:
    """What is filled on one page for `found`, which holds the boxes of each redaction there (at least one each).

    Every result lies on the page and every box of `found` in a result.
    """
    width, height, grid = page.width_px, page.height_px, page.lossy_blocks_px
    covers: list[Box] = []
    for words in found:
        # The blanks inside a value are covered too: they would tell how long its words are.
        line = max(box.bottom - box.top for box in words)
        for box in merge_boxes(words, gap_px=line):
            # Lossy compression leaves traces of a word in all of the blocks that it touches.
            blocks = _on_grid(box, grid, width, height)
            covers.append(_hull(box.padded(margin_px, width, height), blocks))
    return merge_boxes(covers)


def widened(
    redactions: Sequence[Redaction], evidence: Evidence, *, bucket_px: int, margin_px: int
) -> tuple[Redaction, ...]:
    """`redactions` with more boxes, so that each line of a value is covered over a multiple of `bucket_px`.

    A cover grows to the right, and then to the left, over what is no word: where words stand on both sides, they tell
    the width of what is between them in any case. What is no text keeps its size.
    """
    if not bucket_px:
        return tuple(redactions)
    words = {word.region for word in evidence.words if isinstance(word.region, Box)}
    taken = words | {box for redaction in redactions for box in redaction.regions if isinstance(box, Box)}
    rows: dict[tuple[int, int], list[Box]] = {}
    for box in taken:
        for band in range(box.top // _BAND_PX, (box.bottom - 1) // _BAND_PX + 1):
            rows.setdefault((box.page, band), []).append(box)
    pages = {box.page: box for box in evidence.extent if isinstance(box, Box)}
    grown = []
    for redaction in redactions:
        boxes = [box for box in redaction.regions if box in words and isinstance(box, Box) and box.page in pages]
        more = []
        for line in _lines(boxes):
            bands = range(line.top // _BAND_PX, (line.bottom - 1) // _BAND_PX + 1)
            beside = [box for band in bands for box in rows.get((line.page, band), ())]
            if wide := _wide(line, beside, pages[line.page], bucket_px, margin_px):
                more.append(wide)
        grown.append(replace(redaction, regions=(*redaction.regions, *more)) if more else redaction)
    return tuple(grown)


def _lines(words: Sequence[Box]) -> Sequence[Box]:
    return merge_boxes(words, gap_px=max(box.bottom - box.top for box in words)) if words else ()


def _wide(line: Box, words: Iterable[Box], page: Box, bucket_px: int, margin_px: int) -> Box | None:
    width = line.right - line.left + 2 * margin_px
    missing = -width % bucket_px
    room = 2 * margin_px + 1
    beside = [b for b in words if b.top < line.bottom and line.top < b.bottom]
    right = min([page.right, *(b.left - room for b in beside if b.left >= line.right)])
    left = max([0, *(b.right + room for b in beside if b.right <= line.left)])
    to_right = max(0, min(missing, right - line.right))
    to_left = max(0, min(missing - to_right, line.left - left))
    if not to_right + to_left:
        return None
    return replace(line, left=line.left - to_left, right=line.right + to_right)


def _on_grid(box: Box, grid: int, width: int, height: int) -> Box:
    right, bottom = -(-box.right // grid) * grid, -(-box.bottom // grid) * grid
    return Box(box.page, box.top // grid * grid, box.left // grid * grid, min(height, bottom), min(width, right))


def _hull(a: Box, b: Box) -> Box:
    return Box(a.page, min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))
