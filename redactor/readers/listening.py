"""From stretches of speech to words: windows of all channels heard together, each utterance in its own language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redactor.protocols import BatchTranscriber, HeardWord, Transcriber
from redactor.readers.heard import Timed, loops, place
from redactor.readers.languages import Utterance, choose
from redactor.readers.packing import WINDOW_MS, Window, pack

if TYPE_CHECKING:
    from redactor.protocols import Samples

_TOGETHER = 16
"""Windows that are encoded before they are decoded; 3 MB each."""
_BREATH_MS = 300
"""Stretches of speech closer than this are in one language, and so is what is shorter than `_JUDGED_MS`."""
_JUDGED_MS = 1500


@dataclass(slots=True, eq=False)
class Part:
    """The speech of one channel in the sound at hand, and what was heard of it."""

    samples: Samples = field(repr=False)
    """Mono, 16 kHz."""
    origin_ms: int
    """Where `samples` begins in the recording."""
    speech: Sequence[tuple[int, int]]
    """Disjoint `(start_ms, end_ms)` in `samples`, in order."""
    words: list[Timed] = field(default_factory=list, repr=False)
    """In the time of the recording, not yet in order."""
    lost: list[tuple[int, int]] = field(default_factory=list)
    """Ranges in which the recogniser went round in circles, in the time of the recording."""


@dataclass(slots=True)
class Talk:
    """The languages of a recording so far, whoever speaks."""

    standing: Mapping[str, float] | None = None
    """See `languages.choose`."""
    heard: Counter[str] = field(default_factory=Counter)
    """Samples that were heard in each language."""


class Listener:
    """Hears speech with a recogniser, in the languages of the policy."""

    def __init__(
        self, engine: BatchTranscriber, languages: Sequence[str], clock: Clock, *, window_ms: int = WINDOW_MS
    ) -> None:
        """`clock` times what the recogniser does; windows are at most `window_ms` long."""
        self._engine = engine
        self._languages = languages
        self._clock = clock
        self._window_ms = window_ms

    def hear(
        self, parts: Sequence[Part], talk: Talk, *, thorough: bool, progress: Callable[[float], None] | None = None
    ) -> None:
        """Add to each part the words of its speech, and to `talk` what its languages are.

        `progress` is called with the share of the windows that were heard, 0 to 1.
        """
        windows = [(part, window) for part in parts for window in self._packed(part, part.speech)]
        # Those who talk with each other are judged together.
        windows.sort(key=lambda pair: pair[1].pieces[0].start_ms)
        for at in range(0, len(windows), _TOGETHER):
            batch = windows[at : at + _TOGETHER]
            with self._clock("recognise"):
                encodings = list(self._engine.encode([window.samples for _, window in batch]))
            ready: list[tuple[Part, Window, object, str]] = []
            mixed: list[tuple[Part, Window, str]] = []
            for (part, window), encoding, said in zip(
                batch, encodings, self._judge(batch, encodings, talk), strict=True
            ):
                if len({language for language, _ in said}) == 1:
                    ready.append((part, window, encoding, said[0][0]))
                else:
                    mixed += [(part, again, language) for again, language in self._apart(part, said)]
            if mixed:
                with self._clock("recognise"):
                    more = self._engine.encode([window.samples for _, window, _ in mixed])
                ready += [(p, w, e, language) for (p, w, language), e in zip(mixed, more, strict=True)]
            self._decode(ready, talk.heard, thorough=thorough)
            if progress:
                progress(min(1.0, (at + len(batch)) / len(windows)))

    def _judge(
        self, windows: Sequence[tuple[Part, Window]], encodings: Sequence[object], talk: Talk
    ) -> list[list[tuple[str, tuple[int, int]]]]:
        """For each window its utterances, language and time in the recording."""
        spans = [list(_utterances(part, window)) for part, window in windows]
        if len(self._languages) == 1:
            return [[(self._languages[0], outside) for outside, _ in utterances] for utterances in spans]
        said: list[tuple[tuple[int, int], int, Utterance]] = []
        with self._clock("recognise"):
            for number, (encoding, utterances) in enumerate(zip(encodings, spans, strict=True)):
                odds = self._engine.language_odds(encoding, [inside for _, inside in utterances], self._languages)
                said += [
                    (outside, number, Utterance(one, outside[1] - outside[0]))
                    for (outside, _), one in zip(utterances, odds, strict=True)
                ]
        said.sort(key=lambda one: one[:2])
        chosen, talk.standing = choose([utterance for *_, utterance in said], self._languages, talk.standing)
        judged: list[list[tuple[str, tuple[int, int]]]] = [[] for _ in windows]
        for (outside, number, _), language in zip(said, chosen, strict=True):
            judged[number].append((language, outside))
        return judged

    def _decode(
        self, ready: Sequence[tuple[Part, Window, object, str]], heard: Counter[str], *, thorough: bool
    ) -> None:
        with self._clock("recognise"):
            answers = self._engine.decode(
                [encoding for _, _, encoding, _ in ready], [language for *_, language in ready], thorough=thorough
            )
        for (part, window, _, language), words in zip(ready, answers, strict=True):
            found = place(words, window)
            heard[language] += len(window.samples)
            part.lost.extend(loops(found))
            part.words.extend(found)

    def _apart(self, part: Part, said: Sequence[tuple[str, tuple[int, int]]]) -> Iterator[tuple[Window, str]]:
        """Windows of one language each for the utterances of a window in several."""
        for language in dict.fromkeys(language for language, _ in said):
            mine = [(a - part.origin_ms, b - part.origin_ms) for one, (a, b) in said if one == language]
            for window in self._packed(part, mine):
                yield window, language

    def _packed(self, part: Part, speech: Sequence[tuple[int, int]]) -> Iterator[Window]:
        return pack(part.samples, part.origin_ms, speech, self._window_ms)


def _utterances(part: Part, window: Window) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """`(time in the recording, time in the window)` of each stretch that is judged by itself."""
    for piece in window.pieces:
        spans: list[tuple[int, int]] = []
        for start, end in part.speech:
            first, last = max(start + part.origin_ms, piece.start_ms), min(end + part.origin_ms, piece.end_ms)
            if first >= last:
                continue
            near = spans and first - spans[-1][1] < _BREATH_MS
            if spans and (near or last - first < _JUDGED_MS or spans[-1][1] - spans[-1][0] < _JUDGED_MS):
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
        shift = piece.at_ms - piece.start_ms
        yield from (((a, b), (a + shift, b + shift)) for a, b in spans or [(piece.start_ms, piece.end_ms)])


def batching(transcriber: Transcriber) -> BatchTranscriber:
    """`transcriber` itself if it can hear many windows at once, or one that asks it for each."""
    return transcriber if isinstance(transcriber, BatchTranscriber) else OneByOne(transcriber)


class OneByOne:
    """Any `Transcriber` as a `BatchTranscriber`: window after window, each in one language."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber

    def encode(self, windows: Sequence[Samples]) -> Sequence[object]:
        """The windows as they are."""
        return windows

    def language_odds(
        self, encoding: object, spans: Sequence[tuple[int, int]], languages: Sequence[str]
    ) -> Sequence[Mapping[str, float]]:
        """What the engine chooses for the whole window, for every stretch of it."""
        chosen = self._transcriber.choose_language(_samples(encoding), languages)
        return [{language: 0.0 if language == chosen else -9.0 for language in languages}] * len(spans)

    def decode(
        self,
        encodings: Sequence[object],
        languages: Sequence[str],
        *,
        thorough: bool,  # noqa: ARG002 - it has one way
    ) -> Sequence[Sequence[HeardWord]]:
        """One window after the other."""
        pairs = zip(encodings, languages, strict=True)
        return [self._transcriber.transcribe(_samples(encoding), language) for encoding, language in pairs]


def _samples(encoding: object) -> Samples:
    import numpy as np

    if not isinstance(encoding, np.ndarray):
        raise TypeError("this is not what encode() gave")
    return encoding


Clock = Callable[[str], AbstractContextManager[None]]
"""Called with the name of a stage; times what happens inside."""
