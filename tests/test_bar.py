"""The regression bar: what was caught stays caught; and the bar, its scorers and its record can say no."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.bar import calls, record, run, screens, texts
from benchmarks.bar.__main__ import update
from benchmarks.bar.judged import Judged
from benchmarks.bar.pack import Item, digest, items
from benchmarks.bar.record import Record
from redactor.library import Redactor
from redactor.policy import NO_NAMES, Policy
from tests.pictures import page
from tests.sound import syllables, write_wav

RATE_HZ = 16_000
PII = [{"type": "PERSON", "start": 8, "end": 13}, {"type": "PHONE_NUMBER", "start": 20, "end": 30}]
TEXT = Item("one", "texts", "en", {"text": "This is Maria, call 6971234567 today.", "pii": PII})


@pytest.fixture(scope="module")
def judged(
    demo: tuple[Path, subprocess.CompletedProcess[str]], tmp_path_factory: pytest.TempPathFactory
) -> list[Judged]:
    folder, done = demo
    assert done.returncode == 0, done.stdout + done.stderr
    redactor = Redactor()
    return [run.judge(item, redactor, tmp_path_factory.mktemp("bar"), folder / "out") for item in items()]


@pytest.mark.slow
def test_nothing_that_was_caught_leaks(judged: list[Judged]) -> None:
    bar = record.load()
    assert digest(items()) == bar.gold, "another pack than the recorded one: python -m benchmarks.bar --update"
    assert record.worse(bar, judged) == []


@pytest.mark.slow
def test_a_detector_without_names_fails_the_bar() -> None:
    crippled = Redactor(Policy.model_validate({"models": {"names": NO_NAMES}}))
    found = [item for item in items() if item.group == "texts"]
    outcome = [texts.judge(item, run.redact(crippled, item.gold["text"])) for item in found]
    lines = [line for line in record.worse(record.load(), outcome) if line.startswith("texts")]
    assert any("(HEALTH): caught before, left now" in line for line in lines)
    assert any(line.startswith("texts, all: recall") for line in lines)
    values = {item.gold["text"][s["start"] : s["end"]] for item in found for s in item.gold["pii"]}
    assert not [line for line in lines for value in values if len(value) > 4 and value in line]


@pytest.mark.parametrize(
    ("after", "caught", "lost"),
    [
        ("This is [PERSON], call [PHONE_NUMBER] today.", (True, True), 0),
        ("This is Maria, call [PHONE_NUMBER] today.", (False, True), 0),
        ("This is MARIA, call [PHONE_NUMBER] today.", (False, True), 0),
        ("This is [PERSON], call [PHONE_NUMBER]567 today.", (True, False), 0),
        ("This is [PERSON], call 69******67 today.", (True, True), 0),
        ("[PERSON], call [PHONE_NUMBER]", (True, True), 3),
        ("", (True, True), 4),
    ],
)
def test_a_text_is_judged_by_what_is_left_in_its_place(after: str, caught: tuple[bool, ...], lost: int) -> None:
    found = texts.judge(TEXT, after)
    assert (found.caught, found.lost, found.outside) == (caught, lost, 4)


def test_what_is_withheld_is_not_caught() -> None:
    found = texts.judge(TEXT, None)
    assert (found.caught, found.written) == ((False, False), False)


@pytest.mark.parametrize(
    ("channel", "shift_s", "caught"), [(1, 0.0, True), (0, 0.0, False), (1, 0.3, False), (None, 0.0, False)]
)
def test_a_call_is_judged_by_its_sound(channel: int | None, shift_s: float, caught: bool, tmp_path: Path) -> None:
    sound = syllables(8, RATE_HZ, channels=2)
    source = write_wav(tmp_path / "call.wav", sound, RATE_HZ).path
    datum = {"type": "PERSON", "text": "Maria", "spoken": "Maria", "channel": 1, "start": 3.0, "end": 4.0}
    copy = sound.copy()
    if channel is not None:
        start, end = (round((edge + shift_s) * RATE_HZ) for edge in (2.9, 4.1))
        copy[start:end, channel] = 0.2 * np.sin(2 * np.pi * 1000 * np.arange(end - start) / RATE_HZ)
    (tmp_path / "out").mkdir()
    output = write_wav(tmp_path / "out" / "call.wav", copy, RATE_HZ).path
    transcript = output.with_suffix(".txt")
    transcript.write_text("this is [PERSON]", encoding="utf-8")
    item = Item("call", "calls", "en", {"pii": [datum]}, source)
    found = calls.judge(item, output)
    assert found.caught == (caught,)
    # Beside the datum 0.3 s count neither way.
    assert (found.lost > 0) is (shift_s > 0)
    transcript.write_text("this is MARIA", encoding="utf-8")
    assert calls.judge(item, output).caught == (False,)


@pytest.mark.parametrize(
    ("cover", "caught"),
    [
        ((20, 36, 150, 60), True),
        ((24, 40, 119, 55), True),
        ((20, 36, 80, 60), False),
        ((20, 36, 150, 46), False),
        (None, False),
    ],
)
@pytest.mark.parametrize("fill", ["black", "#f4f0e8"])
def test_a_screen_is_judged_by_its_edges(
    cover: tuple[int, int, int, int] | None, caught: bool, fill: str, tmp_path: Path
) -> None:
    picture = Image.fromarray(page())
    picture.save(tmp_path / "screen.png")
    if cover:
        ImageDraw.Draw(picture).rectangle(cover, fill)
    (tmp_path / "out").mkdir()
    picture.save(tmp_path / "out" / "screen.png")
    gold = {
        "pii": [{"type": "PHONE_NUMBER", "boxes": [[24, 40, 120, 56]]}],
        "words": [{"box": [10, 8, 45, 24]}, {"box": [24, 40, 120, 56]}],
    }
    item = Item("screen", "screens", "en", gold, tmp_path / "screen.png")
    found = screens.judge(item, tmp_path / "out" / "screen.png")
    assert found.caught == (caught,)
    assert (found.lost, found.outside) == (int(caught or cover == (20, 36, 80, 60)), 2)


def outcome(*caught: bool, name: str = "one", written: bool = True) -> Judged:
    return Judged(replace(TEXT, name=name), ("PERSON", "PHONE_NUMBER"), caught, 0, 4, written)


BAR = Record.of("a pack", [[outcome(True, True), outcome(True, False, name="two")]])


@pytest.mark.parametrize(
    ("now", "lines"),
    [
        ([outcome(True, True), outcome(True, False, name="two")], []),
        ([outcome(True, True), outcome(True, True, name="two")], []),
        (
            # One more and one less: recall is the same, and a formerly caught case leaks all the same.
            [outcome(True, True), outcome(False, True, name="two")],
            ["texts/two, datum 0 (PERSON): caught before, left now"],
        ),
        (
            [outcome(True, False), outcome(True, False, name="two")],
            ["texts/one, datum 1 (PHONE_NUMBER): caught before, left now"]
            + [f"texts, {key}: recall 50.0 %, was 75.0 %" for key in ("all", "en")],
        ),
        (
            [outcome(True, True), outcome(False, False, name="two", written=False)],
            ["texts/two: withheld, and was given out before"]
            + [f"texts, {key}: recall 50.0 %, was 75.0 %" for key in ("all", "en")],
        ),
        (
            [outcome(True, True)],
            ["texts/two: not judged any more"],
        ),
    ],
)
def test_what_has_become_worse_is_named_by_number(now: Sequence[Judged], lines: list[str]) -> None:
    assert record.worse(BAR, now) == lines


def test_a_fall_by_half_a_point_is_allowed_and_more_is_not() -> None:
    many = [outcome(True, True, name=f"{n}") for n in range(150)]
    bar = replace(Record.of("a pack", [many]), caught={})
    assert record.worse(bar, [*many[:-1], outcome(True, False, name="149")]) == []
    assert record.worse(bar, [*many[:-1], outcome(False, False, name="149")]) != []


def test_only_what_every_run_catches_must_be_caught() -> None:
    steady = Record.of("a pack", [[outcome(True, True)], [outcome(True, False)], [outcome(True, True)]])
    assert (steady.caught, steady.unsteady) == ({"texts/one": {0}}, {"texts/one": {1}})
    assert record.worse(steady, [outcome(True, False)]) == []
    assert steady.figures["texts"]["all"].recall == 0.5


def test_a_record_that_asks_for_less_needs_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bar.json"
    assert update(None, BAR, "", path) == 0
    first = path.read_bytes()
    assert Record.read(json.loads(first)) == BAR
    less = Record.of("a pack", [[outcome(True, False), outcome(True, False, name="two")]])
    assert update(json.loads(first), less, "", path) == 1
    assert path.read_bytes() == first
    assert "texts/one, datum 1: caught before" in capsys.readouterr().out
    assert update(json.loads(first), less, "the number is a public one", path) == 0
    body = json.loads(path.read_bytes())
    assert Record.read(body) == less
    assert body["accepted"][0]["reason"] == "the number is a public one"
    assert body["accepted"][0]["given_up"][0] == "texts/one, datum 1: caught before"
    # More is recorded without a reason, and what was accepted stays told.
    assert update(body, BAR, "", path) == 0
    assert json.loads(path.read_bytes())["accepted"] == body["accepted"]


def test_an_item_that_left_the_pack_is_a_drop(tmp_path: Path) -> None:
    path = tmp_path / "bar.json"
    update(None, BAR, "", path)
    assert update(json.loads(path.read_bytes()), Record.of("another", [[outcome(True, True)]]), "", path) == 1
