"""`redactor evaluate`: what it prints and writes, and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redactor.cli_evaluate import evaluate
from redactor.errors import PolicyError
from tests.evaluation.golds import (
    NAME_BOX,
    PHONE_BOX,
    call,
    call_gold,
    filled,
    marked,
    screen,
    screen_gold,
    video_gold,
    write_call,
    write_lines,
    write_video,
)

SECRETS = ("Ελένη", "Παππά", "6971234567", "Anna", "Jones", "6971 234 567", "Μαρία")
"""Every value of the gold, whole or in part."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(evaluate, [str(a) for a in arguments])


@pytest.fixture
def leaky(tmp_path: Path) -> tuple[Path, Path]:
    """A mixed folder of gold, and outputs in which everything leaks."""
    gold, out = tmp_path / "gold", tmp_path / "out"
    call_gold(gold / "calls")
    screen_gold(gold / "screens")
    video_gold(gold / "screens", count=2)
    texts = [marked("Είμαι η {PERSON|Μαρία Παππά}, {PHONE_NUMBER|6971234567}", "a"), marked("Nobody is here", "b")]
    write_lines(gold / "texts/dev.jsonl", texts)
    write_call(out / "calls/one.wav", call())
    (out / "calls/one.txt").write_text("είμαι η Ελένη Παππά", encoding="utf-8")
    (out / "screens").mkdir()
    screen().save(out / "screens/card.png")
    write_video(out / "screens/film.mp4", [screen()] * 2)
    write_lines(out / "texts/dev.jsonl", [{"id": t["id"], "text": t["text"]} for t in texts])
    return gold, out


def test_no_values_without_the_word_that_they_are_synthetic(leaky: tuple[Path, Path], tmp_path: Path) -> None:
    gold, out = leaky
    result = run(gold, out, "--json", tmp_path / "f.json", "--html", tmp_path / "p.html")
    assert result.exit_code == 0, result.output
    page, body = (tmp_path / "p.html").read_text(encoding="utf-8"), (tmp_path / "f.json").read_text(encoding="utf-8")
    for told in (page, body, result.output):
        assert [secret for secret in SECRETS if secret in told] == []
    assert "data:image" not in page
    assert 'class="wave"' not in page
    found = json.loads(body)
    assert {kind: f["recall"] for kind, f in found["kinds"].items()} == dict.fromkeys(found["kinds"], 0.0)
    assert {leak["kind"] for leak in found["leaks"]} == {"text", "call", "screen", "recording"}
    # Each leak is told by item, type and place; the frames of one datum of a recording are one leak.
    assert len(found["leaks"]) == 2 + 2 + 2 + 2
    assert "characters 8-19" in page
    assert "channel 1, 2.00-3.00 s" in page


def test_pictures_of_every_leak_when_it_is_synthetic(leaky: tuple[Path, Path], tmp_path: Path) -> None:
    gold, out = leaky
    result = run(gold, out, "--synthetic", "--json", tmp_path / "f.json", "--html", tmp_path / "p.html")
    page, body = (tmp_path / "p.html").read_text(encoding="utf-8"), (tmp_path / "f.json").read_text(encoding="utf-8")
    assert page.count('class="card"') == 8
    # Before and after, of two data of a screen and two of a recording; two stretches of sound; two of text.
    assert page.count("data:image/png") == 8
    assert page.count('class="wave"') == 2
    assert page.count('class="snippet"') == 2
    assert "<mark>Μαρία</mark>" in page
    # What other programs read holds no values all the same.
    for told in (body, result.output):
        assert [secret for secret in SECRETS if secret in told] == []


def test_a_page_without_leaks(tmp_path: Path) -> None:
    gold, out = screen_gold(tmp_path / "gold"), tmp_path / "out"
    out.mkdir()
    filled(screen(), NAME_BOX, PHONE_BOX).save(out / "card.png")
    assert run(gold, out, "--html", tmp_path / "p.html").exit_code == 0
    assert "None." in (tmp_path / "p.html").read_text(encoding="utf-8")


def test_exit_codes(tmp_path: Path) -> None:
    gold = write_lines(tmp_path / "gold.jsonl", [marked("I am {PERSON|Anna}", "a"), marked("{PERSON|Jones} too", "b")])
    both = [{"id": "a", "text": "I am Anna"}, {"id": "b", "text": "[PERSON] too"}]
    out = write_lines(tmp_path / "out.jsonl", both)
    assert run(gold, out).exit_code == 0
    assert run(gold, out, "--fail-under", "0.5").exit_code == 0
    assert run(gold, out, "--fail-under", "0.51").exit_code == 6
    assert run(gold, write_lines(tmp_path / "out.jsonl", both[1:])).exit_code == 8
    assert run(gold, tmp_path / "out.jsonl", "--fail-under", "0.9").exit_code == 6
    write_lines(gold, [marked("I am {PERSON|Anna}", "b"), marked("{PERSON|Jones} too", "b")])
    assert run(gold, out, "--fail-under", "0.9").exit_code == 2
    assert isinstance(run(gold, tmp_path / "nowhere").exception, PolicyError)
    assert isinstance(run(tmp_path / "nowhere", out).exception, PolicyError)


def test_a_line_for_each_thing_that_is_wrong(tmp_path: Path) -> None:
    gold = write_lines(tmp_path / "gold.jsonl", [marked("I am {PERSON|Anna}", item) for item in "abcd"])
    lines = [
        json.dumps({"id": "a", "text": "I am [PERSON]"}).encode(),
        json.dumps({"id": "a", "text": "I am Anna"}).encode(),
        '{"id": "b", "text": "είμαι η Άννα"}'.encode("cp1253"),
        b'{"id": "c", "te',
        b'{"id": "e", "text": "who is this"}',
    ]
    (tmp_path / "out.jsonl").write_bytes(b"\n".join(lines))
    result = run(gold, tmp_path / "out.jsonl", "--json", tmp_path / "f.json")
    assert result.exit_code == 8
    body = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    wrong = [(p["code"], p["where"]) for p in body["problems"]]
    assert wrong == [
        ("ENCODING", "out.jsonl line 3"),
        ("DAMAGED_JSON", "out.jsonl line 4"),
        ("DUPLICATE_ID", "a"),
        ("MISSING_OUTPUT", "b"),
        ("MISSING_OUTPUT", "c"),
        ("MISSING_OUTPUT", "d"),
        ("NO_GOLD", "out.jsonl e"),
    ]
    for code, where in wrong:
        assert f"{code}  {where}: " in result.output
    # Of the two outputs with one id the worse counts.
    assert body["kinds"]["text"]["covered"] == 0


def test_help_tells_the_exit_codes() -> None:
    text = " ".join(run("--help").output.split())
    for told in ("0 evaluated", "2 something is wrong with the gold", "6 recall under", "8 an output is missing"):
        assert told in text
