"""Sound -> evidence: every channel is transcribed by itself, and speech without words is never passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from redactor.engines import ffmpeg, pyav
from redactor.engines.intact import intact
from redactor.errors import WithheldError
from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.processes import give_back
from redactor.protocols import Media, Progress, Scope, SpeechDetector, Transcriber
from redactor.readers.heard import Timed, cover, plausible, refined, torn, within
from redactor.readers.hurried import Hurried
from redactor.readers.keytones import BETWEEN_MS, key_tones
from redactor.readers.listening import Listener, Part, Talk, batching
from redactor.readers.nearby import inside, near, voices
from redactor.readers.once import Once, identity
from redactor.readers.packing import PAD_MS, PER_MS, quietest
from redactor.regions import TimeRange, merge_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Samples

Took: TypeAlias = Callable[[str, float], None]
"""Called with a stage (`decode`, `vad`, `recognise`) and the seconds that one step of it took."""

UTTERANCE_GAP_MS = 700
"""A pause of this length ends an utterance."""
_CHUNK_S = 300
"""So much of each channel is held in memory at a time."""
_LONGEST_MS = 60_000
_EDGE_MS = 1000
"""Speech this near to the end of a chunk waits for the next one."""
_SPEED = 1.06
"""A second listening hears everything so much faster, a semitone higher."""
_WINDOW_MS = 31_000
"""It also hears it in other windows: shortened, these are 29.2 s."""
_ALIKE = 1e-4
"""Channels that never differ by more (full scale 1: 80 dB below it, which nobody hears) carry one sound."""
_SPOKEN_MS = 3000
"""So much speech without one word is no reading."""


class AudioReader:
    """Reads a recording with a speech recogniser. Thread-safe when its engines are."""

    def __init__(
        self,
        policy: Policy,
        transcriber: Transcriber,
        speech: SpeechDetector,
        progress: Progress | None = None,
        *,
        took: Took | None = None,
    ) -> None:
        """Nothing is loaded yet.

        Args:
            policy: languages, `audio.uncertain` and `audio.max_hours` are used.
            transcriber: hears words.
            speech: hears whether somebody speaks.
            progress: called with `read` and the share that is done.
            took: called with the time of each step.
        """
        self._policy = policy
        self._speech = speech
        self._progress = progress
        self._took = took
        engine, languages = batching(transcriber), policy.detection.languages
        self._listener = Listener(engine, languages, self._clock)
        self._heard: Once[Evidence] = Once()
        self._hurried = Listener(Hurried(engine, _SPEED), languages, self._clock, window_ms=_WINDOW_MS)

    def read(self, media: Media) -> Evidence:
        """All words of all channels, utterances in order of time, and the speech that gave no words.

        Raises `MediaError` for a recording that is not whole (see `engines.intact`), and `WithheldError` with reason
        `NO_SPEECH`, `NO_WORDS`, or `UNREAD_SPEECH` when the policy refuses uncertain stretches.
        """
        self._heard.forget()
        return self._read(media, (), None, again=False)

    def speech(self, media: Media) -> Evidence:
        """As `read`, but that nobody speaks, or not one word is recognised, is no error: what was said is `unread`."""
        return self._read(media, (), None, again=False, wordless=True)

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        """`listen_again` to as much as the policy says."""
        return self.listen_again(media, covers)

    def listen_again(
        self,
        media: Media,
        covers: Sequence[Redaction],
        *,
        scope: Scope | None = None,
        doubts: Sequence[TimeRange] = (),
    ) -> Evidence:
        """Listen to an output by other means: another decoder, other windows, faster, and with a narrower beam.

        Each cover counts as one placeholder, and what stands in its place is not listened to: a recogniser takes a tone
        for anything, and goes on with it after the tone has ended. That nothing of the original is left under a cover
        is for `AudioRenderer.check` and the witness to say. No speech at all is an empty reading here.

        Args:
            media: the output.
            covers: what was masked.
            scope: `changed`: only what is said near covers and `doubts`, then `extent` tells where; by default what
                the policy says.
            doubts: where the first reading was not sure.

        What was heard is given to the next who asks for the same without listening: the witness of this output.

        Raises as `read` does, but for `NO_SPEECH` and `NO_WORDS`: `SECOND_READING_SHORT` when there is much speech and
        not one word.
        """
        masks = [(cover, masked) for cover in covers for masked in cover.regions if isinstance(masked, TimeRange)]
        marks = [(masked, self._policy.text.placeholder.format(type=cover.entity_type)) for cover, masked in masks]
        scope = scope or ("full" if self._policy.verify.mode == "full" else "changed")
        looked = None if scope == "full" else [*doubts, *(masked for masked, _ in marks)]
        key = (identity(media.path), tuple(marks), scope)
        return self._heard.get(key, lambda: self._read(media, marks, looked, again=True))

    def _read(
        self,
        media: Media,
        marks: Sequence[tuple[TimeRange, str]],
        looked: list[TimeRange] | None,
        *,
        again: bool,
        wordless: bool = False,
    ) -> Evidence:
        with self._clock("decode"):
            info = intact(media, self._policy.audio.max_hours)
        channels = [_Channel(number, self._extent(number, info, looked)) for number in range(info.channels)]
        talk = Talk(info.channels)
        rate = ffmpeg.SPEECH_RATE_HZ
        blocks = (
            pyav.blocks(media.path, media.format, rate_hz=rate)
            if again
            else ffmpeg.decode(media.path, info, rate_hz=rate)
        )
        for origin_ms, sound, last in self._chunks(blocks, info):
            _silence(sound, origin_ms, [masked for masked, _ in marks])
            _pair(channels, sound)
            with self._clock("vad"):
                parts = self._parts(channels, sound, last=last)

            def told(share: float, origin_ms: int = origin_ms, length: int = len(sound[0])) -> None:
                if self._progress:
                    self._progress("read", min(1.0, (origin_ms + share * length / PER_MS) / info.duration_ms))

            # The parts hold what is listened to; what each step leaves behind is holes, which over two hours would grow
            # to a third of a gigabyte.
            del sound
            give_back()
            self._listen(channels, parts, talk, told, again=again)
            del parts
            give_back()
            told(1.0)
        if not wordless:
            self._heard_enough(channels, again=again)
        for masked, mark in marks:
            channels[masked.channel].words.append(Timed(mark, masked.start_ms, masked.end_ms, 1.0))
            channels[masked.channel].words.sort(key=lambda word: word.start_ms)
        return self._evidence(channels, info.duration_ms, talk.heard)

    def _extent(self, channel: int, info: ffmpeg.AudioInfo, looked: list[TimeRange] | None) -> tuple[TimeRange, ...]:
        if looked is None:
            return (TimeRange(channel, 0, info.duration_ms),)
        return near((place for place in looked if place.channel == channel), info.duration_ms)

    def _heard_enough(self, channels: Sequence[_Channel], *, again: bool) -> None:
        if any(heard.words for heard in channels):
            return
        spoken = sum(heard.spoken_ms for heard in channels)
        if not again and not spoken:
            raise WithheldError("nobody speaks in this recording, so it cannot be judged", reason="NO_SPEECH")
        if not again:
            raise WithheldError("there is speech, but not one word was recognised", reason="NO_WORDS")
        if spoken >= _SPOKEN_MS and self._policy.audio.uncertain != "keep":
            message = f"{spoken / 1000:.1f} s of speech were heard again without one word"
            raise WithheldError(message, reason="SECOND_READING_SHORT")

    def _chunks(
        self, decoded: Generator[NDArray[np.floating[Any]], None, None], info: ffmpeg.AudioInfo
    ) -> Iterator[tuple[int, list[Samples], bool]]:
        """`(where it begins in ms, sound of each channel, whether it is the last)` of minutes of the recording."""
        held: list[Samples] = []
        origin = size = total = 0
        with closing(decoded) as blocks:
            while True:
                with self._clock("decode"):
                    block = next(blocks, None)
                if block is not None:
                    held.append(block.astype(np.float32, copy=False))
                    size += len(block)
                if block is None or size >= _CHUNK_S * ffmpeg.SPEECH_RATE_HZ:
                    # Nothing is held here while the recogniser works: a minute of two channels is 8 MB.
                    yield origin, _taken(held, info.channels), block is None
                    total += size
                    origin, size = total // PER_MS, 0
                if block is None:
                    return

    def _parts(self, channels: Sequence[_Channel], sound: Sequence[Samples], *, last: bool) -> list[Part]:
        """The speech of each channel, as many at a time as the policy has threads; what two carry is the first's."""
        alone = [heard for heard in channels if heard.twin is None]
        with ThreadPoolExecutor(min(self._policy.models.threads, len(alone)), thread_name_prefix="vad") as pool:
            waiting = [pool.submit(self._speech_of, heard, sound[heard.number], last=last) for heard in alone]
            parts = {heard.number: part.result() for heard, part in zip(alone, waiting, strict=True)}
        for heard in channels:
            if heard.twin is not None:
                parts[heard.number] = Part(np.zeros(0, np.float32), heard.origin_ms, (), heard.number)
                heard.follow(heard.twin)
        return [parts[heard.number] for heard in channels]

    def _speech_of(self, heard: _Channel, chunk: Samples, *, last: bool) -> Part:
        samples = np.concatenate([heard.rest, chunk]) if len(heard.rest) else chunk
        origin = heard.origin_ms
        speech = voices(self._speech, samples, heard.extent, origin)
        end = len(samples) // PER_MS
        if not last:
            end -= _EDGE_MS
            if speech and speech[-1][1] > end:
                # Speech that goes on waits for its end, unless that is nowhere near.
                began = speech[-1][0]
                end = began if end - began < _LONGEST_MS else quietest(samples, end - 2 * _EDGE_MS, end)
            speech = [(start, min(stop, end)) for start, stop in speech if start < end]
            # Voices begin up to `PAD_MS` before they are noticed: what comes next must have it in front.
            end = max(speech[-1][1] if speech else 0, end - PAD_MS)
            heard.rest, heard.origin_ms = samples[end * PER_MS :].copy(), origin + end
        heard.tones += [(origin + start, origin + stop) for start, stop in key_tones(samples)]
        speech = list(inside(speech, heard.extent, samples, origin))
        return Part(samples, origin, speech, heard.number)

    def _listen(
        self,
        channels: Sequence[_Channel],
        parts: Sequence[Part],
        talk: Talk,
        told: Callable[[float], None],
        *,
        again: bool,
    ) -> None:
        listener, thorough = (self._hurried, False) if again else (self._listener, True)
        # What is heard once more is a tenth or so.
        listener.hear(parts, talk, thorough=thorough, progress=lambda share: told(0.9 * share))
        rest = [_unheard(part) for part in parts]
        once_more = Talk(talk.channels, talk.standing)
        listener.hear([piece for pieces in rest for piece in pieces], once_more, thorough=thorough)
        talk.heard.update(once_more.heard)
        for heard, part, pieces in zip(channels, parts, rest, strict=True):
            heard_now = [*part.words, *(word for piece in pieces for word in piece.words)]
            words, unheard = cover(plausible(within(heard_now, _outside(part))), _outside(part))
            heard.words.extend(refined(words, part.samples, part.origin_ms))
            heard.unread.extend([*part.lost, *(lost for piece in pieces for lost in piece.lost), *unheard])
            heard.spoken_ms += sum(stop - start for start, stop in part.speech)

    def _evidence(self, channels: list[_Channel], duration_ms: int, languages: Counter[str]) -> Evidence:
        uncertain = self._policy.audio.uncertain
        unread = _ranges([heard.unread for heard in channels], duration_ms, 0)
        if unread and uncertain == "refuse":
            seconds = sum(len(item) for item in unread) / 1000
            raise WithheldError(f"{seconds:.1f} s of speech gave no words (audio.uncertain)", reason="UNREAD_SPEECH")
        return Evidence(
            tuple(_in_order(channels, duration_ms)),
            tuple(language for language, _ in languages.most_common()),
            () if uncertain == "keep" else unread,
            _ranges([heard.tones for heard in channels], duration_ms, BETWEEN_MS),
            tuple(place for heard in channels if heard.twin is None for place in heard.extent),
        )

    @contextmanager
    def _clock(self, stage: str) -> Iterator[None]:
        start = perf_counter()
        yield
        if self._took:
            self._took(stage, perf_counter() - start)


