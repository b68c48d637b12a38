"""Each way to write gold, found out by itself; what cannot be used is told in a line."""

import json
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from redactor.errors import MissingEngineError, PolicyError
from redactor.evaluation.formats import read_gold
from redactor.evaluation.formats_presidio import from_input_samples, to_input_samples
from redactor.evaluation.gold import CallGold, Gold, RecordingGold, ScreenGold, TextGold
from redactor.evaluation.problems import Problems
from redactor.regions import Box
from tests.evaluation.golds import call_gold, marked, screen_gold, write_lines


def read(path: Path, format: str = "auto") -> tuple[tuple[Gold, ...], list[str]]:
    """The gold, and the codes of what is wrong with it."""
    problems = Problems()
    return read_gold(path, format, None, False, problems), [problem.code for problem in problems.found]


def spans(gold: Gold) -> list[tuple[str, str]]:
    assert isinstance(gold, TextGold)
    return [(d.entity_type, gold.text[d.span.start : d.span.end]) for d in gold.data]


PRESIDIO = {
    "full_text": "My name is Anna Jones, card 4111111111111111",
    "masked": "My name is {{name}}, card {{card}}",
    "spans": [
        {"entity_type": "PERSON", "entity_value": "Anna Jones", "start_position": 11, "end_position": 21},
        {"entity_type": "CREDIT_CARD_NUMBER", "entity_value": "4111111111111111", "start_position": 28, "end_position": 44},
    ],
    "template_id": 3,
    "metadata": {"Country": "US"},
}  # fmt: skip


@pytest.mark.parametrize("name", ["gold.json", "gold.jsonl"])
def test_presidio_research(tmp_path: Path, name: str) -> None:
    body = json.dumps([PRESIDIO, PRESIDIO]) if name.endswith(".json") else f"{json.dumps(PRESIDIO)}\n" * 2
    (tmp_path / name).write_text(body, encoding="utf-8")
    golds, wrong = read(tmp_path / name)
    assert wrong == []
    assert [gold.origin.item for gold in golds] == ["0", "1"]
    assert spans(golds[1]) == [("PERSON", "Anna Jones"), ("CREDIT_CARD", "4111111111111111")]


def result(kind: str, label: str, **value: object) -> dict[str, object]:
    return {"type": kind, "value": {**value, kind: [label]}, "original_width": 200, "original_height": 100}


def test_label_studio_texts(tmp_path: Path) -> None:
    good = [result("labels", "Phone", start=5, end=15, text="6971234567"), result("labels", "NEUTRAL", start=0, end=4)]
    tasks = [
        {
            "id": 7,
            "data": {"text": "Call 6971234567 now"},
            "annotations": [
                {"was_cancelled": False, "result": good},
                {"was_cancelled": True, "result": []},
            ],
        },
        {"id": 8, "data": {"text": "Nobody was here"}, "annotations": []},
        {"id": 9, "data": {"text": "Nobody"}, "annotations": [{"result": []}]},
    ]
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    golds, wrong = read(tmp_path / "export.json")
    # What was not annotated is not known to be free of personal data.
    assert wrong == ["NOT_ANNOTATED"]
    assert [gold.origin.item for gold in golds] == ["7", "9"]
    assert spans(golds[0]) == [("PHONE_NUMBER", "6971234567")]
    assert isinstance(golds[0], TextGold)
    assert [(s.start, s.end) for s in golds[0].neutral] == [(0, 4)]


def test_label_studio_pictures_and_sound(tmp_path: Path) -> None:
    shown = [
        result("rectanglelabels", "PERSON", x=10, y=20, width=30.2, height=10, rotation=0),
        result("rectanglelabels", "Face", x=0, y=0, width=5, height=5, rotation=0),
        result("rectanglelabels", "WORD", x=50, y=50, width=10, height=10, rotation=0),
        result("rectanglelabels", "PERSON", x=90, y=20, width=-5, height=10, rotation=0),
    ]
    heard = [
        {
            "type": "labels",
            "original_length": 9.5,
            "value": {"start": 1, "end": 2.5, "channel": 1, "labels": ["PERSON"]},
        },
        {"type": "labels", "original_length": 9.5, "value": {"start": 3, "end": 4, "labels": ["IBAN"]}},
        {"type": "labels", "original_length": 9.5, "value": {"start": 10, "end": 11, "labels": ["IBAN"]}},
    ]
    tasks: list[dict[str, object]] = [
        {"data": {"image": "/data/upload/1/0123abcd-card.png"}, "annotations": [{"result": shown}]},
        {"data": {"audio": "/data/upload/1/0123abcd-a%20call.wav"}, "annotations": [{"result": heard}]},
    ]
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    (screen, call), wrong = read(tmp_path / "export.json")
    assert wrong == ["OFFSET_PAST_END", "OFFSET_PAST_END"]
    assert isinstance(screen, ScreenGold)
    assert (screen.origin.item, screen.width_px, screen.height_px) == ("card", 200, 100)
    # Rounded outward.
    assert [d.boxes for d in screen.shown.data] == [(Box(0, 20, 20, 30, 81),), (Box(0, 0, 0, 5, 10),)]
    assert [d.picture for d in screen.shown.data] == [False, True]
    assert screen.shown.words == (Box(0, 50, 100, 60, 120),)
    assert isinstance(call, CallGold)
    assert (call.path.name, call.channels, call.duration_s) == ("a call.wav", 0, 9.5)
    assert [(d.entity_type, d.channels) for d in call.data] == [("PERSON", (1,)), ("IBAN_CODE", ())]


