"""Decoding many windows at once with a Whisper model in CTranslate2: languages of stretches, words with times.

A decoder step reads the whole model from memory however few windows it works on, so windows are decoded together: eight
at a time cost little more than two. faster-whisper's own batches leave out the time marks, without which this model
loses far more words, so the steps are taken here: encode, generate, align (Radford et al. 2022, sections 2.3 and 4.5).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from redactor.engines.whisper_words import LOOP_RATIO, join_words
from redactor.protocols import HeardWord

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TOGETHER = 4
"""Windows that one step of the decoder works on, over all threads: each takes 85 MB at beam 5; more gain nothing."""
_STATE_MS = 20
"""One state of the encoder."""
_FRAMES = 3000
"""Frames of 10 ms that the encoder takes, at most."""
_QUIET = 200
"""Frames of silence that a window ends with, at least; less, and words at its end are lost."""
_STEP = 500
"""The encoder is given a multiple of this: windows of one length are decoded together."""
_LONGEST = _FRAMES * 160
"""Samples of a window, at most."""
_TOKENS_PER_S, _TOKENS_MORE, _TOKENS_MOST = 14, 40, 448
"""More than this a window cannot hold: fast Greek needs 12 tokens a second. What goes on is a loop."""
_NO_REPEAT = 6
"""Tokens; after a loop the same six may not be said twice."""
_FIRST_MARK = 50
"""The first time mark may not be later than 1 s."""
_MEDIAN = 7
"""Width of the filter over the attention, as in the model's own aligner."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A window as the encoder hears it."""

    states: NDArray[np.float32] = field(repr=False)
    """Shape (250 to 1500, width), one row for each 20 ms of the sound and the silence behind it."""
    frames: int
    """10 ms frames that hold sound, 1 to 3000."""