def _taken(blocks: list[Samples], channels: int) -> list[Samples]:
    """The sound of each channel; `blocks`, of shape (n, channels), are let go."""
    sound = [
        np.concatenate([np.zeros(0, np.float32), *(one[:, channel] for one in blocks)]) for channel in range(channels)
    ]
    blocks.clear()
    return sound


class _Channel:
    """What was heard on one channel so far."""

    def __init__(self, number: int, extent: tuple[TimeRange, ...]) -> None:
        self.number = number
        self.extent = extent
        """What is listened to."""
        self.rest: Samples = np.zeros(0, np.float32)
        self.origin_ms = 0
        self.words: list[Timed] = []
        self.unread: list[tuple[int, int]] = []
        self.tones: list[tuple[int, int]] = []
        self.spoken_ms = 0
        self.alike: set[int] | None = None
        """The channels before it that have carried the same sound so far; None before the first sound."""
        self.twin: _Channel | None = None
        """One of these that is listened to, so that this one need not be: both say the same."""

    def follow(self, other: _Channel) -> None:
        """Go on where `other` is: so far both were one."""
        self.rest, self.origin_ms, self.tones = other.rest, other.origin_ms, list(other.tones)


def _pair(channels: Sequence[_Channel], sound: Sequence[Samples]) -> None:
    """Say which channels have carried one sound from the beginning on, now with `sound` of each.

    Recordings with two equal channels are common: heard twice, each line would stand twice in the talk.
    """
    alone: dict[int, _Channel] = {}
    for heard in channels:
        first, mine = heard.alike is None, sound[heard.number]
        known = range(heard.number) if heard.alike is None else heard.alike
        heard.alike = {n for n in known if float(np.abs(mine - sound[n]).max(initial=0.0)) <= _ALIKE}
        heard.twin = next((alone[n] for n in sorted(heard.alike) if n in alone), None)
        if heard.twin is None:
            alone[heard.number] = heard
        elif first:
            # What is to be listened to on either is listened to.
            more = (TimeRange(heard.twin.number, place.start_ms, place.end_ms) for place in heard.extent)
            heard.twin.extent = merge_times((*heard.twin.extent, *more), 0)


