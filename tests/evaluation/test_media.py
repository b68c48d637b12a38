"""Calls, screens and recordings against gold."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from redactor.evaluation.judged import ItemResult
from redactor.evaluation.run import Evaluation, evaluate
from tests.evaluation.golds import (
    CALL_S,
    NAME_BOX,
    PHONE_BOX,
    RATE_HZ,
    SPOKEN,
    WORD_BOX,
    call,
    call_gold,
    filled,
    screen,
    screen_gold,
    video_gold,
    without,
    write_call,
    write_video,
)


def codes(found: Evaluation) -> list[str]:
    return [problem.code for problem in found.problems]


def covered(item: ItemResult) -> list[bool]:
    return [j.covered for j in item.judgements]


def late(sound: np.ndarray, ms: float) -> np.ndarray:
    """The sound, so much later, as a codec delays it."""
    return np.roll(sound, int(ms * RATE_HZ / 1000), axis=0)


PERSON, PHONE = SPOKEN


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (without(call(), *SPOKEN), [True, True]),
        (call(), [False, False]),
        (without(call(), PERSON), [True, False]),
        # On the wrong channel.
        (without(call(), (0, 2.0, 3.0), PHONE), [False, True]),
        # 150 ms are left at the start: more than a run of 120 ms; 60 ms are none, and chance.
        (without(call(), (1, 2.15, 3.0), PHONE), [False, True]),
        (without(call(), (1, 2.03, 3.0), PHONE), [True, True]),
        # Quieter, and delayed by a codec, it is still the same voice.
        (late(call(), 40) * 0.3, [False, False]),
        (late(without(call(), *SPOKEN), 40) * 0.3, [True, True]),
        # Under a voice four times as loud.
        (call() + without(late(call(), 1000) * 4, (0, 0, 4.5), (0, 5.2, 6), (1, 0, 2), (1, 3, 6)), [True, True]),
    ],
)
def test_what_can_still_be_heard(tmp_path: Path, output: np.ndarray, expected: list[bool]) -> None:
    gold = call_gold(tmp_path / "gold")
    write_call(tmp_path / "out/one.wav", output)
    found = evaluate(gold, tmp_path / "out")
    assert covered(found.items[0]) == expected
    assert found.problems == ()
    figures = found.figures()["call"]
    assert figures["over_redaction"] < 0.02
    leaked = figures["leaked"]["amount"]
    assert (leaked == 0) == all(expected)
    assert leaked <= 1000 * sum(end - start for _, start, end in SPOKEN)


def test_silence_costs_all_that_was_said(tmp_path: Path) -> None:
    gold = call_gold(tmp_path / "gold")
    write_call(tmp_path / "out/one.wav", np.zeros_like(call()))
    figures = evaluate(gold, tmp_path / "out").figures()["call"]
    assert (figures["recall"], figures["over_redaction"]) == (1.0, 1.0)
    # 1.7 s of personal data went with 2 x 6 s less the data and 0.3 s around them, which is nobody's.
    personal, grace = 1.7, 4 * 0.3
    assert figures["precision"] == pytest.approx(personal / (2 * (CALL_S - 1.7 - grace) + personal), abs=0.01)


def test_the_transcript_counts(tmp_path: Path) -> None:
    gold = call_gold(tmp_path / "gold")
    write_call(tmp_path / "out/one.wav", without(call(), *SPOKEN))
    text = "[00:00.1] agent: καλημέρα τι θα θέλατε\n[00:02.0] customer: είμαι η ΕΛΕΝΗ ΠΑΠΠΑ [PHONE_NUMBER]"
    (tmp_path / "out/one.txt").write_text(text, encoding="utf-8")
    found = evaluate(gold, tmp_path / "out")
    assert [(j.covered, j.written) for j in found.items[0].judgements] == [(True, True), (True, False)]
    figures = found.figures()["call"]
    assert (figures["recall"], figures["in_transcript"], figures["hard_leak_rate"]) == (1.0, 1, 1.0)
    # One of five words is lost, and four are added: the placeholder is none.
    assert figures["word_error_rate"] == 1.0
    (tmp_path / "out/one.txt").write_text("Καλημέρα σας τι θα [PERSON] ΘΕΛΑΤΕ 697 123 4567", encoding="utf-8")
    figures = evaluate(gold, tmp_path / "out").figures()["call"]
    # The digits are found in any grouping.
    assert (figures["in_transcript"], figures["word_error_rate"]) == (1, 0.6)


def test_calls_that_cannot_be_judged(tmp_path: Path) -> None:
    gold, out = call_gold(tmp_path / "gold"), tmp_path / "out"
    out.mkdir()
    found = evaluate(gold, out)
    assert (codes(found), covered(found.items[0]), found.items[0].missing) == (["MISSING_OUTPUT"], [False] * 2, True)
    assert found.figures()["call"]["leaked"] == {"amount": 1700, "unit": "ms"}
    write_call(out / "one.wav", without(call(), *SPOKEN)[:, :1])
    found = evaluate(gold, out)
    assert (codes(found), covered(found.items[0])) == (["CHANNELS"], [False] * 2)
    (out / "one.wav").write_bytes(b"RIFF....")
    found = evaluate(gold, out)
    assert (codes(found), covered(found.items[0])) == (["UNREADABLE"], [False] * 2)
    (gold / "one.wav").unlink()
    assert "NO_ORIGINAL" in codes(evaluate(gold, out))


def test_gold_that_does_not_say_the_channel(tmp_path: Path) -> None:
    said = {"start": 2, "end": 3, "labels": ["Name"]}
    task = {"data": {"audio": "one.wav"}, "annotations": [{"result": [{"value": said}]}]}
    gold = tmp_path / "gold"
    write_call(gold / "one.wav", call())
    (gold / "export.json").write_text(json.dumps([task]), encoding="utf-8")
    for silent, expected in (([PERSON], False), ([PERSON, (0, 2.0, 3.0)], True)):
        write_call(tmp_path / "out/one.wav", without(call(), *silent))
        found = evaluate(gold, tmp_path / "out")
        assert (covered(found.items[0]), found.problems) == ([expected], ())


def test_gold_of_another_medium(tmp_path: Path) -> None:
    gold, out = call_gold(tmp_path / "gold", channels=1, pii=[]), tmp_path / "out"
    write_call(out / "one.wav", call()[:RATE_HZ])
    assert codes(evaluate(gold, out)) == ["CHANNELS"]
    assert codes(evaluate(call_gold(tmp_path / "gold"), out)) == ["LENGTH"]
    gold, out = screen_gold(tmp_path / "screens", width=640), tmp_path / "shown"
    out.mkdir()
    filled(screen(), NAME_BOX, PHONE_BOX).save(out / "card.png")
    found = evaluate(gold, out)
    assert (codes(found), covered(found.items[0])) == (["SIZE"], [False] * 2)
    assert found.problems[0].of_gold


def test_one_output_for_two_items(tmp_path: Path) -> None:
    call_gold(tmp_path / "gold/monday")
    call_gold(tmp_path / "gold/tuesday")
    write_call(tmp_path / "out/one.wav", without(call(), *SPOKEN))
    assert codes(evaluate(tmp_path / "gold", tmp_path / "out")) == ["SHARED_OUTPUT"]
    write_call(tmp_path / "out/monday/one.wav", without(call(), *SPOKEN))
    write_call(tmp_path / "out/tuesday/one.wav", call())
    found = evaluate(tmp_path / "gold", tmp_path / "out")
    assert [covered(item) for item in found.items] == [[True] * 2, [False] * 2]
    assert [(p.code, p.where) for p in found.problems] == [("NO_GOLD", "one.wav")]


def test_more_outputs_than_gold(tmp_path: Path) -> None:
    gold = call_gold(tmp_path / "gold")
    bare = without(call(), *SPOKEN)
    for name in ("one.wav", "two.wav", "one.webm"):
        write_call(tmp_path / "out" / name, bare)
    found = evaluate(gold, tmp_path / "out")
    assert [(p.code, p.where) for p in found.problems] == [("SEVERAL_OUTPUTS", "one"), ("NO_GOLD", "two.wav")]


BLURRED = screen()
BLURRED.paste(screen().crop(NAME_BOX).filter(ImageFilter.GaussianBlur(2)), NAME_BOX[:2])
MOSAIC = screen()
MOSAIC.paste(screen().crop(NAME_BOX).resize((20, 4)).resize((100, 20), Image.Resampling.NEAREST), NAME_BOX[:2])
HALF = (NAME_BOX[0], NAME_BOX[1], 60, NAME_BOX[3])


@pytest.mark.parametrize(
    ("output", "expected", "over"),
    [
        (filled(screen(), NAME_BOX, PHONE_BOX), [True, True], 0.0),
        (screen(), [False, False], 0.0),
        (filled(screen(), NAME_BOX, PHONE_BOX, WORD_BOX), [True, True], 1.0),
        (filled(screen(), HALF, PHONE_BOX), [False, True], 0.0),
        (filled(BLURRED, PHONE_BOX), [False, True], 0.0),
        (filled(MOSAIC, PHONE_BOX), [False, True], 0.0),
    ],
)
def test_what_can_still_be_read(tmp_path: Path, output: Image.Image, expected: list[bool], over: float) -> None:
    gold = screen_gold(tmp_path / "gold")
    (tmp_path / "out").mkdir()
    output.save(tmp_path / "out/card.png")
    found = evaluate(gold, tmp_path / "out")
    assert covered(found.items[0]) == expected
    figures = found.figures()["screen"]
    assert (figures["over_redaction"], figures["leaked"]["amount"] == 0) == (over, all(expected))
    assert found.problems == ()


def test_pictures_in_pictures(tmp_path: Path) -> None:
    face = {"type": "FACE", "box": [200, 60, 260, 110]}
    gold = screen_gold(tmp_path / "gold", non_text_pii=[face])
    original = screen()
    noise = np.random.default_rng(3).integers(0, 255, (50, 60, 3), dtype=np.uint8)
    original.paste(Image.fromarray(noise), (200, 60))
    original.save(gold / "card.png")
    (tmp_path / "out").mkdir()
    boxes = (NAME_BOX, PHONE_BOX)
    for shown, expected in ((filled(original, *boxes, (200, 60, 260, 110)), True), (filled(original, *boxes), False)):
        shown.save(tmp_path / "out/card.png")
        figures = evaluate(gold, tmp_path / "out").figures()["screen"]
        assert (figures["recall_of"]["pictures"]["recall"] == 1.0, figures["recall_of"]["text"]["recall"]) == (
            expected,
            1.0,
        )


def test_screens_that_cannot_be_judged(tmp_path: Path) -> None:
    gold, out = screen_gold(tmp_path / "gold"), tmp_path / "out"
    out.mkdir()
    assert codes(evaluate(gold, out)) == ["MISSING_OUTPUT"]
    filled(screen(), NAME_BOX, PHONE_BOX).resize((160, 60)).save(out / "card.png")
    found = evaluate(gold, out)
    assert (codes(found), covered(found.items[0])) == (["SIZE"], [False] * 2)
    (out / "card.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert codes(evaluate(gold, out)) == ["UNREADABLE"]


def test_what_our_sidecar_says_of_a_screen(tmp_path: Path) -> None:
    gold, out = screen_gold(tmp_path / "gold"), tmp_path / "out"
    out.mkdir()
    filled(screen(), NAME_BOX, PHONE_BOX, WORD_BOX).save(out / "card.png")
    said = [("PERSON", NAME_BOX), ("CUSTOMER_ID", PHONE_BOX), ("PERSON", WORD_BOX)]
    regions = [
        {"type": kind, "regions": [{"page": 0, "left": b[0], "top": b[1], "right": b[2], "bottom": b[3]}]}
        for kind, b in said
    ]
    (out / "card.redaction.json").write_text(
        json.dumps({"product": "redactor", "redactions": regions}), encoding="utf-8"
    )
    spans = evaluate(gold, out).figures()["screen"]["spans"]
    assert (spans["exact"]["correct"], spans["exact"]["spurious"]) == (2, 1)
    person = spans["by_type"]["PERSON"]["ent_type"]
    assert (person["precision"], person["recall"]) == (0.5, 1.0)
    assert spans["by_type"]["PHONE_NUMBER"]["ent_type"]["recall"] == 0.0


def test_recordings(tmp_path: Path) -> None:
    gold, out = video_gold(tmp_path / "gold"), tmp_path / "out"
    bare = filled(screen(), NAME_BOX, PHONE_BOX)
    write_video(out / "film.mp4", [bare] * 5)
    found = evaluate(gold, out)
    figures = found.figures()["recording"]
    assert (figures["data"], figures["recall"], figures["over_redaction"]) == (10, 1.0, 0.0)
    # Five frames of one name are one proof, not five: the interval is that of two data.
    assert figures["recall_95"] == [0.3424, 1.0]
    write_video(out / "film.mp4", [bare, bare, filled(screen(), PHONE_BOX), bare, bare])
    figures = evaluate(gold, out).figures()["recording"]
    assert (figures["covered"], figures["by_type"]["PERSON"]["covered"], figures["hard_leak_rate"]) == (9, 4, 1.0)


def test_recordings_that_end_too_early(tmp_path: Path) -> None:
    gold, out = video_gold(tmp_path / "gold"), tmp_path / "out"
    write_video(out / "film.mp4", [filled(screen(), NAME_BOX, PHONE_BOX)] * 3)
    found = evaluate(gold, out)
    assert (codes(found), found.figures()["recording"]["covered"]) == (["TOO_SHORT"], 6)
    (out / "film.mp4").write_bytes(b"no video")
    found = evaluate(gold, out)
    assert (codes(found), found.figures()["recording"]["covered"]) == (["UNREADABLE"], 0)
    # What the original does not show cannot be judged, so nothing of it is.
    write_video(out / "film.mp4", [filled(screen(), NAME_BOX, PHONE_BOX)] * 5)
    write_video(gold / "film.mp4", [screen()] * 3)
    found = evaluate(gold, out)
    figures = found.figures()["recording"]
    assert (codes(found), figures["covered"], figures["data"]) == (["TOO_SHORT"], 0, 10)
    assert found.problems[0].of_gold
