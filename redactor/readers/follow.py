"""Words that are followed through the states of a screen, in both directions, as long as a part of one shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from redactor.readers.motion import NOISE, Move, Rect, difference
from redactor.readers.zoom import Edges, Zoom, around, edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels
    from redactor.readers.motion import Mask

    Plane: TypeAlias = NDArray[np.float32]

_SAME = 0.6
"""Share of the ink of a column that must be there for the column to show."""
_LEAST = 0.04
"""Share of a word's ink that must be in columns that show."""
_STRIP = 0.7
"""Share of the ink that must be there where only a strip of the word showed before."""
_FLAT = 0.2
"""Share of a word's ink in rows that show all along."""
_BACK = 0.15
"""Share of its ink that must be there when a word comes back."""
_SOME, _MOST = 0.3, 0.5
"""Share of what shows of a word that must lie in an area that moves."""
_RIM_PX = 2
_SURE, _BETTER = 0.9, 0.02
"""Share of its ink from which a word surely stands there, and by which another place must be better."""
_GONE = 0.3
"""A word of whose ink less than this share is there stands there no more."""
_FADES, _FAINTEST = 0.4, 0.12
"""Correlation with its picture at which a word that fades is told from another, and the contrast that must be left."""
_FADED = 0.9
"""Share of its contrast from which a word does not fade."""
_THIRDS = 3
"""Parts of a word that must fade alike: what lies over one of them is no fading."""
_REDRAWN = 0.7
"""Correlation from which a word that was zoomed is what stands there now, only sharper or less sharp."""
_EARLY = 3
"""Pixels of a word's ink that show before it is said to show: single ones are noise."""


