"""The turns of a call as they may be shown: a word is replaced when any part of its sound is masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.lookup import Lookup
from redactor.regions import TimeRange, overlap

UNCERTAIN = "UNCERTAIN"
"""The entity type of speech that could not be read."""


@dataclass(frozen=True, slots=True)
class TurnWord:
    """A word that stays, or the placeholder of one mask."""

    text: str = field(repr=False)
    """Without line breaks; not empty."""
    start_ms: int
    """Of a placeholder: where its mask starts, so that the words under it cannot be counted."""
    end_ms: int
    """Greater than start_ms; of a placeholder: where its mask ends."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said in a row."""

    channel: int
    """Channel index, 0 is the first (left)."""
    speaker: str
    """The name of the channel."""
    words: tuple[TurnWord, ...]
    """At least one."""

    @property
    def start_ms(self) -> int:
        """Where its first word starts."""
        return min(word.start_ms for word in self.words)

    @property
    def end_ms(self) -> int:
        """Where its last word ends."""
        return max(word.end_ms for word in self.words)

    @property
    def text(self) -> str:
        """Its words on one line."""
        return " ".join(word.text for word in self.words)


def turns(
    evidence: Evidence,
    redactions: Sequence[Redaction],
    masks: Sequence[TimeRange],
    placeholder: str = "[{type}]",
    speakers: Sequence[str] = (),
) -> tuple[Turn, ...]:
    """One turn per utterance, in order of time.

    Args:
        evidence: what was heard, words with `TimeRange` regions.
        redactions: give the types.
        masks: what was masked in the sound, as `AudioRenderer.covers` gives it.
        placeholder: with `{type}` in it; one stands for each mask, however many words and turns it covers.
        speakers: names of the channels from the left; a channel without one is `channel N`, counted from 1.

    Returns:
        Turns with at least one word. A masked stretch without a word is a turn of its own; a turn whose words are all
        under a mask that was shown before is left out.
    """
    shown: set[TimeRange] = set()
    under = Lookup((redaction.regions, redaction) for redaction in redactions)
    over = Lookup(((mask,), mask) for mask in masks)
    found = [
        (utterance[0][0].channel, _words(utterance, under, over, placeholder, shown))
        for utterance in _utterances(evidence.words)
    ]
    found += [(mask.channel, (_cover(mask, under, placeholder),)) for mask in masks if mask not in shown]
    all_turns = [Turn(channel, _speaker(channel, speakers), words) for channel, words in found if words]
    return tuple(sorted(all_turns, key=lambda turn: (turn.start_ms, turn.channel)))


def turns_evidence(told: Iterable[Turn]) -> Evidence:
    """What is told, as evidence to judge: a line per turn; a placeholder has the range of its mask."""
    return Evidence(
        tuple(
            Word(word.text, TimeRange(turn.channel, word.start_ms, word.end_ms), 1.0, " " if i else "\n")
            for turn in told
            for i, word in enumerate(turn.words)
        )
    )


def _utterances(words: Iterable[Word]) -> Iterator[list[tuple[TimeRange, Word]]]:
    current: list[tuple[TimeRange, Word]] = []
    for word in words:
        time = _time(word)
        if current and ("\n" in word.gap or time.channel != current[0][0].channel):
            yield current
            current = []
        current.append((time, word))
    if current:
        yield current


def _words(
    utterance: Sequence[tuple[TimeRange, Word]],
    redactions: Lookup[Redaction],
    masks: Lookup[TimeRange],
    placeholder: str,
    shown: set[TimeRange],
) -> tuple[TurnWord, ...]:
    words: list[TurnWord] = []
    for time, word in utterance:
        hidden = masks.under(time)
        words += [_cover(mask, redactions, placeholder, word) for mask in hidden if mask not in shown]
        shown.update(hidden)
        if not hidden and (text := " ".join(word.text.split())):
            words.append(TurnWord(text, time.start_ms, time.end_ms))
    return tuple(words)


def _cover(mask: TimeRange, redactions: Lookup[Redaction], placeholder: str, word: Word | None = None) -> TurnWord:
    return TurnWord(placeholder.format(type=_type(mask, redactions, word)), mask.start_ms, mask.end_ms)


def _type(mask: TimeRange, redactions: Lookup[Redaction], word: Word | None = None) -> str:
    """The type of the best redaction under the mask; one of the word itself goes before one of its neighbours."""
    inside = redactions.under(mask)
    if word is not None:
        inside = [r for r in inside if any(overlap(region, word.region) for region in r.regions)] or inside
    named = [r for r in inside if r.entity_type != UNCERTAIN] or inside
    return max(named, key=lambda r: (r.score, r.entity_type)).entity_type if named else UNCERTAIN


def _speaker(channel: int, speakers: Sequence[str]) -> str:
    return speakers[channel] if channel < len(speakers) else f"channel {channel + 1}"


def _time(word: Word) -> TimeRange:
    if not isinstance(word.region, TimeRange):
        raise TypeError("a transcript needs words with a time")
    return word.region