IOB2 = """# id = first
I\tPRP\tO
am\tVBP\tO
Anna\tNNP\tB-PER
Jones\tNNP\tI-PER

# a comment
Bob\tNNP\tI-PER
Anna\tNNP\tB-PER

-DOCSTART-\t-X-\tO

Athens\tNNP\tB-LOC
"""


def test_iob2(tmp_path: Path) -> None:
    (tmp_path / "gold.iob2").write_text(IOB2, encoding="utf-8")
    golds, wrong = read(tmp_path / "gold.iob2")
    assert wrong == []
    assert [gold.origin.item for gold in golds] == ["first", "gold-1"]
    assert [gold.text for gold in golds if isinstance(gold, TextGold)] == ["I am Anna Jones\nBob Anna", "Athens"]
    assert spans(golds[0]) == [("PERSON", "Anna Jones"), ("PERSON", "Bob"), ("PERSON", "Anna")]
    assert spans(golds[1]) == [("LOCATION", "Athens")]


def test_iob2_in_a_file_of_another_name(tmp_path: Path) -> None:
    (tmp_path / "gold.txt").write_text("Anna B-PER\nJones\n", encoding="utf-8")
    golds, wrong = read(tmp_path / "gold.txt", "iob2")
    assert (spans(golds[0]), wrong) == ([("PERSON", "Anna")], ["NO_LABEL"])


def test_a_mixed_folder(tmp_path: Path) -> None:
    call_gold(tmp_path / "calls")
    screen_gold(tmp_path / "screens")
    write_lines(tmp_path / "texts/dev.jsonl", [marked("I am {PERSON|Anna}")])
    (tmp_path / "settings.json").write_text('{"version": 1}', encoding="utf-8")
    golds, wrong = read(tmp_path)
    assert wrong == []
    assert [(type(g), g.origin.item, g.origin.folder) for g in golds] == [
        (CallGold, "one", "calls"),
        (ScreenGold, "card", "screens"),
        (TextGold, "t1", "texts"),
    ]


def test_synthetic_is_what_the_gold_says(tmp_path: Path) -> None:
    told: list[dict[str, object]] = [
        {"synthetic": True},
        {"provenance": "synthetic"},
        {"provenance": {"synthetic": True}},
    ]
    silent: list[dict[str, object]] = [{}, {"synthetic": "no"}, {"provenance": "customer"}]
    records = [marked("I am {PERSON|Anna}", str(n), **more) for n, more in enumerate([*told, *silent])]
    golds, _ = read(write_lines(tmp_path / "gold.jsonl", records))
    assert [gold.origin.synthetic for gold in golds] == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    ("change", "code", "left"),
    [
        ({"start": 5, "end": 99}, "OFFSET_PAST_END", 0),
        ({"start": 9, "end": 5}, "BAD_OFFSETS", 0),
        ({"start": -3, "end": 5}, "BAD_OFFSETS", 0),
        ({"start": "5", "end": 9}, "BAD_OFFSETS", 0),
        ({"start": 4, "end": 8}, "WRONG_OFFSETS", 0),
        ({"type": ""}, "NO_TYPE", 0),
    ],
)
def test_data_that_have_no_place(tmp_path: Path, change: dict[str, Any], code: str, left: int) -> None:
    record: dict[str, Any] = marked("I am {PERSON|Anna} here")
    record["pii"][0].update(change)
    golds, wrong = read(write_lines(tmp_path / "gold.jsonl", [record]))
    assert ([code], left) == (wrong, len(spans(golds[0])))


