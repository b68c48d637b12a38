"""From stretches of speech to words: windows of all channels heard together, each utterance in its own language."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from redactor.normalize import folded
from redactor.processes import give_back
from redactor.protocols import BatchTranscriber, HeardWord, Transcriber
from redactor.readers.heard import Timed, loops, place
from redactor.readers.languages import Choice, Standing, Utterance, choose
from redactor.readers.packing import PER_MS, WINDOW_MS, Window, pack
from redactor.recognizers import vocabulary
from redactor.recognizers.small_talk import is_known

if TYPE_CHECKING:
    from redactor.protocols import Samples

_TOGETHER = 16
"""Windows that are encoded before they are decoded; 3 MB each."""
_BREATH_MS = 300
"""Stretches of speech closer than this are in one language, and so is what is shorter than `_JUDGED_MS`."""
_JUDGED_MS = 1500
_DOUBT = 1.1
"""Log10 odds below which the language of an utterance is told by what is heard of it in each of them."""
_TOLD, _LEAN = 2.4, {"el": 0.2}
"""Log10 odds that a unit of sureness tells, and what is added to that of words in a language: see `surest`."""
_WORDS, _LETTERS = 1.0, 4
"""Log10 odds that words tell which a dictionary knows, all of them against none, and how long a word is that counts."""


@dataclass(slots=True, eq=False)
class Part:
    """The speech of one channel in the sound at hand, and what was heard of it."""

    samples: Samples = field(repr=False)
    """Mono, 16 kHz."""
    origin_ms: int
    """Where `samples` begins in the recording."""
    speech: Sequence[tuple[int, int]]
    """Disjoint `(start_ms, end_ms)` in `samples`, in order."""
    channel: int = 0
    """Its index in the recording."""
    words: list[Timed] = field(default_factory=list, repr=False)
    """In the time of the recording, not yet in order."""
    lost: list[tuple[int, int]] = field(default_factory=list)
    """Ranges in which the recogniser went round in circles, in the time of the recording."""


@dataclass(slots=True)
class Talk:
    """The languages of a recording so far, whoever speaks."""

    channels: int
    """How many there are."""
    standing: Standing | None = None
    heard: Counter[str] = field(default_factory=Counter)
    """Samples that were heard in each language."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A window to be decoded."""

    part: Part
    window: Window = field(repr=False)
    language: str
    doubted: tuple[tuple[Choice, tuple[int, int]], ...] = ()
    """Utterances, in the time of the recording, that are decoded in every language: see `surest`."""
    encoding: object = field(default=None, repr=False)


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
            jobs: list[_Job] = []
            apart: list[_Job] = []
            judged = self._judge(batch, encodings, talk)
            for (part, window), encoding, said in zip(batch, encodings, judged, strict=True):
                sure = all(choice.margin >= _DOUBT for choice, _ in said)
                if sure and len({choice.language for choice, _ in said}) == 1:
                    jobs.append(_Job(part, window, said[0][0].language, encoding=encoding))
                else:
                    apart += self._apart(part, said)
            if apart:
                with self._clock("recognise"):
                    more = self._engine.encode([job.window.samples for job in apart])
                jobs += [replace(job, encoding=encoding) for job, encoding in zip(apart, more, strict=True)]
            self._decode(jobs, talk.heard, thorough=thorough)
            # What decoding leaves behind is holes: a window that goes round in circles would find no room among them.
            encodings.clear()
            jobs.clear()
            give_back()
            if progress:
                progress(min(1.0, (at + len(batch)) / len(windows)))

    def _judge(
        self, windows: Sequence[tuple[Part, Window]], encodings: Sequence[object], talk: Talk
    ) -> list[list[tuple[Choice, tuple[int, int]]]]:
        """For each window its utterances, language and time in the recording."""
        spans = [list(_utterances(part, window)) for part, window in windows]
        if len(self._languages) == 1:
            only = Choice(self._languages[0], math.inf)
            return [[(only, outside) for outside, _ in utterances] for utterances in spans]
        said: list[tuple[tuple[int, int], int, Utterance]] = []
        with self._clock("recognise"):
            for number, ((part, _), encoding, mine) in enumerate(zip(windows, encodings, spans, strict=True)):
                odds = self._engine.language_odds(encoding, [inside for _, inside in mine], self._languages)
                said += [
                    (outside, number, Utterance(part.channel, one, outside[1] - outside[0]))
                    for (outside, _), one in zip(mine, odds, strict=True)
                ]
        said.sort(key=lambda one: one[:2])
        utterances = [utterance for *_, utterance in said]
        chosen, talk.standing = choose(utterances, self._languages, talk.channels, talk.standing)
        judged: list[list[tuple[Choice, tuple[int, int]]]] = [[] for _ in windows]
        for (outside, number, _), choice in zip(said, chosen, strict=True):
            judged[number].append((choice, outside))
        return judged

    def _decode(self, jobs: Sequence[_Job], heard: Counter[str], *, thorough: bool) -> None:
        asked = [(job, language) for job in jobs for language in (self._languages if job.doubted else (job.language,))]
        with self._clock("recognise"):
            answers = self._engine.decode(
                [job.encoding for job, _ in asked], [language for _, language in asked], thorough=thorough
            )
        told = ((language, words) for (_, language), words in zip(asked, answers, strict=True))
        for job in jobs:
            if not job.doubted:
                language, words = next(told)
                found = place(words, job.window)
                heard[language] += len(job.window.samples)
            else:
                said = [(language, place(words, job.window)) for language, words in islice(told, len(self._languages))]
                found = []
                for (_, (start, end)), (language, mine) in zip(job.doubted, surest(said, job.doubted), strict=True):
                    found += mine
                    heard[language] += (end - start) * PER_MS
            job.part.lost.extend(loops(found))
            job.part.words.extend(found)

    def _apart(self, part: Part, said: Sequence[tuple[Choice, tuple[int, int]]]) -> Iterator[_Job]:
        """Windows of one language each for the utterances of a window in several, and of those that may be in any."""
        sure = [(choice.language, outside) for choice, outside in said if choice.margin >= _DOUBT]
        for language in dict.fromkeys(language for language, _ in sure):
            for window in self._packed(part, _in(part, [outside for one, outside in sure if one == language])):
                yield _Job(part, window, language)
        doubted = [(choice, outside) for choice, outside in said if choice.margin < _DOUBT]
        for window in self._packed(part, _in(part, [outside for _, outside in doubted])):
            yield _Job(part, window, self._languages[0], tuple(one for one in doubted if _touches(window, *one[1])))

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


