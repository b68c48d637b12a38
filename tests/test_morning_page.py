"""The page of the morning: its words, its order, its files, and that it names nobody."""

import json
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree

import pytest

from redactor import batch, words
from redactor.charts import bar, columns, parts
from redactor.errors import WithheldError
from redactor.ledger import Entry, Ledger
from redactor.library import Redactor
from redactor.morning import summarise
from redactor.morning_page import GALLERY, page, write_morning
from redactor.nights import OUTCOMES, StoreNight
from redactor.policy import Policy
from redactor.words import WORDS, Language
from tests.nights import BEGAN, RUN, Night, busy_night
from tests.scripted import WordFinder
from tests.test_batch import silent

NAMES = ("Παπαδόπουλος", "Papadopoulos", "6971234567", "Κατερίνα")
LANGUAGES: tuple[Language, ...] = ("en", "el")


class Shape(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "img", "br"}:
            self.open.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def shape(html: str) -> Shape:
    found = Shape()
    found.feed(html)
    assert found.open == []
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_answers_in_the_order_in_which_one_asks(language: Language) -> None:
    html = page(busy_night(), Path(), language=language)
    assert shape(html).ids == ["needs", "done", "time", "trend", "details"]
    assert f'<html lang="{language}">' in html
    assert re.search(r"<h1>([^<]+)</h1>", html)[1] == words.verdict(busy_night(), language)  # type: ignore[index]


def test_nothing_comes_from_elsewhere_and_no_script_runs() -> None:
    html = page(busy_night(), Path())
    assert shape(html).links == []
    assert not re.search(r"<script|https?:|@import|url\(|\son\w+=", html)


def test_what_labels_messages_and_clients_hold_is_shown_and_not_run() -> None:
    evil = "<script>alert(1)</script>"
    night = Night()
    night.done(1, client=evil, kind=evil, counts={evil: 1}, engines=[evil])
    night.ended("refused", 2, evil, evil, client=evil, kind=evil)
    night.entries = [replace(entry, label=evil, store=evil) for entry in night.entries]
    night.more = {"stores": [StoreNight(evil, evil, evil, evil)], "trouble": evil}
    html = page(night.morning(), Path())
    shape(html)
    assert evil not in html
    assert "&lt;script&gt;" in html


def test_every_reason_has_its_next_step_and_its_names() -> None:
    html = page(busy_night(), Path())
    for text in (
        "STILL_FOUND",
        "export it again",
        "redactor retry --config FILE --reason HUNG",
        "2026-11-27/audio-03002",
    ):
        assert text in html
    assert html.index("STILL_FOUND") < html.index("TRUNCATED") < html.index("NO_SPEECH")
    assert "--reason STILL_FOUND" not in html


def test_the_verdict_says_whether_all_is_well() -> None:
    night = Night()
    assert words.verdict(night.morning(), "en") == "There was nothing to do."
    for n in range(1203):
        night.done(n)
    assert words.verdict(night.morning(), "en") == "All 1,203 items are done."
    assert words.verdict(night.morning(), "el") == "Ολοκληρώθηκαν και τα 1.203 στοιχεία."
    night.more = {"left": 7, "waiting": 1}
    assert words.verdict(night.morning(), "en") == "1,203 of 1,211 items are done; 8 are left for the next run."
    night.ended("refused", 5000, "EMPTY_FILE", "the file is empty")
    night.ended("quarantined", 5001, "HUNG", "no answer")
    assert words.verdict(night.morning(), "en") == "2 of 1,213 items need a person: 1 refused, 1 quarantined."
    night.more = {"stores": [StoreNight("calls", message="it does not answer")], "exit_code": 8}
    assert words.verdict(night.morning(), "en").startswith("Store calls did not answer. 2 of 1,205 items need a person")
    broke = replace(Night().morning(), trouble="the ledger cannot be written: disk full", exit_code=7)
    assert words.verdict(broke, "en") == "The run broke off: the ledger cannot be written: disk full."


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5, 6, 7, 8, 130])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_night_with_any_exit_code_has_a_page(code: int, language: Language) -> None:
    shape(page(replace(Night().morning(), exit_code=code), Path(), language=language))