def test_lines_that_are_no_gold(tmp_path: Path) -> None:
    good = json.dumps(marked("I am {PERSON|Anna}"), ensure_ascii=False).encode()
    greek = json.dumps(marked("Είμαι η {PERSON|Άννα}", "t2"), ensure_ascii=False).encode("cp1253")
    lines = [good, greek, b'{"id": "t3", "text"', b"[]", b'{"id": "t4", "text": "no data"}', good]
    (tmp_path / "gold.jsonl").write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines) + b"\n")
    golds, wrong = read(tmp_path / "gold.jsonl")
    assert len(golds) == 1
    assert wrong == ["ENCODING", "DAMAGED_JSON", "DAMAGED_JSON", "BAD_GOLD", "DUPLICATE_ID"]


def test_data_outside_their_medium(tmp_path: Path) -> None:
    late = {"type": "PERSON", "text": "Anna", "channel": 0, "start": 5.5, "end": 7.0}
    third = {"type": "PERSON", "text": "Anna", "channel": 2, "start": 1, "end": 2}
    _, wrong = read(call_gold(tmp_path / "calls", pii=[late, third]))
    assert wrong == ["OFFSET_PAST_END", "NO_CHANNEL"]
    wide = {"type": "PERSON", "text": "Anna", "boxes": [[300, 10, 330, 20]]}
    outside = {"type": "PERSON", "text": "Anna", "boxes": [[330, 10, 350, 20]]}
    (gold,), wrong = read(screen_gold(tmp_path / "screens", pii=[wide, outside]))
    assert wrong == ["OFFSET_PAST_END", "OFFSET_PAST_END", "BAD_OFFSETS"]
    assert isinstance(gold, ScreenGold)
    assert [d.boxes for d in gold.shown.data] == [(Box(0, 10, 300, 20, 320),)]


def test_a_file_of_damaged_lines_alone(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "a", "text": ', encoding="utf-8")
    assert read(tmp_path / "gold.jsonl") == ((), ["DAMAGED_JSON"])


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe{}", b"[" * 100_000])
def test_a_damaged_file(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "gold.json").write_bytes(body)
    golds, wrong = read(tmp_path / "gold.json")
    assert golds == ()
    assert wrong in (["DAMAGED_JSON"], ["ENCODING"])


def test_no_gold_at_all(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="not here"):
        read(tmp_path / "nowhere")
    with pytest.raises(PolicyError, match="no gold"):
        read(tmp_path)
    (tmp_path / "settings.json").write_text('{"version": 1}', encoding="utf-8")
    with pytest.raises(PolicyError, match="no gold that is known"):
        read(tmp_path / "settings.json")


def test_a_recording_needs_its_frames(tmp_path: Path) -> None:
    body: dict[str, object] = {"video": "film.mp4", "fps": 5, "width": 64, "height": 64}
    (tmp_path / "film.json").write_text(json.dumps({**body, "pii": []}), encoding="utf-8")
    assert read(tmp_path / "film.json") == ((), ["BAD_GOLD"])
    (tmp_path / "film.json").write_text(json.dumps({**body, "frames": [{"pii": [], "words": []}]}), encoding="utf-8")
    (gold,), wrong = read(tmp_path / "film.json")
    assert isinstance(gold, RecordingGold)
    assert (len(gold.frames), wrong) == (1, [])


@dataclass
class Span:
    """As `presidio_evaluator.Span` takes its first arguments."""

    entity_type: str
    entity_value: str
    start_position: int
    end_position: int


@dataclass
class InputSample:
    """As `presidio_evaluator.InputSample`, as far as it is used."""

    full_text: str
    spans: list[Span]
    metadata: dict[str, object] | None = None
    sample_id: int | None = field(default=None)


def test_input_samples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    golds, _ = read(write_lines(tmp_path / "gold.jsonl", [marked("I am {PERSON|Anna} here", "a")]))
    texts = [gold for gold in golds if isinstance(gold, TextGold)]
    monkeypatch.setitem(sys.modules, "presidio_evaluator", None)
    with pytest.raises(MissingEngineError, match="presidio-evaluator"):
        to_input_samples(texts)
    theirs = types.ModuleType("presidio_evaluator")
    theirs.Span, theirs.InputSample = Span, InputSample  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "presidio_evaluator", theirs)
    samples = to_input_samples(texts)
    assert samples[0].spans == [Span("PERSON", "Anna", 5, 9)]
    (again,) = from_input_samples(samples)
    assert (again.origin.item, again.text, again.data) == ("a", texts[0].text, texts[0].data)
    with pytest.raises(ValueError, match="sample 0"):
        from_input_samples([InputSample("short", [Span("PERSON", "", 2, 9)])])
