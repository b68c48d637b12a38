"""The transcript that goes with a masked recording: a word is replaced when any part of its sound is masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.regions import TimeRange, overlap

_HEAD = re.compile(r"\[(?:\d+:)?\d\d:\d\d\.\d\] channel \d+: ")
UNCERTAIN = "UNCERTAIN"
"""The entity type of speech that could not be read."""


def redacted_transcript(
    evidence: Evidence, redactions: Sequence[Redaction], masks: Sequence[TimeRange], placeholder: str = "[{type}]"
) -> str:
    """One line per utterance, in order of time: `[00:12.3] channel 1: text`; channels count from 1.

    Args:
        evidence: what was heard, words with `TimeRange` regions.
        redactions: give the types.
        masks: what was masked in the sound, as `AudioRenderer.covers` gives it.
        placeholder: with `{type}` in it; one stands for each mask, however many words it covers.

    Returns:
        The text with a line break at its end. Masked stretches without a word have a line of their own.
    """
    shown: set[TimeRange] = set()
    lines = [_line(utterance, redactions, masks, placeholder, shown) for utterance in _utterances(evidence.words)]
    lines += [
        (mask.start_ms, mask.channel, placeholder.format(type=_type(mask, redactions)))
        for mask in masks
        if mask not in shown
    ]
    return "".join(f"[{_clock(start)}] channel {channel + 1}: {text}\n" for start, channel, text in sorted(lines))


def said(transcript: str) -> str | None:
    """What was said, without times and channels, which look like numbers after a label; None for any other text."""
    lines = transcript.splitlines()
    heads = [_HEAD.match(line) for line in lines]
    if not lines or not all(heads):
        return None
    return "\n".join(line[head.end() :] for line, head in zip(lines, heads, strict=True) if head)


def _utterances(words: Iterable[Word]) -> Iterator[list[Word]]:
    current: list[Word] = []
    for word in words:
        if current and ("\n" in word.gap or _time(word).channel != _time(current[0]).channel):
            yield current
            current = []
        current.append(word)
    if current:
        yield current


def _line(
    words: Sequence[Word],
    redactions: Sequence[Redaction],
    masks: Sequence[TimeRange],
    placeholder: str,
    shown: set[TimeRange],
) -> tuple[int, int, str]:
    text = ""
    before: tuple[TimeRange, ...] = ()
    for word in words:
        hidden = tuple(mask for mask in masks if mask.overlaps(_time(word)))
        shown.update(hidden)
        said = word.text if not hidden else placeholder.format(type=_type(hidden[0], redactions, word))
        # A word under the same mask as the one before is part of the same placeholder.
        if not (hidden and set(hidden) & set(before)):
            text += (word.gap if text else "") + said
        before = hidden
    first = _time(words[0])
    return first.start_ms, first.channel, text


def _type(mask: TimeRange, redactions: Sequence[Redaction], word: Word | None = None) -> str:
    """The type of the best redaction under the mask; one of the word itself goes before one of its neighbours."""
    inside = [r for r in redactions if any(overlap(region, mask) for region in r.regions)]
    if word is not None:
        inside = [r for r in inside if any(overlap(region, word.region) for region in r.regions)] or inside
    named = [r for r in inside if r.entity_type != UNCERTAIN] or inside
    return max(named, key=lambda r: (r.score, r.entity_type)).entity_type if named else UNCERTAIN


def _time(word: Word) -> TimeRange:
    if not isinstance(word.region, TimeRange):
        raise TypeError("a transcript needs words with a time")
    return word.region


def _clock(ms: int) -> str:
    minutes, rest = divmod(ms // 100, 600)
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}:" if hours else "") + f"{minutes:02}:{rest // 10:02}.{rest % 10}"