def _ranges(found: Sequence[Sequence[tuple[int, int]]], duration_ms: int, gap_ms: int) -> tuple[TimeRange, ...]:
    """What was found on each channel as ranges inside the recording, near ones united."""
    return merge_times(
        (
            TimeRange(channel, start, min(end, duration_ms))
            for channel, ranges in enumerate(found)
            for start, end in ranges
            if start < duration_ms
        ),
        gap_ms,
    )


def _unheard(part: Part) -> list[Part]:
    """What of a part is heard once more; its words of there are dropped.

    A recogniser may stop before the end of a window: all that it left out, together. It may go round in circles: each
    stretch of speech that it did so in, alone.
    """
    speech = _outside(part)
    words, looped, part.lost = torn(within(part.words, speech), speech, part.lost)
    part.words, left = cover(plausible(words), [stretch for stretch in speech if stretch not in looped])
    pieces = [left, *([stretch] for stretch in looped)]
    return [
        Part(part.samples, origin := part.origin_ms, [(a - origin, b - origin) for a, b in piece], part.channel)
        for piece in pieces
    ]


def _outside(part: Part) -> list[tuple[int, int]]:
    """The speech of a part in the time of the recording."""
    return [(part.origin_ms + start, part.origin_ms + stop) for start, stop in part.speech]


def _silence(sound: Sequence[Samples], origin_ms: int, covers: Sequence[TimeRange]) -> None:
    for masked in covers:
        start, stop = ((ms - origin_ms) * PER_MS for ms in (masked.start_ms, masked.end_ms))
        sound[masked.channel][max(0, start) : max(0, stop)] = 0


def _in_order(channels: list[_Channel], duration_ms: int) -> Iterator[Word]:
    utterances: list[tuple[int, int, list[Timed]]] = []
    for channel, heard in enumerate(channels):
        until = -UTTERANCE_GAP_MS
        for word in heard.words:
            if word.start_ms - until >= UTTERANCE_GAP_MS:
                utterances.append((word.start_ms, channel, []))
            utterances[-1][2].append(word)
            until = max(until, word.end_ms)
    for _, channel, words in sorted(utterances, key=lambda item: item[:2]):
        for i, word in enumerate(words):
            start = min(word.start_ms, duration_ms - 1)
            region = TimeRange(channel, start, max(start + 1, min(word.end_ms, duration_ms)))
            yield Word(word.text, region, word.confidence, " " if i else "\n")
