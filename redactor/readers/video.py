"""Reads a screen recording: its pictures where they change, its sound as a call; all as one text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from redactor.engines import video
from redactor.errors import EngineError, WithheldError
from redactor.evidence import RECORD_BREAK, Evidence, Mark, Word
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import MarkDetector, Media, Progress, Reader, Relistener, Rereader, SeenWord, TextReader
from redactor.readers.canvas import Canvas
from redactor.readers.follow import Followed, followed
from redactor.readers.image import blend, languages, legible
from redactor.readers.layout import reading_order
from redactor.readers.motion import Rect
from redactor.readers.pointer import says_nothing
from redactor.readers.tracks import apart, place_of, tracks_of
from redactor.regions import Box, Stay, Track

if TYPE_CHECKING:
    import numpy as np

    from redactor.protocols import Pixels

_MARGIN_PX = (12, 32)
"""Rows and columns around unread ink that are read with it: letters stand better in their surroundings."""
_FADE_MS = 100
"""A cover holds so long before a value is noticed and after it is gone: what fades is read when it has nearly come."""
_FULL = 0.6
"""Share of the screen from which all of it is read at once."""
_RINGING_PX = 2
"""So far the edge of a cover is blurred by coding."""
_ASLEEP = 2000
"""So many words that do not show are looked for when the screen changes where they stood."""
_WIDEST = 1.5
"""So many times as wide as high may each letter of a word be."""
_ROWS = 0.3
"""Share of the rows of a word in which unread ink must stand."""
_NEW = 3
"""Unread pixels of ink that a word must hold to be news."""


class VideoReader:
    """Video -> words with tracks, and the words of its sound. Keeps no state."""

    def __init__(
        self,
        policy: Policy,
        reader: TextReader,
        sound: Callable[[], Reader],
        detectors: Sequence[MarkDetector] = (),
        progress: Progress | None = None,
    ) -> None:
        """`sound` gives the reader of calls when there is a sound track; `progress` is told the share of the frames."""
        self._policy = policy
        self._reader = reader
        self._sound = sound
        self._detectors = detectors
        self._progress = progress

    def read(self, media: Media) -> Evidence:
        """The words of the screens in the order of reading, then those of the sound.

        Raises `MediaError` for what cannot be read to its end, and `WithheldError` with reason `NO_WORDS` when nothing
        was read or found on screens that are not blank, or on blank ones and in the sound.
        """
        return self._read(media, (), again=False)

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        """Read an output: each cover counts as one placeholder. An empty rest is no error."""
        return self._read(media, covers, again=True)

    def _read(self, media: Media, covers: Sequence[Redaction], *, again: bool) -> Evidence:
        info = video.probe(media, self._policy.video)
        walk = _Walk(self._policy, self._reader, self._detectors, covers, round(info.rate * _FADE_MS / 1000))
        for number, frame in enumerate(video.frames(media, info, self._policy.video)):
            walk.see(frame.pixels, number)
            if self._progress and info.claimed and number % 10 == 0:
                self._progress("read", min(1.0, number / info.claimed))
        seen = walk.evidence(self._policy.detection.languages)
        heard = self._heard(media, info, covers, again=again)
        # A screen on which something stands, and of which nothing was read, must not pass for a clean one.
        if not again and not (seen.words or seen.marks or (heard.words and not walk.reads)):
            raise WithheldError("no words were read in the video; a person must look", reason="NO_WORDS")
        return joined(seen, heard)

    def _heard(self, media: Media, info: video.VideoInfo, covers: Sequence[Redaction], *, again: bool) -> Evidence:
        if not info.sound:
            return Evidence(())
        call, reader = replace(media, kind="audio"), self._sound()
        try:
            return reader.read_again(call, covers) if again and isinstance(reader, Rereader) else reader.read(call)
        except WithheldError as error:
            # Screens are recorded with an open microphone and nobody there; speech without words comes back unread.
            if error.reason not in ("NO_SPEECH", "NO_WORDS") or not isinstance(reader, Relistener):
                raise
            return reader.speech(call)


def joined(seen: Evidence, heard: Evidence) -> Evidence:
    """What was seen and what was heard as one evidence: a value of one is searched for in the other."""
    spoken = tuple(replace(word, gap=RECORD_BREAK) if i == 0 else word for i, word in enumerate(heard.words))
    return Evidence(
        (*seen.words, *spoken),
        languages=tuple(dict.fromkeys((*heard.languages, *seen.languages))),
        cells=True,
        unread=(*seen.unread, *heard.unread),
        tones=heard.tones,
        extent=(*seen.extent, *heard.extent),
        marks=(*seen.marks, *heard.marks),
    )


@dataclass(slots=True, eq=False)
class _Held:
    """What stands for a cover in a screen that is read again."""

    text: str
    region: Track


@dataclass(slots=True)
class _Page:
    """What stood on the screen when a part of it was read."""

    words: list[tuple[str, Followed | _Held]] = field(default_factory=list)


class _Walk:
    """One pass over the frames of a video."""

    def __init__(
        self,
        policy: Policy,
        reader: TextReader,
        detectors: Sequence[MarkDetector],
        covers: Sequence[Redaction],
        fade: int,
    ) -> None:
        """`fade`: frames that something may take to come or to go."""
        self._fade = fade
        self._reader = reader
        self._detectors = detectors
        self._covers = [
            (policy.text.placeholder.format(type=cover.entity_type), region)
            for cover in covers
            for region in cover.regions
            if isinstance(region, Track)
        ]
        self._held: list[Stay] = []
        self._canvas: Canvas | None = None
        self._starts: list[int] = []
        self._frames = 0
        self._words: list[Followed] = []
        self._asleep: list[Followed] = []
        self._done: list[Followed] = []
        self._marks: list[tuple[Mark, Followed]] = []
        self._pages: list[_Page] = []
        self.reads = 0
        """How often something was read."""
        self.pixels = 0
        """How many pixels were read."""

    def see(self, pixels: Pixels, number: int) -> None:
        """The next frame."""
        self._frames = number + 1
        if self._covers:
            # Covers take the colour around them, so that nothing is read into their edges, nor taken for a change.
            pixels = pixels.copy()
            holding = self._holding(number)
            for stay in holding:
                box = Box(0, stay.top, stay.left, stay.bottom, stay.right)
                blend(pixels, box.padded(_RINGING_PX, pixels.shape[1], pixels.shape[0]))
            if self._canvas is not None:
                # What is left of the edges of covers, where these move on, is no loss.
                _hide(self._canvas, self._held)
            self._held = holding
        if self._canvas is None:
            self._canvas = Canvas(pixels)
            self._starts.append(number)
            return
        canvas = self._canvas
        change = canvas.compare(pixels)
        if change is None:
            canvas.keep(pixels)
            return
        if change.loses:
            # Before a zoom begins all is read; in the middle of one, what was read before may wait until it stands.
            self._read(canvas, number - 1, moving=change.zoom is not None and canvas.zooms[-1] is not None)
        canvas.advance(change)
        self._starts.append(number)
        for word in (*self._words, *self._asleep):
            word.step(pixels, change.changed, change.moves, canvas.state, change.zoom)
        everything = [*self._words, *self._asleep]
        self._words = [word for word in everything if word.shown is not None]
        asleep = [word for word in everything if word.shown is None and not word.left]
        self._done += [word for word in everything if word.shown is None and word.left]
        for word in asleep[: max(0, len(asleep) - _ASLEEP)]:
            canvas.forget(word.box)
            self._done.append(word)
        self._asleep = asleep[-_ASLEEP:]

    def evidence(self, allowed: Sequence[str]) -> Evidence:
        """All that was seen, when the last frame has been."""
        assert self._canvas is not None
        canvas = self._canvas
        self._read(canvas, self._frames - 1)
        end = canvas.state + 1
        everything = [*self._words, *self._asleep, *self._done]
        for word in everything:
            word.close(end)
        starts = [*self._starts, self._frames]
        tracks = tracks_of(everything, starts, self._fade)
        words = []
        for page in self._pages:
            gap = RECORD_BREAK
            for own_gap, item in page.words:
                region = item.region if isinstance(item, _Held) else tracks.get(id(item))
                if region is not None:
                    confidence = 1.0 if isinstance(item, _Held) else item.confidence
                    words.append(Word(item.text, region, confidence, gap or own_gap))
                    gap = ""
        whole = Stay(0, self._frames, 0, 0, canvas.page.bottom, canvas.page.right)
        return Evidence(
            tuple(words),
            languages=languages(words, allowed),
            marks=tuple(replace(mark, region=tracks[id(word)]) for mark, word in self._marks if id(word) in tracks),
            unread=() if self._covers else tuple(tracks[id(w)] for w in everything if w.cut and id(w) in tracks),
            extent=(Track((whole,)),),
        )

    def _holding(self, frame: int) -> list[Stay]:
        return [stay for _, region in self._covers for stay in region.at(frame)]

    def _read(self, canvas: Canvas, frame: int, *, moving: bool = False) -> None:
        held = [(text, region, stay) for text, region in self._covers for stay in region.at(frame)]
        _hide(canvas, [stay for _, _, stay in held])
        areas = self._areas(canvas, moving=moving)
        if not areas:
            canvas.was_read(moving=moving)
            return
        new: list[Followed] = []
        for area in areas:
            marks, words = len(self._marks), self._in(area, canvas, [stay for _, _, stay in held])
            if len(self._marks) == marks and all(says_nothing(word.text, word.confidence) for word in words):
                canvas.learn(area)
            new += words
        canvas.was_read(moving=moving)
        if not new:
            return
        for word in [w for w in self._words if any(_hides(n.box, w.shown) for n in new)]:
            # What was cut off is whole now, and followed back from there. Else the new reading may be the worse one: a
            # pointer may stand in it.
            word.replaced = True
            if word.cut:
                self._words.remove(word)
                continue
            for other in new:
                if _hides(other.box, word.shown):
                    other.parts.append(word)
        for word in new:
            # What shows no more was the same if its picture was: in parts that were hard to read, or by another name.
            word.parts += [old for old in (*self._asleep, *self._done) if word.repeats(old)]
        self._words += new
        self._page(apart(held))

    def _areas(self, canvas: Canvas, *, moving: bool = False) -> list[Rect]:
        rows, columns = _MARGIN_PX
        areas = []
        for rect in canvas.unread(moving=moving):
            area = Rect(rect.top - rows, rect.left - columns, rect.bottom + rows, rect.right + columns).cut(canvas.page)
            for word in self._words:
                if word.shown is not None and not word.shown.cut(area).empty:
                    area = _hull(area, word.shown.grown(4, canvas.page))
            areas.append(area)
        merged: list[Rect] = []
        while areas:
            area = areas.pop()
            touching = [a for a in areas if not a.cut(area).empty]
            if touching:
                areas = [a for a in areas if a not in touching]
                for other in touching:
                    area = _hull(area, other)
                areas.append(area)
            else:
                merged.append(area)
        page = canvas.page
        if sum(a.size for a in merged) > _FULL * page.size:
            return [page]
        return sorted(merged, key=lambda a: (a.top, a.left))

    def _in(self, area: Rect, canvas: Canvas, held: Sequence[Stay]) -> list[Followed]:
        """What is new in a part of the screen."""
        self.reads += 1
        self.pixels += area.size
        picture = canvas.latest[area.area].copy()
        covers = [_inside(stay, area, canvas.page) for stay in held]
        new = []
        read = legible(self._reader.words(picture))
        for seen in read:
            box = Rect(seen.box.top, seen.box.left, seen.box.bottom, seen.box.right)
            _require_within(box, picture)
            if _is_rule(seen):
                continue
            if any(cover is not None and _mostly(seen.box, cover) for cover in covers):
                continue
            box = box.moved(area.top, area.left)
            if (word := self._followed(seen.text, seen.confidence, box, canvas)) is not None:
                word.cut = canvas.cuts(box)
                new.append(word)
        for detector in self._detectors:
            for mark in detector.marks(picture, read):
                assert isinstance(mark.region, Box)
                region = mark.region
                box = Rect(region.top, region.left, region.bottom, region.right)
                _require_within(box, picture)
                box = box.moved(area.top, area.left)
                if (word := self._followed(mark.content or "?", mark.score, box, canvas)) is not None:
                    self._marks.append((mark, word))
                    self._words.append(word)
        return new

    def _followed(self, text: str, confidence: float, box: Rect, canvas: Canvas) -> Followed | None:
        word = followed(
            text, min(max(confidence, 0.0), 1.0), box, canvas.latest, canvas.born, canvas.moves, canvas.zooms
        )
        fresh: np.ndarray = (canvas.fresh | canvas.rescaled)[box.area] & word.ink
        # A rule or the rim of a box gives words to an engine; letters have more rows.
        rows = int(fresh.any(axis=1).sum())
        return word if fresh.sum() >= min(_NEW, word.ink.sum()) and rows >= _ROWS * len(fresh) else None

    def _page(self, held: Sequence[tuple[str, Track, Stay]]) -> None:
        items: list[tuple[SeenWord, Followed | _Held]] = []
        marks = {id(word) for _, word in self._marks}
        for word in self._words:
            if word.shown is not None and not (word.cut or word.replaced) and id(word) not in marks:
                s = word.shown
                box = Box(0, s.top, s.left, s.bottom, s.right)
                items.append((SeenWord(word.text, box, word.confidence, 0), word))
        for text, region, stay in held:
            box = Box(0, stay.top, stay.left, stay.bottom, stay.right)
            items.append((SeenWord(text, box, 1.0, 0), _Held(text, region)))
        by_seen = {id(seen): item for seen, item in items}
        ordered = reading_order([seen for seen, _ in items])
        self._pages.append(_Page([(gap, by_seen[id(seen)]) for gap, seen in ordered]))


def _hull(a: Rect, b: Rect) -> Rect:
    return Rect(min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))


def _hides(new: Rect, old: Rect | None) -> bool:
    """True when what was read now is what was read before, or more of it."""
    return old is not None and 2 * new.cut(old).size > old.size and not new.cut(old).empty


def _hide(canvas: Canvas, held: Sequence[Stay]) -> None:
    """Nothing is unread under covers."""
    for stay in held:
        rect = place_of(stay).grown(2 * _RINGING_PX, canvas.page)
        canvas.fresh[rect.area] = canvas.rescaled[rect.area] = False


def _inside(stay: Stay, area: Rect, page: Rect) -> Box | None:
    rect = place_of(stay).grown(2 * _RINGING_PX, page)
    rect = rect.cut(area).moved(-area.top, -area.left)
    return None if rect.empty else Box(0, rect.top, rect.left, rect.bottom, rect.right)


def _mostly(box: Box, cover: Box) -> bool:
    both = Rect(box.top, box.left, box.bottom, box.right).cut(Rect(cover.top, cover.left, cover.bottom, cover.right))
    return 2 * both.size >= (box.right - box.left) * (box.bottom - box.top) and not both.empty


def _require_within(box: Rect, picture: Pixels) -> None:
    if box.cut(Rect(0, 0, *picture.shape[:2])) != box:
        raise EngineError("an engine gave a box outside the picture", reason="BOX_OUTSIDE")


def _is_rule(seen: SeenWord) -> bool:
    """True for letters much wider than high: rules and rims of boxes."""
    width, height = seen.box.right - seen.box.left, seen.box.bottom - seen.box.top
    return width > _WIDEST * height * len(seen.text)
