"""Captions: cut at word ends, never inside a placeholder, and put together again."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.readers.formats.subtitles import parse_srt, parse_vtt
from redactor.render.captions import LONGEST_CHARS, LONGEST_MS, as_srt, as_vtt, said_srt, said_vtt
from redactor.render.transcript import as_txt, said
from redactor.render.turns import Turn, TurnWord

SPEAKER = "agent|customer"


def turn(channel: int, *words: tuple[str, int, int]) -> Turn:
    return Turn(channel, ("agent", "customer")[channel], tuple(TurnWord(*word) for word in words))


CALL = [
    turn(0, ("A", 300, 600), ("& B <ok>", 600, 1200)),
    turn(1, ("[PHONE_NUMBER]", 12_800, 15_300), ("thanks", 16_000, 16_500)),
]


def test_webvtt_names_the_voice_and_escapes_the_text() -> None:
    assert as_vtt(CALL) == (
        "WEBVTT\n\n"
        "00:00:00.300 --> 00:00:01.200\n<v agent>A &amp; B &lt;ok&gt;\n\n"
        "00:00:12.800 --> 00:00:16.500\n<v customer>[PHONE_NUMBER] thanks\n\n"
    )
    assert said_vtt(as_vtt(CALL), SPEAKER) == "A & B <ok>\n[PHONE_NUMBER] thanks"


def test_subrip_numbers_its_cues() -> None:
    assert as_srt(CALL) == (
        "1\n00:00:00,300 --> 00:00:01,200\nagent: A & B <ok>\n\n"
        "2\n00:00:12,800 --> 00:00:16,500\ncustomer: [PHONE_NUMBER] thanks\n\n"
    )
    assert said_srt(as_srt(CALL).replace("2\n00", "6971234567\n00"), SPEAKER) is None


def test_both_are_read_as_what_they_are() -> None:
    for parsed in (parse_vtt(as_vtt(CALL).encode()), parse_srt(as_srt(CALL).encode())):
        assert "".join(parsed.leaves).count("[PHONE_NUMBER] thanks") == 1
        assert not re.search(r"\d", "".join(parsed.leaves))


def test_long_turns_are_cut_at_word_ends_and_go_on_without_a_gap() -> None:
    long = turn(0, *((f"word{i}", 400 * i, 400 * i + 300) for i in range(60)))
    between = turn(1, ("yes", 3000, 3400))
    text = as_vtt([long, between])
    cues = [cue.splitlines() for cue in text.split("\n\n")[1:-1]]
    mine = [cue for cue in cues if "agent" in cue[1]]
    times = [cue[0].split(" --> ") for cue in mine]
    assert len(mine) > 3
    assert all(len(cue[1]) - len("<v agent>") <= LONGEST_CHARS for cue in mine)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(times))
    assert [cue[0] for cue in cues] == sorted(cue[0] for cue in cues)
    assert said_vtt(text, SPEAKER) == f"{long.text}\nyes"


def test_a_placeholder_is_never_cut_however_long_it_is() -> None:
    name = "[" + "A" * 2 * LONGEST_CHARS + "]"
    text = as_srt([turn(0, ("so", 0, 200), (name, 300, 300 + 3 * LONGEST_MS), ("yes", 30_000, 30_200))])
    assert text.split("\n\n")[1].endswith(f"00:00:00,300 --> 00:00:30,000\nagent: {name}")


@pytest.mark.parametrize("text", ["", "WEBVTT", "WEBVTT\n\nNOTE Anna\n\n", "1\n00:00:01,000 --> 00:00:02,000 Anna\n"])
def test_what_we_do_not_write_is_none(text: str) -> None:
    assert said_vtt(text, SPEAKER) is None
    assert said_srt(text, SPEAKER) in {None, ""}


words = st.lists(
    st.tuples(st.text("aβ[]<&>:", min_size=1, max_size=30), st.integers(0, 3000), st.integers(1, 9000)), min_size=1
)


@given(st.lists(st.tuples(st.integers(0, 1), words), max_size=6))
def test_no_word_is_lost_or_added(calls: list[tuple[int, list[tuple[str, int, int]]]]) -> None:
    told, at = [], 0
    for channel, spoken in calls:
        placed = []
        for text, pause, length in spoken:
            placed.append((text, at + pause, at + pause + length))
            at += pause
        told.append(turn(channel, *placed))
        at += 60_000
    told.sort(key=lambda t: (t.start_ms, t.channel))
    lines = said("txt", as_txt(told), ("agent", "customer")) or ""
    for form in (said_vtt(as_vtt(told), SPEAKER), said_srt(as_srt(told), SPEAKER)):
        assert form == lines