def test_both_languages_have_the_same_words_and_fields() -> None:
    assert WORDS["en"].keys() == WORDS["el"].keys()
    for key, text in WORDS["en"].items():
        fields = [{field for _, field, _, _ in Formatter().parse(w) if field} for w in (text, WORDS["el"][key])]
        assert fields[0] == fields[1], key
    assert set(OUTCOMES) <= WORDS["en"].keys()


def test_numbers_are_written_as_one_reads_them() -> None:
    assert [words.number(n, "en") for n in (0, 999, 1203, 1_000_000)] == ["0", "999", "1,203", "1,000,000"]
    assert [words.duration(s, "en") for s in (0.04, 9.96, 59.4, 61, 3600, 11_520)] == [
        "0.0 s", "10 s", "59 s", "1 min 1 s", "1 h 0 min", "3 h 12 min",
    ]  # fmt: skip
    assert words.duration(2.5, "el") == "2,5 δευτ."
    assert [words.size(b, "en") for b in (0, 999, 1000, 99_949, 999_999, 5e12)] == [
        "0 B", "999 B", "1.0 kB", "99.9 kB", "1.0 MB", "5.0 TB",
    ]  # fmt: skip
    assert words.moment("2026-11-28T04:14:00+02:00", "en") == "2026-11-28 02:14 UTC"
    assert words.moment("?", "en") == "?"


def test_charts_are_drawings_with_titles_and_stay_inside_their_frame() -> None:
    labels = [f"<{n}>" for n in range(40)]
    for drawn in (
        columns([float(n) for n in range(40)], labels, "a & b"),
        columns([0.0], ["x"], "t"),
        bar(3, 4, '"'),
        bar(0, 0, "none"),
        parts([("well", 5, "5 done"), ("look", 1, "1 refused")], "t"),
    ):
        svg = ElementTree.fromstring(str(drawn))
        assert svg.get("aria-label") == svg.findtext("title")
        width, height = (float(n) for n in svg.get("viewBox", "").split()[2:])
        for rect in svg.iter("rect"):
            assert 0 <= float(rect.get("x", "")) <= float(rect.get("x", "")) + float(rect.get("width", "")) <= width + 3
            assert 0 <= float(rect.get("y", "")) <= float(rect.get("y", "")) + float(rect.get("height", "")) <= height
    assert parts([], "t") == ""


def test_the_files_are_whole_and_only_so_many_runs_are_kept(tmp_path: Path) -> None:
    morning = busy_night()
    for number in range(4):
        written = write_morning(replace(morning, run=f"run{number}"), tmp_path / "morning", keep=2)
    assert written == tmp_path / "morning" / "report.html"
    assert sorted(p.relative_to(tmp_path / "morning").as_posix() for p in tmp_path.rglob("*.*")) == [
        "report.html", "report.json", "runs/report-run2.html", "runs/report-run2.json", "runs/report-run3.html",
        "runs/report-run3.json",
    ]  # fmt: skip
    assert write_morning(morning, tmp_path / "other.json") == tmp_path / "other.html"
    facts = json.loads((tmp_path / "morning" / "report.json").read_text(encoding="utf-8"))
    assert facts["run"] == "run3"
    assert facts["verdict"] == words.verdict(morning, "en")


def test_reports_of_other_configurations_are_not_thinned(tmp_path: Path) -> None:
    others = [tmp_path / "runs" / name for name in ("report-b-run1.json", "report-note.json", "report-list.json")]
    write_morning(replace(busy_night(), run="run1"), tmp_path / "report-b.html", keep=1)
    others[1].write_text("{broken", encoding="utf-8")
    others[2].write_text("[]", encoding="utf-8")
    for number in range(3):
        write_morning(replace(busy_night(), run=f"run{number}"), tmp_path / "report.html", keep=1)
    assert all(other.is_file() for other in others)
    assert sorted(p.name for p in (tmp_path / "runs").glob("report-run*")) == ["report-run2.html", "report-run2.json"]


