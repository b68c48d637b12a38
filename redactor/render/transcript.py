"""The transcript that goes with a masked recording, in the forms that a policy asks for, and what one of them says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from redactor.render.captions import as_srt, as_vtt, said_srt, said_vtt
from redactor.render.turns import Turn, TurnWord

_LONGEST_MS = 24 * 3_600_000
"""`audio.max_hours` allows no longer recording; a greater number is no time."""


def written(form: str, turns: Sequence[Turn]) -> str:
    """The transcript as `txt`, `vtt`, `srt` or `json`."""
    return FORMS[form].write(turns)


def said(form: str, transcript: str, speakers: Sequence[str] = ()) -> str | None:
    """What was said, a line per turn, without times and speakers, which look like numbers after a label.

    Args:
        form: `txt`, `vtt`, `srt` or `json`.
        transcript: the content of a file.
        speakers: the names of channels that the policy knows, besides `channel N`.

    Returns:
        None for anything that holds more than `written` writes: it is a text like any other, to be judged as a whole.
    """
    speaker = "(?:" + "|".join([r"channel \d{1,2}", *map(re.escape, speakers)]) + ")"
    return FORMS[form].said(transcript, speaker)


def as_txt(turns: Sequence[Turn]) -> str:
    """One line per turn: `[00:12.3] agent: text`, with a line break at its end."""
    return "".join(f"[{_clock(turn.start_ms)}] {turn.speaker}: {turn.text}\n" for turn in turns)


def as_json(turns: Sequence[Turn]) -> str:
    """`text` with a line per turn, and `turns` with speaker, channel (from 0), times in ms, text and words."""
    body = {
        "text": "\n".join(turn.text for turn in turns),
        "turns": [
            {
                "speaker": turn.speaker,
                "channel": turn.channel,
                "start_ms": turn.start_ms,
                "end_ms": turn.end_ms,
                "text": turn.text,
                "words": [asdict(word) for word in turn.words],
            }
            for turn in turns
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _said_txt(text: str, speaker: str) -> str | None:
    head = re.compile(rf"\[(?:\d{{1,2}}:)?\d\d:\d\d\.\d\] {speaker}: ")
    lines = text.splitlines()
    heads = [head.match(line) for line in lines]
    if not lines or not all(heads):
        return None
    return "\n".join(line[head.end() :] for line, head in zip(lines, heads, strict=True) if head)


def _said_json(text: str, speaker: str) -> str | None:
    try:
        turns = [_turn(item, speaker) for item in json.loads(text)["turns"]]
        # Written again byte for byte: no key, escape or repetition is left in which something else could stand.
        same = as_json(turns) == text
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return "\n".join(turn.text for turn in turns) if same else None


def _turn(body: dict[str, object], speaker: str) -> Turn:
    words, channel = body["words"], body["channel"]
    if not (isinstance(words, list) and isinstance(channel, int) and 0 <= channel < 100):
        raise ValueError("not a turn")
    turn = Turn(channel, str(body["speaker"]), tuple(TurnWord(**word) for word in words))
    times = [ms for word in turn.words for ms in (word.start_ms, word.end_ms)]
    if not (
        re.fullmatch(speaker, turn.speaker) and all(isinstance(ms, int) and 0 <= ms <= _LONGEST_MS for ms in times)
    ):
        raise ValueError("not a turn of ours")
    return turn


def _clock(ms: int) -> str:
    minutes, rest = divmod(ms // 100, 600)
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}:" if hours else "") + f"{minutes:02}:{rest // 10:02}.{rest % 10}"


@dataclass(frozen=True, slots=True)
class _Form:
    write: Callable[[Sequence[Turn]], str]
    said: Callable[[str, str], str | None]
    """Takes the text and a pattern of speakers."""


FORMS = {
    "txt": _Form(as_txt, _said_txt),
    "vtt": _Form(as_vtt, said_vtt),
    "srt": _Form(as_srt, said_srt),
    "json": _Form(as_json, _said_json),
}
"""By the suffix of the file."""