def _in(part: Part, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(a - part.origin_ms, b - part.origin_ms) for a, b in places]


def _touches(window: Window, start: int, end: int) -> bool:
    return any(start < piece.end_ms and piece.start_ms < end for piece in window.pieces)


def surest(
    said: Sequence[tuple[str, Sequence[Timed]]], doubted: Sequence[tuple[Choice, tuple[int, int]]]
) -> list[tuple[str, list[Timed]]]:
    """For each utterance the language and words of one answer, of one for each language.

    A recogniser that is told the wrong language is sure of few words (mean logarithm of the confidence, by letters);
    but Greek that is told to be English it writes as it sounds in Latin letters, and is hardly less sure of that. So
    it counts how many of the words are any, and what the sound and the neighbours say.

    Args:
        said: languages and what was heard in them, in the time of the recording.
        doubted: the utterances with what they were taken for, and where they are.
    """
    parts: list[list[tuple[str, list[Timed]]]] = [[(language, []) for language, _ in said] for _ in doubted]
    for number, (_, words) in enumerate(said):
        for word in words:
            middle = (word.start_ms + word.end_ms) // 2
            away = [max(start - middle, middle - end) for _, (start, end) in doubted]
            parts[away.index(min(away))][number][1].append(word)
    return [
        max(answers, key=lambda answer: _odds(answer, choice))
        for answers, (choice, _) in zip(parts, doubted, strict=True)
    ]


def _odds(answer: tuple[str, Sequence[Timed]], choice: Choice) -> float:
    """Log10 odds of an answer, but for what is the same in all of them."""
    language, words = answer
    told = _TOLD * (_sureness(words) + _LEAN.get(language, 0.0)) + _WORDS * _known(words)
    return told + (choice.margin if language == choice.language else 0.0)


def _known(words: Sequence[Timed]) -> float:
    """The share of the words of four letters and more that are some in the language of their letters; half of none."""
    forms = [form for word in words for form in re.findall(r"[^\W\d_]+", folded(word.text)) if len(form) >= _LETTERS]
    return (sum(map(_is_known, forms)) + 1) / (len(forms) + 2)


def _is_known(form: str) -> bool:
    if form.isascii():
        return vocabulary.english(form) > 0
    return is_known(form)


def _sureness(words: Sequence[Timed]) -> float:
    letters = sum(len(word.text) for word in words)
    if not letters:
        return -math.inf
    return sum(len(word.text) * math.log(max(word.confidence, 1e-3)) for word in words) / letters


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