def test_drafts_of_killed_runs_are_swept_and_young_ones_are_not(tmp_path: Path) -> None:
    old, young = tmp_path / ".report.html.1.new", tmp_path / ".report.html.2.new"
    for draft in (old, young):
        draft.touch()
    os.utime(old, (0, 0))
    write_morning(Night().morning(), tmp_path)
    assert (old.exists(), young.exists()) == (False, True)


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = write_morning(busy_night(), tmp_path / "report.html")
    before = place.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WithheldError, match="full") as caught:
        write_morning(Night().morning(), place)
    assert caught.value.reason == "OUTPUT_FULL"
    assert place.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", "report.json"]


def test_a_night_with_names_in_its_places_names_nobody(tmp_path: Path) -> None:
    source = tmp_path / "in" / "Παπαδόπουλος"
    source.mkdir(parents=True)
    for name in ("Papadopoulos 6971234567.txt", "Κατερίνα.txt", "plain.txt"):
        (source / name).write_text(" ".join(NAMES), encoding="utf-8")
    (source / "Papadopoulos.wav").touch()
    (source / "Κατερίνα.xyz").write_text("?")
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    policy = Policy()
    finder = WordFinder(dict.fromkeys(NAMES, "PERSON"))
    redactor = Redactor(policy, finder=finder, ledger=ledger)
    outcomes = list(batch.run(redactor, [batch.Source("notes", (tmp_path / "in",), tmp_path / "out")], silent))
    columns = "run, event, store, item, label, policy_digest, reason, detail"
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as rows:
        found = [
            Entry(*r[:5], policy_digest=r[5], reason=r[6], detail=r[7])
            for r in rows.execute(f"SELECT {columns} FROM entries")
        ]
    morning = summarise(found, run=RUN, began=BEGAN, ended=datetime.now(UTC).isoformat(), exit_code=8)
    assert (morning.outcomes["done"], morning.needs) == (3, 2)
    place = write_morning(morning, tmp_path / "report.html", outcomes)
    html, facts = place.read_text(encoding="utf-8"), place.with_suffix(".json").read_text(encoding="utf-8")
    assert "plain.txt" in html
    assert "[PERSON]" in html
    for name in NAMES:
        assert name not in html
        assert name not in facts
        assert name.encode("unicode_escape").decode() not in facts
    drawn = shape(html)
    assert drawn.ids[-1] == "gallery"
    assert all((tmp_path / link).is_file() for link in drawn.links)
    ledger.close()


def test_the_gallery_is_short_and_says_what_it_could_not_show(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for n in range(GALLERY + 3):
        (tmp_path / "in" / f"{n:02d}.txt").write_text("a", encoding="utf-8")
    redactor = Redactor(Policy(), finder=WordFinder({}))
    outcomes = list(batch.run(redactor, [batch.Source("notes", (tmp_path / "in",), tmp_path / "out")], silent))
    assert page(Night().morning(), tmp_path, outcomes).count('<section class="card" data-') == GALLERY
    (tmp_path / "out" / "03.txt").unlink()
    html = page(Night().morning(), tmp_path, outcomes)
    assert html.count('<section class="card" data-') == GALLERY - 1
    assert "1 of them could not be shown" in html


def test_children_and_card_codes_are_counted() -> None:
    night = Night()
    for n, marks in enumerate((["minor"], ["card-code", "minor"], [])):
        night.done(n, "acme", "audio", seconds=1.0, marks=marks)
    morning = night.morning()
    assert morning.marks == {"card-code": 1, "minor": 2}
    assert "under 13 is heard of or shown: 2." in page(morning, Path())