@dataclass(slots=True, eq=False)
class Followed:
    """A word and where it was seen."""

    text: str = field(repr=False)
    confidence: float
    box: Rect
    """All of it; parts may lie outside of a window or of the screen."""
    shown: Rect | None
    """The part that shows in the present state; None: nothing."""
    since: int
    """The state since which it is shown so."""
    patch: Pixels = field(repr=False)
    """Its picture when it was read."""
    ink: Mask = field(repr=False)
    """The letters in `patch`."""
    stays: list[tuple[int, int, Rect]] = field(default_factory=list)
    """States `[start, end)` and the part that showed in them."""
    cut: bool = False
    """True when it stood at the edge where its window scrolls: half of its letters may have been outside."""
    replaced: bool = False
    """True when it was read anew since, and counts for what it was read as before: it is followed, and said no more."""
    contrast: float = 1.0
    """The share of its contrast that it had in the state before."""
    exact: Edges | None = None
    """The edges of `box` between pixels, where it was zoomed."""
    zoomed_in: Rect | None = None
    """The window in which it was zoomed since it was read or moved."""
    left: bool = False
    """True when it moved out of its window: it comes back as something new."""
    parts: list[Followed] = field(default_factory=list)
    """What was read at its place before: less of it, or the same otherwise."""

    def show(self, shown: Rect | None, state: int) -> None:
        """It shows like this from `state` on."""
        if shown == self.shown:
            return
        self.close(state)
        self.shown, self.since = shown, state

    def close(self, state: int) -> None:
        """Nothing is known from `state` on."""
        if self.shown is not None and state > self.since:
            shown = self.shown.grown(1, self.zoomed_in) if self.zoomed_in else self.shown
            self.stays.append((self.since, state, shown))
        self.since = state

    def repeats(self, other: Followed) -> bool:
        """True when its picture is that of `other` where that one was seen last, in what both hold of their line."""
        both = self.box.cut(other.box)
        if both.empty or not other.stays:
            return False
        mine, its = both.moved(-self.box.top, -self.box.left), both.moved(-other.box.top, -other.box.left)
        letters = self.ink[mine.area]
        if 3 * int(letters.sum()) < int(self.ink.sum()):
            return False
        alike = difference(self.patch[mine.area], other.patch[its.area]) <= 2 * NOISE
        return int((letters & alike).sum()) >= _SURE * int(letters.sum())

    def step(
        self,
        after: Pixels,
        changed: Mask,
        moves: Sequence[Move],
        state: int,
        zoom: tuple[Zoom, Mask] | None = None,
    ) -> None:
        """Follow it into `state`, whose picture is `after`; of `zoom` also the pixels that show it."""
        if self.shown is None:
            back = self._surviving(after, None)
            if back is not None and back[1] >= _BACK:
                self.contrast = 1.0
                self.show(back[0], state)
            return
        page = Rect(0, 0, *changed.shape)
        if zoom and _within(self.shown, zoom[0].target, _MOST) and self._zoomed(after, *zoom, state):
            return
        if not changed[self.box.cut(page).area].any():
            return
        still = self._fit(after, self.shown, self.box)
        for move in moves:
            if not _within(self.shown, move.source, _SOME):
                continue
            fit, box = self._best(after, self.box.moved(move.down, move.right), move.target.cut(page))
            shown = box.cut(move.target).cut(page)
            # What moved away from here moved with its surroundings, even where its pixels are too coarse to tell; but
            # not what a window came to lie over.
            went = still < _GONE and _within(self.shown, move.source, _MOST) and self._alike(after, box, shown)
            if (fit > still and fit >= _GONE) or went:
                self.box, self.exact, self.zoomed_in = box, None, None
                self.show(None if shown.empty else shown, state)
                self.left = shown.empty
                return
        # Where lines pass by, one is alike another by chance; not so beside a window that comes to lie over the word.
        strict = any(_within(self.shown, move.window, _MOST) for move in moves)
        beside = self._beside(after, changed) if strict else None
        strict &= beside is None
        left = (beside, 1.0) if beside else self._surviving(after, changed, strict=strict)
        if not strict and self.shown != self.box and (whole := self._surviving(after, None)) is not None:
            # What lay over a part of it is gone.
            left = whole if left is None or whole[1] > left[1] else left
        if not strict and (left is None or left[0] != self.shown) and self._fades(after, self.shown):
            return
        self.show(left[0] if left else None, state)
        # When a window has passed over it, it is read again; until then it counts for what it was.
        self.replaced |= strict and left is None

    def _zoomed(self, after: Pixels, zoom: Zoom, fits: Mask, state: int) -> bool:
        """Follow it where it grew or shrank with what is around it; False when it is not there."""
        exact = zoom.forth(self.exact or edges(self.box))
        box, window = around(exact), zoom.target
        shown = box.cut(window)
        if box.empty or shown.empty:
            self.show(None, state)
            self.left = True
            return True
        high, wide = box.bottom - box.top, box.right - box.left
        rows = (np.arange(high) * len(self.patch) // high)[:, None]
        columns = np.arange(wide) * self.patch.shape[1] // wide
        patch, part = self.patch[rows, columns], shown.moved(-box.top, -box.left)
        mine, there = (x.astype(np.float32).mean(axis=2) for x in (patch[part.area], after[shown.area]))
        alike = _contrast(mine, there)[1]
        if alike < _FADES and fits[shown.moved(-window.top, -window.left).area].mean() < _MOST:
            return False
        if alike >= _REDRAWN:
            patch[part.area] = after[shown.area]
        self.box, self.exact, self.patch, self.ink = box, exact, patch, self.ink[rows, columns]
        self.show(shown, state)
        self.zoomed_in = window
        return True

    def _beside(self, after: Pixels, changed: Mask) -> Rect | None:
        """The part of the word on one side of it that is there as it was: what came over the rest is no line of it."""
        assert self.shown is not None
        shown = self.shown.cut(Rect(0, 0, *after.shape[:2]))
        letters = self.ink[shown.moved(-self.box.top, -self.box.left).area]
        there = letters & ~changed[shown.area]
        band, across = _band(there, letters, _SURE), _band(there.T, letters.T, _SURE, len(self.patch))
        high, wide = letters.shape
        rects = [Rect(band.start, 0, band.stop, wide)] if band else []
        rects += [Rect(0, across.start, high, across.stop)] if across else []
        if self._fit(after, self.box.cut(Rect(0, 0, *after.shape[:2])), self.box) >= _SURE:
            return self.box
        if not rects:
            return None
        # Of a corner that lies over it no more is known.
        hull = Rect(
            min(r.top for r in rects),
            min(r.left for r in rects),
            max(r.bottom for r in rects),
            max(r.right for r in rects),
        )
        return hull.moved(shown.top, shown.left).grown(max(_RIM_PX, len(self.patch) // 3), shown)

    def _fades(self, after: Pixels, shown: Rect) -> bool:
        """True when the word is there with less contrast than before, in all of its parts."""
        part = shown.moved(-self.box.top, -self.box.left).cut(Rect(0, 0, *self.ink.shape))
        if part.empty or part.right - part.left < 2 * _THIRDS:
            return False
        mine = self.patch[part.area].astype(np.float32).mean(axis=2)
        there = after[part.moved(self.box.top, self.box.left).area].astype(np.float32).mean(axis=2)
        pairs = list(zip(np.array_split(mine, _THIRDS, axis=1), np.array_split(there, _THIRDS, axis=1), strict=True))
        if not all(_fainter(a, b) for a, b in pairs):
            return False
        contrast = _contrast(mine, there)[0]
        fades = contrast < min(_FADED, self.contrast)
        self.contrast = min(self.contrast, contrast)
        return fades

    def _best(self, after: Pixels, box: Rect, window: Rect) -> tuple[float, Rect]:
        """The best fit in and beside `box`: between two rows there is no whole number of rows to move by."""
        fit = self._fit(after, box.cut(window), box)
        for step in (-1, 1):
            beside = box.moved(step, 0)
            if fit < _SURE and (other := self._fit(after, beside.cut(window), beside)) > fit + _BETTER:
                fit, box = other, beside
        return fit, box

    def _fit(self, after: Pixels, shown: Rect, box: Rect) -> float:
        """The share of the ink of `shown` that is there when the word stands in `box`."""
        part = shown.moved(-box.top, -box.left).cut(Rect(0, 0, *self.ink.shape))
        if part.empty or shown.empty:
            return 0.0
        letters = self.ink[part.area]
        there = difference(self.patch[part.area], after[part.moved(box.top, box.left).area]) <= 2 * NOISE
        return float((letters & there).sum()) / max(1, int(letters.sum()))

    def _alike(self, after: Pixels, box: Rect, shown: Rect) -> bool:
        """True when what stands in `shown` looks like that part of the word, were it in `box`."""
        part = shown.moved(-box.top, -box.left).cut(Rect(0, 0, *self.ink.shape))
        if shown.empty or part.empty:
            return True
        mine, there = self.patch[part.area], after[part.moved(box.top, box.left).area]
        return _contrast(mine.astype(np.float32).mean(axis=2), there.astype(np.float32).mean(axis=2))[1] >= _FADES

    def _surviving(self, after: Pixels, changed: Mask | None, *, strict: bool = False) -> tuple[Rect, float] | None:
        """The part of the word that is still to be seen, and its share."""
        place = (self.box if changed is None or self.shown is None else self.shown).cut(Rect(0, 0, *after.shape[:2]))
        if place.empty:
            return None
        part = place.moved(-self.box.top, -self.box.left)
        letters = self.ink[part.area]
        there = difference(self.patch[part.area], after[place.area]) <= 2 * NOISE
        if changed is not None:
            there |= ~changed[place.area]
        there &= letters
        columns = _showing(there, letters, len(self.patch))
        total, left, of = int(self.ink.sum()), int(there[:, columns].sum()), int(letters.sum())
        # Of a strip that is all that shows of a line, columns are alike by chance.
        strict |= 3 * len(letters) < len(self.patch)
        band = None if strict else _band(there, letters)
        if left < max(3, _LEAST * total) or (strict and left < _STRIP * of):
            columns, left = np.zeros_like(columns), 0
        if band is not None and there[band].sum() > left:
            # A window lies over the upper or the lower part of it.
            rect = Rect(band.start, 0, band.stop, letters.shape[1]).moved(place.top, place.left)
            return rect, float(there[band].sum()) / max(1, total)
        if not left:
            return None
        rows = np.flatnonzero(there[:, columns].any(axis=1))
        across = np.flatnonzero(columns)
        # The height stays that of the line, unless a window lies over the upper or the lower part of it.
        top = int(rows[0]) if rows[0] > len(letters) // 3 else 0
        bottom = int(rows[-1]) + 1 if rows[-1] < len(letters) * 2 // 3 else len(letters)
        side = max(2, len(self.patch) // 3)
        rect = Rect(top, max(0, int(across[0]) - side), bottom, min(letters.shape[1], int(across[-1]) + 1 + side))
        return rect.moved(place.top, place.left), left / max(1, total)


def _contrast(mine: Plane, there: Plane) -> tuple[float, float]:
    """The contrast of `there` as a share of that of `mine`, and their correlation, row by row."""
    a, b = mine - mine.mean(axis=1, keepdims=True), there - there.mean(axis=1, keepdims=True)
    both, own, other = float((a * b).sum()), float((a * a).sum()), float((b * b).sum())
    return both / max(own, 1e-6), both / max(float(np.sqrt(own * other)), 1e-6)


def _fainter(mine: Plane, there: Plane) -> bool:
    contrast, alike = _contrast(mine, there)
    return alike >= _FADES and contrast >= _FAINTEST


def _showing(there: Mask, letters: Mask, height: int) -> Mask:
    """The columns that show, in runs of at least half a letter: single columns are alike by chance."""
    of, left = letters.sum(axis=0), there.sum(axis=0)
    shows: Mask = (left >= _SAME * of) & (of >= 1)
    bare = of == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], shows | bare, [False]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        run = slice(int(start), int(end))
        if shows[run].sum() < height / 4:
            shows[run] = False
    return shows


def _band(there: Mask, letters: Mask, share: float = _STRIP, least: int = 0) -> slice | None:
    """The rows from the first, or up to the last, that show all along: `least` of them, or else a third."""
    of, left = letters.sum(axis=1), there.sum(axis=1)
    shows = left >= share * of
    size = len(letters)
    first, last = (size, size) if shows.all() else (int(np.argmin(shows)), int(np.argmin(shows[::-1])))
    band = slice(0, first) if of[:first].sum() >= of[size - last :].sum() else slice(size - last, size)
    long = band.stop - band.start >= (least or size / 3)
    return band if long and of[band].sum() >= _FLAT * of.sum() else None


def followed(
    text: str,
    confidence: float,
    box: Rect,
    picture: Pixels,
    born: np.ndarray,
    moves: Sequence[Sequence[Move]],
    zooms: Sequence[Zoom | None] = (),
) -> Followed:
    """A word that was read in the last state of `moves`, followed back to the state in which it began to show."""
    page, now = Rect(0, 0, *picture.shape[:2]), len(moves) - 1
    patch = picture[box.area].copy()
    letters = _letters(picture, box)
    word = Followed(text, confidence, box, box, now, patch, letters)
    birth = np.where(letters, born[box.area], now + 1)
    births = np.sort(born[box.area][letters])
    first = int(births[min(len(births) - 1, _EARLY)])
    whole, shown, until, drift = edges(box), box, now, 0.0
    for state in range(now, first, -1):
        zoom = zooms[state] if zooms else None
        move = next((m for m in moves[state] if _came_along(birth, state, whole, shown, m.target)), None)
        if move is None and (zoom is None or not _within(shown, zoom.target, _SOME)):
            continue
        if state < until:
            word.stays.append((state, until, shown))
        until = state
        if move is not None:
            drift += move.drift
            step, drift = round(drift), drift - round(drift)
            down, right = move.down + step, move.right
            whole = whole[0] - down, whole[1] - right, whole[2] - down, whole[3] - right
            shown = around(whole).cut(page).cut(move.window)
        elif zoom is not None:
            whole = zoom.back(whole)
            shown = around(whole).cut(zoom.target).grown(1, zoom.target)
        if shown.empty:
            return word
    if first < until:
        word.stays.append((first, until, shown))
    return word


def _came_along(birth: NDArray[np.int32], state: int, whole: Edges, shown: Rect, target: Rect) -> bool:
    """True when a word was in what moved; not where it lies still beside a window that uncovers it bit by bit.

    `birth` holds the state since which each pixel of its letters shows, a later one beside them.
    """
    if not _within(shown, target, _SOME):
        return False
    if (round(whole[2] - whole[0]), round(whole[3] - whole[1])) != birth.shape:
        # It was zoomed since.
        return True
    before = birth < state
    moved = np.zeros_like(before)
    part = target.moved(-round(whole[0]), -round(whole[1])).cut(Rect(0, 0, *birth.shape))
    moved[part.area] = True
    return 2 * int((before & moved).sum()) >= int(before.sum())


def _letters(picture: Pixels, box: Rect) -> Mask:
    """The pixels of a word that are not its ground, which is what is around it; all of them where it cannot be told."""
    patch, wide = picture[box.area], box.grown(_RIM_PX, Rect(0, 0, *picture.shape[:2]))
    around = np.ones((wide.bottom - wide.top, wide.right - wide.left), np.bool_)
    around[box.moved(-wide.top, -wide.left).area] = False
    rim = picture[wide.area][around] if around.any() else patch.reshape(-1, 3)
    ground = np.median(rim, axis=0).astype(np.uint8)
    contrast = difference(patch, np.broadcast_to(ground, patch.shape))
    letters: Mask = contrast > max(16, 0.35 * int(contrast.max()))
    return letters if letters.any() else np.ones_like(letters)


def _within(part: Rect, whole: Rect, share: float) -> bool:
    both = part.cut(whole)
    if both.empty:
        return False
    area = (part.bottom - part.top) * (part.right - part.left)
    return (both.bottom - both.top) * (both.right - both.left) >= share * area
