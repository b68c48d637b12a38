"""From the boxes of words to the boxes that are filled: margins, blanks inside values, compression blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from redactor.regions import Box, merge_boxes


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


def _on_grid(box: Box, grid: int, width: int, height: int) -> Box:
    right, bottom = -(-box.right // grid) * grid, -(-box.bottom // grid) * grid
    return Box(box.page, box.top // grid * grid, box.left // grid * grid, min(height, bottom), min(width, right))


def _hull(a: Box, b: Box) -> Box:
    return Box(a.page, min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))
