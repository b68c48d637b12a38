"""Reads a still picture: decode, recognise characters, bring the words into reading order."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from redactor.engines.pages import load
from redactor.engines.picture import Picture
from redactor.errors import EngineError, WithheldError
from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import MarkDetector, Media, SeenWord, TextReader
from redactor.readers.layout import reading_order
from redactor.regions import Box, Region

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_RING_PX = 2
_STACKED = 3
"""A word of three signs and more that is so many times higher than wide was read across lines, if these are read."""
_CROSSED = 0.4
"""Share of the height of such a word that words of lines hold."""
_FLAT_LEVELS = 12
"""Levels by which the pixels of a blank page may differ: what scanning and lossy compression leave."""
_PAGE_BREAK = "\n\n"
_SCRIPTS = {"GREEK": "el", "LATIN": "en"}


class ImageReader:
    """Picture -> words with boxes. Keeps no state, so it can be shared as far as its engines can."""

    def __init__(self, policy: Policy, reader: TextReader, detectors: Sequence[MarkDetector] = ()) -> None:
        self._policy = policy.image
        self._languages = policy.detection.languages
        self._reader = reader
        self._detectors = detectors
        self._placeholder = policy.text.placeholder

    def read(self, media: Media) -> Evidence:
        """The words of all pages in reading order; gaps are a blank, a tab (new column) or a line break (new line).

        Raises `MediaError` for what cannot be decoded, `EngineError` when the engine fails, and `WithheldError` with
        reason `NO_WORDS` when nothing was read or found, in the whole or on a page that is not blank: an unread picture
        must not pass for a clean one.
        """
        pages, unread = [], []
        for index, picture in enumerate(load(media, self._policy)):
            pages.append(self._page(index, picture, self._seen(picture)))
            if not (pages[-1].words or pages[-1].marks or _blank(picture)):
                unread.append(index + 1)
        if unread or not any(page.words or page.marks for page in pages):
            where = f"on page {unread[0]}" if unread and len(pages) > 1 else "in the picture"
            raise WithheldError(f"no words were read {where}; a person must look", reason="NO_WORDS")
        return self._joined(pages)

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        """Read an output: each cover counts as one placeholder, so labels keep their values and columns their place.

        An engine reads letters into the edges of dark boxes, so each cover is given the colour around it first; that it
        was one flat colour is for `ImageRenderer.check`.
        """
        boxes = [(cover, box) for cover in covers for box in cover.regions if isinstance(box, Box)]
        pages = []
        for index, picture in enumerate(load(media, self._policy)):
            here = [(cover, replace(box, page=0)) for cover, box in boxes if box.page == index]
            for _, box in here:
                blend(picture.pixels, box)
            seen = [word for word in self._seen(picture) if not any(_mostly_in(word.box, box) for _, box in here)]
            seen += [SeenWord(self._placeholder.format(type=cover.entity_type), box, 1.0, 0) for cover, box in here]
            pages.append(self._page(index, picture, seen))
        return self._joined(pages)

    def _seen(self, picture: Picture) -> list[SeenWord]:
        return legible(self._reader.words(picture.pixels))

    def _page(self, index: int, picture: Picture, seen: Sequence[SeenWord]) -> Evidence:
        page = Box(0, 0, 0, picture.height_px, picture.width_px)
        marks = [mark for detector in self._detectors for mark in detector.marks(picture.pixels, seen)]
        for box in (*(word.box for word in seen), *(mark.region for mark in marks)):
            if not isinstance(box, Box) or box != _clipped(box, page):
                raise EngineError("an engine gave a box outside the picture", reason="BOX_OUTSIDE")
        words = tuple(
            Word(word.text, _on(index, word.box), min(max(word.confidence, 0.0), 1.0), gap)
            for gap, word in reading_order(seen)
        )
        placed = tuple(replace(mark, region=_on(index, mark.region)) for mark in marks)
        return Evidence(words, marks=placed, extent=(_on(index, page),))

    def _joined(self, pages: Sequence[Evidence]) -> Evidence:
        """The pages as one text, so that what a page calls by name is known on all of them."""
        words = tuple(
            replace(word, gap=_PAGE_BREAK) if i == 0 else word for page in pages for i, word in enumerate(page.words)
        )
        return Evidence(
            words,
            languages=languages(words, self._languages),
            cells=True,
            marks=tuple(mark for page in pages for mark in page.marks),
            extent=tuple(box for page in pages for box in page.extent),
        )


def _blank(picture: Picture) -> bool:
    """True for a page of nearly one colour, on which nothing can stand."""
    return int(np.ptp(picture.pixels.reshape(-1, 3), axis=0).max(initial=0)) <= _FLAT_LEVELS


def _on(page: int, region: Region) -> Box:
    assert isinstance(region, Box)
    return replace(region, page=page)


def blend(pixels: Pixels, box: Box) -> None:
    """Fill `box` with the median colour of the two rows and columns of pixels around it."""
    top, left = max(0, box.top - _RING_PX), max(0, box.left - _RING_PX)
    wide = pixels[top : box.bottom + _RING_PX, left : box.right + _RING_PX]
    ring = np.ones(wide.shape[:2], bool)
    ring[box.top - top : box.bottom - top, box.left - left : box.right - left] = False
    if ring.any():
        pixels[box.top : box.bottom, box.left : box.right] = np.median(wide[ring], axis=0)


def _mostly_in(box: Box, cover: Box) -> bool:
    if not box.overlaps(cover):
        return False
    width = min(box.right, cover.right) - max(box.left, cover.left)
    height = min(box.bottom, cover.bottom) - max(box.top, cover.top)
    return 10 * width * height >= 7 * (box.right - box.left) * (box.bottom - box.top)


def legible(words: Sequence[SeenWord]) -> list[SeenWord]:
    """The words among what an engine read: unsure ones too, but no frames, bullets, or lines read once more across.

    A stroke between two words keeps them one label.
    """
    found = [word for word in words if word.text in ("/", "&") or any(c.isalnum() for c in word.text)]
    level = [word.box for word in found if not _is_stacked(word)]
    return [word for word in found if not _is_stacked(word) or not _is_across(word.box, level)]


def _is_across(box: Box, level: Sequence[Box]) -> bool:
    """True for a box of which the lines that it goes across hold a good part."""
    crossed = sum(min(box.bottom, one.bottom) - max(box.top, one.top) for one in level if one.overlaps(box))
    return crossed >= _CROSSED * (box.bottom - box.top)


def _is_stacked(word: SeenWord) -> bool:
    width, height = word.box.right - word.box.left, word.box.bottom - word.box.top
    return len(word.text) > 2 and height > _STACKED * width


def _clipped(box: Box, page: Box) -> Box | None:
    if not box.overlaps(page):
        return None
    return Box(0, max(box.top, 0), max(box.left, 0), min(box.bottom, page.bottom), min(box.right, page.right))


def languages(words: Sequence[Word], allowed: Sequence[str]) -> tuple[str, ...]:
    """The languages among `allowed` whose script the words are in, most letters first."""
    scripts = Counter(unicodedata.name(c, "").partition(" ")[0] for word in words for c in word.text if c.isalpha())
    spoken = [_SCRIPTS[script] for script, _ in scripts.most_common() if script in _SCRIPTS]
    return tuple(language for language in spoken if language in allowed)
