"""What is known of each pixel of a screen: since when it shows what it shows, and whether that has been read.

A video is a row of states: runs of frames that are equal within codec noise. From one state to the next each pixel
stays, has moved, comes back to what it was before its last change (a pointer or a menu has gone), or is new. New pixels
are unread. They are read as late as possible, just before some of them vanish: by then a value is typed to its end and
a list has scrolled by a whole page, so that each is read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redactor.readers.motion import (
    NOISE,
    TILE_PX,
    Move,
    Rect,
    components,
    counts,
    difference,
    find_moves,
    ink,
    tiles,
)
from redactor.readers.pointer import Pointer, learnt, lone
from redactor.readers.zoom import Zoom, find_zoom

if TYPE_CHECKING:
    from redactor.protocols import Pixels
    from redactor.readers.motion import Mask

_FEWEST = 3
"""Pixels of a tile that must change together; fewer are noise."""
_DRIFT = 40
"""Levels by which a pixel differs from what it was at birth when it is another one, however slowly that came: what is
faint fades in and out by steps that are noise each."""
_LOST = 8
"""Unread pixels of ink that may vanish from a tile before it must be read."""
_LOST_SHARE = 0.7
"""The same as a share, where contents move."""
_LEAD_PX = 24
"""Lines that scroll are read so long before they leave: their window is not known to the row."""
_STRAY = 6
"""Pixels of a tile that may disagree with a move: noise of a codec that coded the tile anew."""
_HINTS = 4
_POINTERS = 8
_APART_PX = 12
"""So far around a pointer no other unread ink stands."""
_TOUCH_PX = 2
_LITTLE = 0.5
"""Share of the changed ink that moves must explain, or else a zoom may explain it."""
_STILL = 0.004
"""So near to 1 a scale is none, and what it moves is looked for as moves first."""
_SOON = 3
"""In so many more frames ink is gone that a zoom drives out of its window."""
_GROWN = 1.25
"""So many times as large, what was read is read again: it may have been too small."""
_EDGE_PX = 48
"""A line that scrolls in may still be cut off this near to the edge, so that it stays unread."""


@dataclass(frozen=True, slots=True)
class Change:
    """How the next state comes out of the present one."""

    pixels: Pixels
    """The picture of the next state."""
    changed: Mask
    moves: tuple[Move, ...]
    fits: tuple[Mask, ...]
    """For each move, the pixels of its target that show what was in its source."""
    zoom: tuple[Zoom, Mask] | None
    """What grew or shrank, and the pixels of its target that show it; then there are no moves."""
    loses: bool
    """True when something vanishes that has not been read."""


class Canvas:
    """The pixels of the present state and what is known of them."""

    def __init__(self, pixels: Pixels) -> None:
        """`pixels` is the first frame, RGB; all of it is unread."""
        self.page = Rect(0, 0, *pixels.shape[:2])
        self.state = 0
        """Index of the present state."""
        self.first = pixels
        """The first frame of the present state."""
        self.latest = pixels
        """Its last frame so far: codecs sharpen what stays."""
        self.born = np.zeros(pixels.shape[:2], np.int32)
        """The state since which each pixel shows what it shows, wherever that was before."""
        self.fresh = np.ones(pixels.shape[:2], np.bool_)
        """What has not been read."""
        self.rescaled = np.zeros(pixels.shape[:2], np.bool_)
        """What was read in another size: it is read again when it stands."""
        self.moves: list[tuple[Move, ...]] = [()]
        """For each state, the moves that led to it."""
        self.zooms: list[Zoom | None] = [None]
        """For each state, the zoom that led to it."""
        self._grown = self._shrunk = 1.0
        self._at_birth = pixels.copy()
        self._under = pixels.copy()
        self._under_born = np.full(pixels.shape[:2], -1, np.int32)
        self._under_fresh = np.zeros(pixels.shape[:2], np.bool_)
        self._hints: list[tuple[int, int]] = []
        self._pointers: list[Pointer] = []

    def compare(self, pixels: Pixels) -> Change | None:
        """The change that a new frame brings; None for a frame of the present state."""
        changed = difference(self.first, pixels) > NOISE
        if not changed.any():
            return None
        there = counts(changed) >= _FEWEST
        if not there.any():
            return None
        changed &= _spread(there, self.page)
        changed |= self._drifted(pixels)
        found, zoom = self._motion(pixels, changed)
        moves, fits = tuple(move for move, _ in found), tuple(fit for _, fit in found)
        loses = self._loses_by(zoom, changed) if zoom else self._loses(changed, found)
        return Change(pixels, changed, moves, fits, zoom, loses)

    def _motion(self, pixels: Pixels, changed: Mask) -> tuple[list[tuple[Move, Mask]], tuple[Zoom, Mask] | None]:
        """The moves that explain a change, or the zoom."""
        zoom = find_zoom(self.first, pixels, changed) if self.zooms[-1] else None
        if zoom and abs(zoom[0].scale - 1) > _STILL:
            return [], zoom
        found = find_moves(self.first, pixels, changed, self._hints)
        inked = changed & ink(pixels)
        left = inked.copy()
        for move, fits in found:
            left[move.target.area] &= ~fits
        if left.sum() <= _LITTLE * inked.sum():
            return found, None
        if not self.zooms[-1]:
            zoom = find_zoom(self.first, pixels, changed)
        return ([], zoom) if zoom else (found, None)

    def _drifted(self, pixels: Pixels) -> Mask:
        """What is no longer what was born there, though no step of it was more than noise."""
        drifted: Mask = difference(self._at_birth, pixels) > _DRIFT
        return drifted & _spread(counts(drifted) >= _FEWEST, self.page)

    def keep(self, pixels: Pixels) -> None:
        """Another frame of the present state."""
        self.latest = pixels

    def unread(self, *, moving: bool = False) -> list[Rect]:
        """Where unread ink stands in the present state; `moving`: in the middle of a zoom, what was read may wait."""
        unseen = self.fresh if moving else self.fresh | self.rescaled
        return components(tiles(unseen & ink(self.latest), 4), self.page)

    def learn(self, area: Rect) -> None:
        """In `area` nothing is written: if its unread ink is a small thing, it need not be read again elsewhere."""
        unread = self.fresh & ink(self.latest)
        unread[~_mask(area, self.page)] = False
        place = lone(unread)
        if place and not any(pointer.stands(self.latest, unread, place) for pointer in self._pointers):
            self._pointers = [*self._pointers, learnt(self.latest, unread, place)][-_POINTERS:]

    def was_read(self, *, moving: bool = False) -> None:
        """Nothing is unread any more, but for lines that may still be cut off where something scrolls in."""
        cut = np.zeros_like(self.fresh)
        for move in self.moves[-1]:
            for edge in _entering(move):
                cut[edge.grown(0, self.page).area] = True
        self.fresh &= cut
        self._shrunk = 1.0
        if not moving:
            self.rescaled[:] = False
            self._grown = 1.0

    def cuts(self, place: Rect) -> bool:
        """True when `place` touches an edge where the present state scrolled something in."""
        for move in self.moves[-1]:
            window = move.window
            if move.down == 0 or window.cut(place).empty:
                continue
            if (move.down < 0 and window.bottom - _TOUCH_PX <= place.bottom <= window.bottom + _TOUCH_PX) or (
                move.down > 0 and window.top - _TOUCH_PX <= place.top <= window.top + _TOUCH_PX
            ):
                return True
        return False

    def forget(self, place: Rect) -> None:
        """What was at `place` before the last change is not followed any more: it is unread if it comes back."""
        self._under_fresh[place.cut(self.page).area] = True

    def advance(self, change: Change) -> None:
        """Make the next state the present one."""
        self.state += 1
        moved, born, fresh = self._zoomed(change) if change.zoom else self._moved(change)
        rest = change.changed & ~moved
        back = rest & (difference(change.pixels, self._under) <= NOISE) & (self._under_born >= 0)
        back &= _spread(counts(back) >= 0.9 * np.maximum(counts(rest), 1), self.page)
        new = rest & ~back
        born[back], fresh[back] = self._under_born[back], self._under_fresh[back]
        born[new], fresh[new] = self.state, True
        self.rescaled &= ~rest
        gone = change.changed
        self._under[gone] = self.first[gone]
        self._under_born[gone], self._under_fresh[gone] = self.born[gone], self.fresh[gone] | self.rescaled[gone]
        if change.zoom:
            self._under_born[change.zoom[0].target.area] = -1
        for move in change.moves:
            # Lines that come back into a window are read again: those that left it are not followed.
            self._under_born[move.window.area] = -1
        self._at_birth[gone] = change.pixels[gone]
        self.born, self.fresh = born, fresh
        self.first = self.latest = change.pixels
        self.moves.append(change.moves)
        self.zooms.append(change.zoom[0] if change.zoom else None)
        if change.moves:
            seen = [(move.down, move.right) for move in change.moves]
            self._hints = [*seen, *(h for h in self._hints if h not in seen)][:_HINTS]

    def _moved(self, change: Change) -> tuple[Mask, np.ndarray, Mask]:
        moved = np.zeros_like(change.changed)
        born, fresh = self.born.copy(), self.fresh.copy()
        for move, fits in zip(change.moves, change.fits, strict=True):
            target, source = move.target.area, move.source.area
            todo = change.changed[target] & ~moved[target]
            bad = todo & ~fits
            bad &= _spread(counts(bad) > _STRAY, Rect(0, 0, *bad.shape))
            takes = todo & ~bad
            # What is still where it was has been copied, not moved: the copy is followed by nobody yet.
            inside = np.zeros_like(change.changed)
            inside[target] = True
            takes &= change.changed[source] | inside[source]
            born[target][takes] = self.born[source][takes]
            fresh[target][takes] = self.fresh[source][takes] | self.rescaled[source][takes]
            moved[target] |= takes
        return moved, born, fresh

    def _zoomed(self, change: Change) -> tuple[Mask, np.ndarray, Mask]:
        assert change.zoom is not None
        zoom, fits = change.zoom
        moved = np.zeros_like(change.changed)
        born, fresh = self.born.copy(), self.fresh.copy()
        rows, columns, _ = zoom.sources()
        target, source = zoom.target.area, (rows[:, None], columns)
        born[target][fits] = self.born[source][fits]
        fresh[target][fits] = self.fresh[source][fits]
        rescaled = self.rescaled[source] | (abs(zoom.scale - 1) > _STILL)
        self.rescaled[target] = rescaled & fits
        self._shrunk *= zoom.scale
        self._grown *= zoom.scale
        if self._grown > _GROWN:
            fresh[target] |= self.rescaled[target]
            self._grown = 1.0
        moved[target] = fits
        return moved, born, fresh

    def _loses_by(self, found: tuple[Zoom, Mask], changed: Mask) -> bool:
        """True when a zoom drives out of its window, or does not show any more, what has not been read."""
        zoom, fits = found
        unread = ink(self.first) & (self.fresh | (self.rescaled & (self.zooms[-1] is None)))
        if (counts(unread) > _LOST).any() and (self.zooms[-1] is None or self._shrunk * zoom.scale < 1 / _GROWN):
            # What is about to grow or to shrink is read as it stands.
            return True
        t, here, beside = zoom.target, unread[zoom.target.area], unread & changed
        beside[t.area] = False
        if (counts(beside) > _LOST).any():
            return True
        rows, columns, inside = zoom.inverse.sources()
        shown = inside & fits[rows[:, None] - t.top, columns - t.left]
        soon = zoom.inverse
        for _ in range(_SOON - 1):
            soon = soon.after(zoom.inverse)
        leaving = counts(here & ~soon.sources()[2]) > 3 * _LOST
        lost, of = counts(here & ~shown), counts(here)
        return bool((leaving | ((lost > 2 * _LOST) & (lost > _LOST_SHARE * of))).any())

    def _loses(self, changed: Mask, found: Sequence[tuple[Move, Mask]]) -> bool:
        unseen = self.fresh | self.rescaled
        gone = changed & unseen
        if not gone.any():
            return False
        moving = np.zeros_like(gone)
        for move, fits in found:
            gone[move.source.area] &= ~fits
            moving[move.source.area] = True
        unread = ink(self.first) & unseen
        for move, _ in found:
            leaving = unread[_leaving(move).cut(self.page).area] if move.down else unread[:0]
            if leaving.size and move.right:
                # What comes in from the side is not whole yet; it leaves when it is.
                leaving = leaving[:, :-_EDGE_PX] if move.right < 0 else leaving[:, _EDGE_PX:]
            if leaving.size and (counts(leaving) > 3 * _LOST).any():
                return True
        letters = unread & changed
        vanished = gone & letters & ~moving
        if (counts(vanished) > _LOST).any() and not self._points(vanished, unread):
            return True
        # What moves is coded anew, and sharpened from frame to frame: that is no loss.
        lost, of = counts(gone & letters & moving), counts(letters & moving)
        return bool(((lost > _LOST) & (lost > _LOST_SHARE * of)).any())

    def _points(self, vanished: Mask, unread: Mask) -> bool:
        """True when all that vanished is one small thing, by itself, that was read before."""
        place = lone(vanished)
        if place is None or not self._pointers:
            return False
        around = unread & _mask(place.grown(_APART_PX, self.page), self.page)
        whole = lone(around)
        return whole is not None and any(pointer.stands(self.first, around, whole) for pointer in self._pointers)


def _mask(place: Rect, page: Rect) -> Mask:
    found = np.zeros((page.bottom, page.right), np.bool_)
    found[place.area] = True
    return found


def _spread(found: Mask, page: Rect) -> Mask:
    """A mask of tiles as a mask of pixels."""
    return found.repeat(TILE_PX, 0).repeat(TILE_PX, 1)[: page.bottom, : page.right]


def _leaving(move: Move) -> Rect:
    """The rows whose lines a move takes out of the window, or will soon."""
    w = move.window
    reach = abs(move.down) + _LEAD_PX
    if move.down < 0:
        return Rect(w.top, w.left, min(w.top + reach, w.bottom), w.right)
    return Rect(max(w.top, w.bottom - reach), w.left, w.bottom, w.right)


def _entering(move: Move) -> list[Rect]:
    """The edges where a move brings new lines in: the last of what moved, and all that is beyond it."""
    t, beyond = move.target, 2 * _EDGE_PX
    edges = []
    if move.down:
        edges.append(
            Rect(t.bottom - _EDGE_PX, t.left, t.bottom - move.down + beyond, t.right)
            if move.down < 0
            else Rect(t.top - move.down - beyond, t.left, t.top + _EDGE_PX, t.right)
        )
    if move.right:
        edges.append(
            Rect(t.top, t.right - _EDGE_PX, t.bottom, t.right - move.right + beyond)
            if move.right < 0
            else Rect(t.top, t.left - move.right - beyond, t.bottom, t.left + _EDGE_PX)
        )
    return edges
