"""Captions of a call, WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip, and reading our own again.

Turns are cut into cues at word ends; a placeholder is one word, so it is never cut. The cues of one turn follow each
other without a gap, which is how reading puts the turn together again. The packages `webvtt-py` and `srt` are not used:
neither escapes what it writes, and both read past what they do not know, where a name could stand.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redactor.render.turns import Turn, TurnWord

LONGEST_MS = 7000
LONGEST_CHARS = 84
"""Two lines of 42 characters for at most seven seconds: what a viewer reads at ease, and broadcasters' usual limits."""
_HEAD = "WEBVTT\n\n"


@dataclass(frozen=True, slots=True)
class _Cue:
    speaker: str
    start_ms: int
    end_ms: int
    text: str = field(repr=False)


def as_vtt(turns: Sequence[Turn]) -> str:
    """WebVTT; the speaker of each cue is its voice (`<v agent>`)."""
    return _HEAD + "".join(
        f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\n<v {cue.speaker}>{html.escape(cue.text, quote=False)}\n\n"
        for cue in _cues(turns)
    )


def as_srt(turns: Sequence[Turn]) -> str:
    """SubRip; each cue starts with its speaker (`agent: `)."""
    return "".join(
        f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n{cue.speaker}: {cue.text}\n\n"
        for number, cue in enumerate(_cues(turns), 1)
    )


def said_vtt(text: str, speaker: str) -> str | None:
    """What was said, a line per turn; None for any text that `as_vtt` does not write. `speaker`: a pattern of names."""
    cue = re.compile(rf"(?P<times>{_times('.')})\n<v (?P<speaker>{speaker})>(?P<text>[^<>\n]*)\n\n")
    cues = _read(cue, text, len(_HEAD)) if text.startswith(_HEAD) else None
    return None if cues is None else html.unescape(_joined(cues))


def said_srt(text: str, speaker: str) -> str | None:
    """What was said, a line per turn; None for any text that `as_srt` does not write. `speaker`: a pattern of names."""
    cue = re.compile(rf"(?P<number>\d+)\n(?P<times>{_times(',')})\n(?P<speaker>{speaker}): (?P<text>[^\n]*)\n\n")
    cues = _read(cue, text, 0)
    return None if cues is None else _joined(cues)


def _cues(turns: Sequence[Turn]) -> list[_Cue]:
    return sorted((cue for turn in turns for cue in _cut(turn)), key=lambda cue: cue.start_ms)


def _cut(turn: Turn) -> Iterator[_Cue]:
    start, held = turn.start_ms, list[TurnWord]()
    for word in turn.words:
        full = len(" ".join(w.text for w in (*held, word))) > LONGEST_CHARS or word.end_ms - start > LONGEST_MS
        # Words may share their time when a recogniser gave one none of its own: no cue ends where it starts.
        if held and full and word.start_ms > start:
            yield _Cue(turn.speaker, start, word.start_ms, " ".join(w.text for w in held))
            start, held = word.start_ms, []
        held.append(word)
    yield _Cue(turn.speaker, start, turn.end_ms, " ".join(w.text for w in held))


def _read(pattern: re.Pattern[str], text: str, at: int) -> list[_Cue] | None:
    """All cues of `text` from `at` on; None when anything else stands there, where a value could hide."""
    cues: list[_Cue] = []
    while at < len(text):
        match = pattern.match(text, at)
        if match is None or match.groupdict().get("number") not in {None, str(len(cues) + 1)}:
            return None
        start_ms, end_ms = map(_ms, match["times"].split(" --> "))
        cues.append(_Cue(match["speaker"], start_ms, end_ms, match["text"]))
        at = match.end()
    return cues


def _joined(cues: Iterable[_Cue]) -> str:
    """A cue that starts where one of the same speaker ended goes on with its turn."""
    lines: list[str] = []
    ended: dict[tuple[str, int], int] = {}
    for cue in cues:
        line = ended.pop((cue.speaker, cue.start_ms), len(lines))
        if line == len(lines):
            lines.append(cue.text)
        else:
            lines[line] += " " + cue.text
        ended[cue.speaker, cue.end_ms] = line
    return "\n".join(lines)


def _times(point: str) -> str:
    clock = rf"\d\d:[0-5]\d:[0-5]\d{re.escape(point)}\d{{3}}"
    return f"{clock} --> {clock}"


def _clock(ms: int, point: str = ".") -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"


def _ms(clock: str) -> int:
    hours, minutes, seconds, ms = map(int, re.split("[:.,]", clock))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
