"""Files of one interaction, redacted together: what is certain in one is gone from all, and each ends for itself."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from redactor import batch
from redactor.errors import EngineError, MediaError
from redactor.evidence import Evidence, Word
from redactor.findings import Finding
from redactor.ledger import Ledger
from redactor.library import Redactor
from redactor.outcomes import Outcome
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.readers.text import TextReader
from redactor.receipt import Receipt
from redactor.regions import Box, Span, TimeRange
from redactor.together import redact_files
from tests.test_library import call

NAME, CAPITALS, NUMBER, OTHER = "Αλφαβήτας", "ΑΛΦΑΒΗΤΑΣ", "6971234567", "Βήτασιος"
CALL, SCREEN = f"καλημέρα λέγομαι {NAME} ναι", f"οθόνη {CAPITALS} υπόλοιπο"


class InContext:
    """Finds the word behind "λέγομαι" and "τηλ"; without a label a value is a word like any other."""

    name = "in context"

    def find(self, text: str) -> Sequence[Finding]:
        found = []
        for label, kind in (("λέγομαι", "PERSON"), ("τηλ", "PHONE_NUMBER")):
            before, _, rest = text.partition(label)
            if value := rest.split()[:1]:
                start = text.index(value[0], len(before) + len(label))
                found.append(Finding(Span(start, start + len(value[0])), kind, 0.9, self.name))
        return found


@dataclass
class Engines:
    """Reads what a source was told to hold, of a draft what was not covered, and counts the readings of each source."""

    source: Path
    before: Callable[[Media], None] = field(default=lambda media: None)
    words: dict[str, str] = field(default_factory=dict)
    readings: Counter[str] = field(default_factory=Counter)
    read_last: list[str] = field(default_factory=list)

    def read(self, media: Media) -> Evidence:
        draft = self.source not in media.path.parents
        if not draft:
            self.before(media)
            self.readings[media.path.name] += 1
        if media.kind == "text":
            return TextReader(Policy()).read(media)
        if media.kind == "audio":
            said = CALL.split() if not draft else ["καλημέρα", "ναι"]
            words = [
                Word(w, TimeRange(0, 1000 * CALL.split().index(w), 1000 * CALL.split().index(w) + 500)) for w in said
            ]
            return Evidence(tuple(words), ("el",), extent=(TimeRange(0, 0, 8000),))
        pixels = np.asarray(Image.open(media.path).convert("RGB"))
        boxes = [(w, Box(0, 30, 40 + 200 * i, 50, 120 + 200 * i)) for i, w in enumerate(SCREEN.split())]
        shown = [Word(w, b, gap="\t") for w, b in boxes if pixels[b.top : b.bottom, b.left : b.right].any()]
        return Evidence(tuple(shown), extent=(Box(0, 0, 0, 80, 800),), cells=True)

    def redactor(self, ledger: Ledger | None = None, **policy: object) -> Redactor:
        chosen = Policy.model_validate({"image": {"bucket_px": 0}, **policy})
        return Redactor(
            chosen, readers=dict.fromkeys(("audio", "image", "text"), self), finder=InContext(), ledger=ledger
        )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in" / "20260131-0001"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield opened
    opened.close()


def texts(folder: Path, **contents: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name}.txt").write_text(content, encoding="utf-8")
    return [folder / f"{name}.txt" for name in contents]


def screen(folder: Path) -> Path:
    Image.new("RGB", (800, 80), "white").save(folder / "screen.png")
    return folder / "screen.png"


def run(redactor: Redactor, root: Path) -> dict[str, Outcome]:
    places = batch.Source("qa", (root / "in",), root / "out")
    return {o.label: o for o in batch.run(redactor, [places], lambda number, total, label: lambda stage, share: None)}


def counts(receipt: Receipt | Exception | None) -> dict[str, int]:
    assert isinstance(receipt, Receipt), receipt
    return dict(receipt.counts)


FOLDER = {"interactions": {"by": "folder"}}


def test_a_name_said_in_a_call_is_covered_on_the_screen_and_in_the_note(source: Path, tmp_path: Path) -> None:
    texts(source, note=f"επιστροφή στον {NAME} αύριο")
    call(source, 8.0), screen(source)
    engines = Engines(source)
    ended = {path.name: end for path, end in redact_files(engines.redactor(), sorted(source.iterdir()), tmp_path / "o")}
    assert [counts(ended[name]) for name in ("call.wav", "screen.png", "note.txt")] == [{"PERSON": 1}] * 3
    assert (tmp_path / "o" / "note.txt").read_text() == "επιστροφή στον [PERSON] αύριο"
    pixels = np.asarray(Image.open(tmp_path / "o" / "screen.png"))
    assert not pixels[30:50, 240:320].any()
    assert pixels[30:50, 40:120].all()
    assert pixels[30:50, 440:520].all()
    assert engines.readings == {"call.wav": 1, "screen.png": 1, "note.txt": 1}


def test_a_name_written_in_a_note_is_masked_in_the_call(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.test_together.CALL", f"καλημέρα κύριε {NAME} ναι")
    paths = [*texts(source, note=f"λέγομαι {NAME}"), call(source, 8.0)]
    alone = Engines(source).redactor().redact_file(paths[1], tmp_path / "alone")
    assert counts(alone) == {}
    (_, _), (_, receipt) = redact_files(Engines(source).redactor(), paths, tmp_path / "o")
    assert counts(receipt) == {"PERSON": 1}
    assert NAME not in (tmp_path / "o" / "call.txt").read_text(encoding="utf-8")


def test_interactions_share_nothing_with_each_other(tmp_path: Path) -> None:
    for folder, name in (("a", NAME), ("b", OTHER)):
        texts(tmp_path / "in" / folder, one=f"λέγομαι {name}", two=f"ο {NAME} κι ο {OTHER}")
    done = run(Engines(tmp_path / "in").redactor(**FOLDER), tmp_path)
    assert (tmp_path / "out/a/two.txt").read_text() == f"ο [PERSON] κι ο {OTHER}"
    assert (tmp_path / "out/b/two.txt").read_text() == f"ο {NAME} κι ο [PERSON]"
    assert [o.receipt.interaction for o in done.values() if o.receipt and o.label == "a/one.txt"] == [
        (done["a/two.txt"].receipt.source_digest,)  # type: ignore[union-attr]
    ]


def test_without_a_rule_each_file_is_alone(source: Path, tmp_path: Path) -> None:
    texts(source, one=f"λέγομαι {NAME}", two=f"ο {NAME}")
    done = run(Engines(tmp_path / "in").redactor(), tmp_path)
    assert (tmp_path / "out" / source.name / "two.txt").read_text() == f"ο {NAME}"
    assert {o.receipt.interaction for o in done.values() if o.receipt} == {()}


@pytest.mark.parametrize("workers", [1, 3])
def test_a_rule_of_names(tmp_path: Path, workers: int) -> None:
    one = {"20260131-0001_call": f"λέγομαι {NAME}", "20260131-0001_x": f"ο {NAME}", "20260131-0002_x": f"ο {NAME}"}
    texts(tmp_path / "in", **one, loose=f"ο {NAME}")
    rule = {"by": "name", "pattern": r"^(?P<id>\d{8}-\d{4})_"}
    run(Engines(tmp_path / "in").redactor(interactions=rule, run={"workers": workers}), tmp_path)
    left = sorted(p.name for p in (tmp_path / "out").glob("*.txt") if NAME in p.read_text())
    assert left == ["20260131-0002_x.txt", "loose.txt"]


def test_a_member_that_fails_stops_no_other(source: Path, tmp_path: Path, ledger: Ledger) -> None:
    def broken(media: Media) -> None:
        if media.path.name == "b.txt":
            raise EngineError("broken", reason="BROKEN")

    texts(source, a=f"λέγομαι {NAME}", b=f"λέγομαι {OTHER}", c=f"ο {NAME} κι ο {OTHER}")
    engines = Engines(tmp_path / "in", broken)
    done = {Path(label).stem: o for label, o in run(engines.redactor(ledger, **FOLDER), tmp_path).items()}
    assert {name: o.reason for name, o in done.items()} == {"a": "", "b": "BROKEN", "c": ""}
    assert (tmp_path / "out" / source.name / "c.txt").read_text() == f"ο [PERSON] κι ο {OTHER}"
    assert len(done["c"].receipt.interaction) == 1  # type: ignore[union-attr]
    assert events(ledger) == ["failed", "published", "published"]
    assert engines.readings["a.txt"] == engines.readings["c.txt"] == 1
    # It fails again: what was done stands, and is not even read.
    again = {Path(label).stem: o.reason for label, o in run(engines.redactor(ledger, **FOLDER), tmp_path).items()}
    assert again == {"a": "UNCHANGED", "b": "BROKEN", "c": "UNCHANGED"}
    assert engines.readings["a.txt"] == engines.readings["c.txt"] == 1
    # Once it can be read, its values are new for the others.
    engines.before = lambda media: None
    assert {o.reason for o in run(engines.redactor(ledger, **FOLDER), tmp_path).values()} == {""}
    assert (tmp_path / "out" / source.name / "c.txt").read_text() == "ο [PERSON] κι ο [PERSON]"


def events(ledger: Ledger) -> list[str]:
    ledger.verify()
    with ledger.database.engine.connect() as connection:
        return sorted(str(row[0]) for row in connection.exec_driver_sql("SELECT event FROM entries").fetchall())


def test_a_second_run_does_only_what_may_have_changed(source: Path, tmp_path: Path, ledger: Ledger) -> None:
    engines = Engines(tmp_path / "in")
    redactor = engines.redactor(ledger, **FOLDER)
    texts(source, a=f"λέγομαι {NAME}", b=f"ο {NAME} κι ο {OTHER}")
    texts(source.parent / "20260131-0002", z=f"ο {NAME}")

    def reasons() -> dict[str, str]:
        return {Path(label).stem: o.reason for label, o in run(redactor, tmp_path).items()}

    assert reasons() == {"a": "", "b": "", "z": ""}
    assert reasons() == {"a": "UNCHANGED", "b": "UNCHANGED", "z": "UNCHANGED"}
    assert engines.readings.total() == 3
    # A new file may bring values for all of its interaction.
    texts(source, c=f"λέγομαι {OTHER}")
    assert reasons() == {"a": "", "b": "", "c": "", "z": "UNCHANGED"}
    assert (tmp_path / "out" / source.name / "b.txt").read_text() == "ο [PERSON] κι ο [PERSON]"
    # An output that is gone is made again with all that is known; what stands was made with the same.
    (tmp_path / "out" / source.name / "b.txt").unlink()
    assert reasons() == {"a": "UNCHANGED", "b": "", "c": "UNCHANGED", "z": "UNCHANGED"}
    assert (tmp_path / "out" / source.name / "b.txt").read_text() == "ο [PERSON] κι ο [PERSON]"
    # A source that is gone took no value back.
    (source / "c.txt").unlink()
    assert reasons() == {"a": "UNCHANGED", "b": "UNCHANGED", "z": "UNCHANGED"}


def test_a_file_that_changes_between_its_reading_and_its_turn_is_refused(source: Path, tmp_path: Path) -> None:
    a, b = texts(source, a=f"λέγομαι {NAME}", b=f"ο {NAME}")

    def change(media: Media) -> None:
        if media.path == b:
            a.write_text(f"λέγομαι {OTHER}", encoding="utf-8")

    (_, first), (_, second) = redact_files(Engines(source, change).redactor(), [a, b], tmp_path / "o")
    assert isinstance(first, MediaError)
    assert first.reason == "CHANGED"
    assert isinstance(second, Receipt)


def test_a_shared_value_that_is_left_is_caught_by_the_second_reading(source: Path, tmp_path: Path) -> None:
    class Late(Engines):
        def read(self, media: Media) -> Evidence:
            evidence = super().read(media)
            if media.kind == "audio" and self.source not in media.path.parents and media.path.stem == "draft1":
                # Said once more, and missed by the first reading.
                more = Word(CAPITALS, TimeRange(0, 6000, 6500))
                return Evidence((*evidence.words, more), evidence.languages, extent=evidence.extent)
            return evidence

    paths = [*texts(source, note=f"τηλ {NUMBER}"), call(source, 8.0)]
    (_, _), (_, receipt) = redact_files(Late(source).redactor(), paths, tmp_path / "o")
    assert isinstance(receipt, Receipt)
    assert receipt.rounds == 2
    assert counts(receipt) == {"PERSON": 2}


def test_no_value_leaves_a_trace(
    source: Path, tmp_path: Path, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    texts(source, a=f"λέγομαι {NAME} τηλ {NUMBER}", b=f"{CAPITALS} {NUMBER}")
    done = run(Engines(tmp_path / "in").redactor(ledger, **FOLDER), tmp_path)
    assert not any(o.code for o in done.values())
    said = [caplog.text, json.dumps([repr(o) for o in done.values()])]
    files = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and tmp_path / "in" not in p.parents]
    assert len(files) >= 5
    for value in (NAME, CAPITALS, NUMBER):
        assert not [text for text in said if value in text]
        for form in (value, value.casefold(), json.dumps(value)[1:-1]):
            assert not [data for data in files if form.encode() in data]


def test_an_interrupt_gives_up_all_members_in_work(source: Path, tmp_path: Path, ledger: Ledger) -> None:
    def interrupt(media: Media) -> None:
        if media.path.name == "b.txt":
            raise KeyboardInterrupt

    texts(source, a=f"λέγομαι {NAME}", b="ναι", c="όχι")
    with pytest.raises(KeyboardInterrupt):
        run(Engines(tmp_path / "in", interrupt).redactor(ledger, **FOLDER), tmp_path)
    assert events(ledger) == ["interrupted"] * 3
    assert not list((tmp_path / "out").rglob("*.txt"))


def test_a_folder_is_no_file_of_an_interaction(source: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="folder"):
        redact_files(Engines(source).redactor(), [source], tmp_path / "o")