class Decoding:
    """The steps of one loaded model. Safe in several threads, as CTranslate2 is."""

    def __init__(self, model: Any, *, beam: int, temperatures: Sequence[float], threads: int) -> None:
        """`model` is a `faster_whisper.WhisperModel` that has `threads` workers of one thread each."""
        from faster_whisper.tokenizer import Tokenizer

        self._model = model
        self._beam = beam
        self._temperatures = tuple(t for t in temperatures if t > 0)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="whisper")
        self._threads = threads
        self._tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language="en")

    def encode(self, windows: Sequence[NDArray[np.float32]]) -> list[Encoding]:
        """Each window (mono, 16 kHz, at most 30 s) through the encoder.

        Raises `ValueError` for a longer one: what lies behind would be lost without a word.
        """
        if any(len(samples) > _LONGEST for samples in windows):
            raise ValueError("a window of more than 30 s cannot be heard")
        return list(self._pool.map(self._encode, windows))

    def _encode(self, samples: NDArray[np.float32]) -> Encoding:
        from faster_whisper.audio import pad_or_trim

        frames = min(_FRAMES, max(1, len(samples) // 160))
        mel = self._model.feature_extractor(samples)
        # Each state attends to all of them, and so does each token: silence up to 30 s would be half of the work.
        states = self._model.encode(pad_or_trim(mel, min(_FRAMES, -(-(frames + _QUIET) // _STEP) * _STEP)))
        return Encoding(np.asarray(states, dtype=np.float32)[0], frames)

    def language_odds(
        self, encoding: Encoding, spans: Sequence[tuple[int, int]], languages: Sequence[str]
    ) -> list[Mapping[str, float]]:
        """For each `(start_ms, end_ms)` of the window the log10 probability of each of `languages`.

        Only the encoder's states of that stretch are looked at, but they have heard the whole window.
        """
        return [self._odds(encoding, span, languages) for span in spans]

    def _odds(self, encoding: Encoding, span: tuple[int, int], languages: Sequence[str]) -> Mapping[str, float]:
        first = min(span[0] // _STATE_MS, len(encoding.states) - 1)
        part = encoding.states[None, first : max(first + 1, -(-span[1] // _STATE_MS))]
        chances = dict(self._model.model.detect_language(_view(part))[0])
        return {language: math.log10(max(chances.get(f"<|{language}|>", 0.0), 1e-9)) for language in languages}

    def decode(
        self, encodings: Sequence[Encoding], languages: Sequence[str], *, beam: int | None = None
    ) -> list[tuple[HeardWord, ...]]:
        """The words of each window in its language, times in the window."""
        # Long windows first: those of one step end at about the same time.
        order = sorted(range(len(encodings)), key=lambda i: -encodings[i].frames)
        size = max(1, _TOGETHER // self._threads)
        size = min(size, -(-len(order) // self._threads))
        parts: list[list[int]] = []
        for i in order:
            if parts and len(parts[-1]) < size and len(encodings[parts[-1][0]].states) == len(encodings[i].states):
                parts[-1].append(i)
            else:
                parts.append([i])

        def work(part: Sequence[int]) -> list[tuple[HeardWord, ...]]:
            return self._decode([encodings[i] for i in part], [languages[i] for i in part], beam or self._beam)

        words: dict[int, tuple[HeardWord, ...]] = {}
        for part, found in zip(parts, self._pool.map(work, parts), strict=True):
            words.update(zip(part, found, strict=True))
        return [words[i] for i in range(len(encodings))]

    def _decode(
        self, encodings: Sequence[Encoding], languages: Sequence[str], beam: int
    ) -> list[tuple[HeardWord, ...]]:
        prompts = [self._prompt(language) for language in languages]
        longest = max(e.frames for e in encodings) / 100
        limit = min(_TOKENS_MOST, int(_TOKENS_MORE + _TOKENS_PER_S * longest))
        tokens: list[list[int]] = [[] for _ in encodings]
        wrong = list(range(len(encodings)))
        for options in self._attempts(beam):
            answer = self._model.model.generate(
                _view(np.stack([encodings[i].states for i in wrong])),
                [prompts[i] for i in wrong],
                length_penalty=1,
                max_length=limit,
                suppress_blank=True,
                suppress_tokens=[-1],
                max_initial_timestamp_index=_FIRST_MARK,
                **options,
            )
            for i, found in zip(wrong, answer, strict=True):
                tokens[i] = found.sequences_ids[0]
            wrong = [i for i in wrong if self._loops(tokens[i], limit - len(prompts[i]))]
            if not wrong:
                break
        return self._words(encodings, prompts, tokens)

    def _attempts(self, beam: int) -> Iterator[dict[str, Any]]:
        yield {"beam_size": beam}
        # Sampling, the usual remedy against loops, would hear something else in every run.
        yield {"beam_size": beam, "no_repeat_ngram_size": _NO_REPEAT}
        for temperature in self._temperatures:
            yield {"beam_size": 1, "num_hypotheses": 5, "sampling_topk": 0, "sampling_temperature": temperature}

    def _loops(self, tokens: Sequence[int], room: int) -> bool:
        said = self._tokenizer.decode(list(self._spoken(tokens))).encode()
        return len(tokens) >= room - 1 or len(said) > LOOP_RATIO * len(zlib.compress(said))

    def _words(
        self, encodings: Sequence[Encoding], prompts: Sequence[list[int]], tokens: Sequence[Sequence[int]]
    ) -> list[tuple[HeardWord, ...]]:
        found: list[tuple[HeardWord, ...]] = [()] * len(encodings)
        spoken = [list(self._spoken(t)) for t in tokens]
        for i in (i for i, said in enumerate(spoken) if said):
            # One window after the other: all pieces of one at once take 40 MB for each table of the whole vocabulary.
            (aligned,) = self._model.model.align(
                _view(encodings[i].states[None]),
                prompts[i],
                [spoken[i]],
                [encodings[i].frames],
                median_filter_width=_MEDIAN,
            )
            found[i] = join_words(self._timed(spoken[i], aligned))
        return found

    def _timed(self, spoken: list[int], result: Any) -> Iterator[tuple[str, float, float, float]]:
        """`(text, start_s, end_s, probability)` of each piece, from the path through the attention."""
        path = np.array(result.alignments)
        starts = np.flatnonzero(np.diff(path[:, 0], prepend=-1))
        jumps = path[starts, 1] * _STATE_MS / 1000
        pieces, groups = self._tokenizer.split_to_word_tokens([*spoken, self._tokenizer.eot])
        at = 0
        for text, group in zip(pieces[:-1], groups[:-1], strict=True):
            end = at + len(group)
            probability = float(np.mean(result.text_token_probs[at:end]))
            yield text, float(jumps[at]), float(jumps[min(end, len(jumps) - 1)]), probability
            at = end

    def _prompt(self, language: str) -> list[int]:
        known = self._tokenizer.tokenizer.token_to_id(f"<|{language}|>")
        return [self._tokenizer.sot, known, self._tokenizer.transcribe]

    def _spoken(self, tokens: Sequence[int]) -> Iterator[int]:
        return (token for token in tokens if token < self._tokenizer.eot)


def _view(values: NDArray[np.float32]) -> Any:
    import ctranslate2

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(values, dtype=np.float32))
