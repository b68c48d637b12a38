"""The path from file to receipt with scripted engines: what must never come out, does not."""

import io
import json
import sqlite3
import wave
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTranscriber
from redactor.errors import LedgerError, MediaError, RedactorError, WithheldError
from redactor.evidence import Evidence, Word, locate
from redactor.findings import Finding
from redactor.ledger import Ledger
from redactor.library import Redactor
from redactor.pipeline import masked_evidence
from redactor.policy import Policy
from redactor.protocols import HeardWord, Media
from redactor.readers.audio import AudioReader
from redactor.regions import TimeRange
from tests.scripted import ReaderOf, WordFinder
from tests.sound import FORMATS, convert

SECRET = "6971234567"
FINDER = {SECRET: "PHONE_NUMBER"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(f"sqlite:///{tmp_path}/state/ledger.db")
    yield opened
    opened.close()


def text_file(folder: Path, name: str = "note.txt", content: str = f"τηλέφωνο {SECRET}, ευχαριστώ") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def call(folder: Path, seconds: float = 3.0, channels: int = 1) -> Path:
    path = folder / "call.wav"
    sound = np.random.default_rng(0).normal(0, 3000, int(8000 * seconds) * channels).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(sound.tobytes())
    return path


def heard(*words: tuple[str, int, int]) -> Evidence:
    said = tuple(Word(text, TimeRange(0, start, end)) for text, start, end in words)
    return Evidence(said, ("el",), extent=(TimeRange(0, 0, 3000),))


class Beside:
    """Takes "Χαρά" for a name where the number is said, too."""

    def find(self, text: str) -> Sequence[Finding]:
        return WordFinder({"Χαρά": "PERSON", **FINDER}).find(text) if SECRET in text else ()


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.name != ".redactor.lock") if folder.exists() else []


def rows(ledger: Ledger, tmp_path: Path) -> list[tuple[str, int, str]]:
    ledger.verify()
    with sqlite3.connect(tmp_path / "state" / "ledger.db") as connection:
        found = connection.execute("SELECT event, code, reason FROM entries ORDER BY seq").fetchall()
    connection.close()
    return found


def test_a_text_goes_the_whole_way(tmp_path: Path, ledger: Ledger) -> None:
    receipt = Redactor(finder=WordFinder(FINDER), ledger=ledger).redact_file(text_file(tmp_path), tmp_path / "out")
    assert (tmp_path / "out" / "note.txt").read_text() == "τηλέφωνο [PHONE_NUMBER], ευχαριστώ"
    assert dict(receipt.counts) == {"PHONE_NUMBER": 1}
    assert receipt.verdict == "verified"
    assert left(tmp_path / "out") == ["note.redaction.json", "note.txt"]
    assert json.loads((tmp_path / "out" / "note.redaction.json").read_text())["output_digest"] == receipt.output_digest
    assert rows(ledger, tmp_path) == [("published", 0, "")]


def test_bytes_and_file_objects(tmp_path: Path) -> None:
    redactor = Redactor(finder=WordFinder(FINDER))
    redactor.redact_file(SECRET.encode(), tmp_path / "a", name="x.txt")
    redactor.redact_file(io.BytesIO(SECRET.encode()), tmp_path / "b", name="x.txt")
    assert (tmp_path / "a" / "x.txt").read_text() == (tmp_path / "b" / "x.txt").read_text() == "[PHONE_NUMBER]"
    for name in ("", "../x.txt"):
        with pytest.raises(MediaError, match="plain file name"):
            redactor.redact_file(b"x", tmp_path / "c", name=name)


def test_names_with_personal_data_do_not_go_out(tmp_path: Path, ledger: Ledger) -> None:
    path = text_file(tmp_path, f"call_{SECRET}.txt")
    receipt = Redactor(finder=WordFinder(FINDER), ledger=ledger).redact_file(path, tmp_path / "out")
    assert not [name for name in left(tmp_path / "out") if SECRET in name]
    assert SECRET not in receipt.output
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and p != path)
    assert SECRET.encode() not in everything


def test_an_output_that_still_shows_something_is_redone_with_more_covered(tmp_path: Path) -> None:
    # The second reading hears a number that the first one missed; the third finds nothing.
    first, clean = heard(("γεια", 100, 400), ("σας", 2000, 2300)), heard(("γεια", 100, 400), ("ναι", 2000, 2300))
    second = heard(("γεια", 100, 400), (SECRET, 1000, 1500))
    reader = ReaderOf([first, second, clean])
    receipt = Redactor(finder=WordFinder(FINDER), readers={"audio": reader}).redact_file(
        call(tmp_path), tmp_path / "out"
    )
    assert receipt.rounds == 2
    assert dict(receipt.counts) == {"PHONE_NUMBER": 1}


def test_what_the_last_listening_finds_is_masked_and_not_listened_to_again(tmp_path: Path) -> None:
    def moving(_media: Media) -> None:
        start = next(starts)
        times.append(start)
        reader.answers[0] = heard(("ναι", 19_000, 19_900), (SECRET, start, start + 100))

    starts, times = iter(range(0, 20_000, 5000)), list[int]()
    reader = ReaderOf([heard(("ναι", 19_000, 19_900))], before=moving)
    receipt = Redactor(finder=WordFinder(FINDER), readers={"audio": reader}).redact_file(
        call(tmp_path, 20.0), tmp_path / "out"
    )
    assert times == [0, 5000]
    assert receipt.rounds == 2
    body = json.loads((tmp_path / "out" / f"{Path(receipt.output).stem}.redaction.json").read_text(encoding="utf-8"))
    for start in times:
        assert any(c["start_ms"] <= start < start + 100 <= c["end_ms"] for c in body["covers"])


@pytest.mark.parametrize(
    ("uncertain", "unsure", "end"),
    [("mask", 0.2, {"UNCERTAIN": 1}), ("keep", 0.2, {}), ("mask", 0.0, {}), ("refuse", 0.2, "UNSURE_WORDS")],
)
def test_unsure_words_where_a_value_is_expected(
    tmp_path: Path, uncertain: str, unsure: float, end: dict[str, int] | str
) -> None:
    said = [("το", 0.9), ("ΑΦΜ", 0.9), ("σας;", 0.9), ("ενατοσέ", 0.1), ("ρα", 0.9), *[("και", 0.9)] * 10, ("πε", 0.1)]
    words = tuple(Word(text, TimeRange(0, 1000 * i, 1000 * i + 400), sure) for i, (text, sure) in enumerate(said))
    evidence = Evidence(words, ("el",), extent=(TimeRange(0, 0, 20_000),))
    policy = Policy.model_validate({"audio": {"uncertain": uncertain, "unsure": unsure}})
    redactor = Redactor(policy, finder=WordFinder(FINDER), readers={"audio": ReaderOf([evidence])})
    if isinstance(end, str):
        with pytest.raises(WithheldError) as caught:
            redactor.redact_file(call(tmp_path, 20.0), tmp_path / "out")
        assert caught.value.reason == end
        assert left(tmp_path / "out") == []
        return
    receipt = redactor.redact_file(call(tmp_path, 20.0), tmp_path / "out")
    assert dict(receipt.counts) == end
    assert receipt.uncertain_ms == (400 if end else 0)


@pytest.mark.parametrize(("lasts_ms", "counts"), [(1660, {"UNCERTAIN": 1}), (1100, {})])
def test_a_small_word_that_lasts_as_long_as_a_value_where_one_is_expected(
    tmp_path: Path, lasts_ms: int, counts: dict[str, int]
) -> None:
    said = [("And", 300), ("the", 100), ("expiry", 500), ("date?", 300), ("and", lasts_ms), ("thanks", 1660)]
    words, at = list[Word](), 0
    for text, lasts in [*said, *[("okay", 300)] * 10, ("and", 1660)]:
        words.append(Word(text, TimeRange(0, at, at + lasts), 0.9))
        at += lasts + 100
    evidence = Evidence(tuple(words), ("en",), extent=(TimeRange(0, 0, 20_000),))
    redactor = Redactor(finder=WordFinder(FINDER), readers={"audio": ReaderOf([evidence])})
    receipt = redactor.redact_file(call(tmp_path, 20.0), tmp_path / "out")
    assert dict(receipt.counts) == counts


@pytest.mark.parametrize(
    ("word", "lasts_ms", "counts"),
    [("και", 90, {}), ("και", 160, {"UNCERTAIN": 1}), ("ραπέτσο", 90, {"UNCERTAIN": 1})],
)
def test_an_unsure_everyday_word_with_no_time_for_a_value(
    tmp_path: Path, word: str, lasts_ms: int, counts: dict[str, int]
) -> None:
    said = [("το", 300, 0.9), ("ΑΦΜ", 300, 0.9), ("σας;", 300, 0.9), (word, lasts_ms, 0.1), ("καλημέρα", 500, 0.9)]
    words = tuple(
        Word(text, TimeRange(0, 1000 * i, 1000 * i + lasts), sure) for i, (text, lasts, sure) in enumerate(said)
    )
    evidence = Evidence(words, ("el",), extent=(TimeRange(0, 0, 20_000),))
    redactor = Redactor(finder=WordFinder(FINDER), readers={"audio": ReaderOf([evidence])})
    assert dict(redactor.redact_file(call(tmp_path, 20.0), tmp_path / "out").counts) == counts


def counts_of(tmp_path: Path, said: Sequence[tuple[str, str]]) -> dict[str, int]:
    """What is redacted of words with what stands before each, one a second."""
    words = tuple(
        Word(text, TimeRange(0, 1000 * i, 1000 * i + 400), 0.9, gap=gap) for i, (text, gap) in enumerate(said)
    )
    evidence = Evidence(words, ("el",), extent=(TimeRange(0, 0, 20_000),))
    redactor = Redactor(finder=WordFinder(FINDER), readers={"audio": ReaderOf([evidence])})
    receipt = redactor.redact_file(call(tmp_path, 20.0), tmp_path / "out")
    return dict(receipt.counts)


@pytest.mark.parametrize(("answer", "counts"), [("Τρια.", {"UNCERTAIN": 1}), ("Τρεις μέρες.", {})])
def test_one_number_word_as_the_answer_where_a_value_is_expected(
    tmp_path: Path, answer: str, counts: dict[str, int]
) -> None:
    said = [("Και", " "), ("ο", " "), ("κωδικός", " "), ("ασφαλείας;", " ")]
    said += [(word, " " if i else "\n") for i, word in enumerate(answer.split())] + [("Ευχαριστώ.", "\n")]
    assert counts_of(tmp_path, said) == counts


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (f"Ζητακά πατάβσαν τα {SECRET} και καλημέρα", {"PHONE_NUMBER": 1, "UNCERTAIN": 2}),
        (f"Ζητακά λοιπόν {SECRET} και πατάβσαν", {"PHONE_NUMBER": 1}),
    ],
)
def test_words_of_no_dictionary_beside_a_value_where_one_is_expected(
    tmp_path: Path, answer: str, counts: dict[str, int]
) -> None:
    said = [*(("Η", " "), ("πινακίδα;", " ")), *((word, " " if i else "\n") for i, word in enumerate(answer.split()))]
    assert counts_of(tmp_path, said) == counts


def test_what_only_a_further_listening_takes_for_personal_needs_a_good_score(tmp_path: Path) -> None:
    first, second = heard(("γεια", 100, 400)), heard(("γεια", 100, 400), (SECRET, 1000, 1500))
    policy = Policy.model_validate({"verify": {"threshold": 0.95}})
    reader = ReaderOf([first, second])
    receipt = Redactor(policy, finder=WordFinder(FINDER), readers={"audio": reader}).redact_file(
        call(tmp_path), tmp_path / "out"
    )
    assert receipt.rounds == 1
    assert receipt.counts == ()


def test_an_output_that_never_gets_clean_is_withheld(tmp_path: Path, ledger: Ledger) -> None:
    starts = iter(range(0, 60_000, 5000))

    def moving(_media: Media) -> None:
        start = next(starts)
        reader.answers[0] = heard(("ναι", 59_000, 59_900), (SECRET, start, start + 100))

    reader = ReaderOf([heard(("ναι", 59_000, 59_900))], before=moving)
    policy = Policy.model_validate({"verify": {"listenings": 10}})
    redactor = Redactor(policy, finder=WordFinder(FINDER), readers={"audio": reader}, ledger=ledger)
    with pytest.raises(WithheldError) as caught:
        redactor.redact_file(call(tmp_path, 60.0), tmp_path / "out")
    assert caught.value.reason == "STILL_FOUND"
    assert left(tmp_path / "out") == []
    assert rows(ledger, tmp_path) == [("refused", 6, "STILL_FOUND")]


@pytest.mark.parametrize("second", [WithheldError("no speech", reason="NO_SPEECH"), heard(("α", 0, 9))])
def test_an_empty_or_short_second_reading_is_a_failure(tmp_path: Path, second: Evidence | Exception) -> None:
    first = heard(*[("λέξη", 100 * i, 100 * i + 90) for i in range(10)], (SECRET, 2000, 2500))
    redactor = Redactor(finder=WordFinder(FINDER), readers={"audio": ReaderOf([first, second])})
    with pytest.raises(WithheldError):
        redactor.redact_file(call(tmp_path), tmp_path / "out")
    assert left(tmp_path / "out") == []


def test_what_the_listenings_explained_is_in_the_sidecar(tmp_path: Path) -> None:
    # Heard alike the first time and judged then; the copy is made once more for the number.
    said = [*[("λέξη", 100 * i, 100 * i + 90) for i in range(10)], ("Χαρά", 1500, 1700)]
    first, second = heard(*said), heard(*said, (SECRET, 2000, 2500))
    redactor = Redactor(finder=Beside(), readers={"audio": ReaderOf([first, second])})
    redactor.redact_file(call(tmp_path), tmp_path / "out")
    sidecar = json.loads((tmp_path / "out" / "call.redaction.json").read_text(encoding="utf-8"))
    assert [one["type"] for one in sidecar["explained"]] == ["PERSON"]


def test_key_tones_are_no_news_once_they_are_covered() -> None:
    evidence = replace(heard(("ναι", 0, 500)), tones=(TimeRange(0, 1000, 1500),), unread=(TimeRange(0, 2000, 2500),))
    assert [r.entity_type for r in locate(evidence, ())] == ["UNCERTAIN", "KEY_TONES"]
    assert locate(masked_evidence(evidence, (), "[{type}]"), ()) == ()


@pytest.mark.parametrize("full", [True, False])
def test_a_folder_is_no_file(tmp_path: Path, full: bool) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    if full:
        text_file(folder)
    redactor = Redactor(finder=WordFinder(FINDER))
    for refused in (lambda: redactor.redact_file(folder, tmp_path / "out"), lambda: redactor.detect(folder)):
        with pytest.raises(MediaError) as caught:
            refused()
        assert caught.value.reason == "NOT_A_FILE"


def test_a_range_outside_the_call_is_no_success(tmp_path: Path) -> None:
    # Seen elsewhere: an out-of-range span gave a byte-identical "success".
    reader = ReaderOf([heard((SECRET, 90_000, 95_000))])
    with pytest.raises(RedactorError):
        Redactor(finder=WordFinder(FINDER), readers={"audio": reader}).redact_file(call(tmp_path), tmp_path / "out")
    assert left(tmp_path / "out") == []


def test_a_crashing_engine_says_where_but_not_what(tmp_path: Path, ledger: Ledger) -> None:
    for error in (RuntimeError(f"cannot parse {SECRET}"), MemoryError()):
        redactor = Redactor(finder=WordFinder(FINDER), readers={"text": ReaderOf([error])}, ledger=ledger)
        with pytest.raises(RedactorError) as caught:
            redactor.redact_file(text_file(tmp_path), tmp_path / "out")
        assert SECRET not in str(caught.value)
    assert left(tmp_path / "out") == []
    assert [row[0] for row in rows(ledger, tmp_path)] == ["failed", "failed"]


def test_an_interruption_leaves_a_row_and_no_output(tmp_path: Path, ledger: Ledger) -> None:
    def interrupt(_media: Media) -> None:
        raise KeyboardInterrupt

    redactor = Redactor(readers={"text": ReaderOf([], before=interrupt)}, finder=WordFinder({}), ledger=ledger)
    with pytest.raises(KeyboardInterrupt):
        redactor.redact_file(text_file(tmp_path), tmp_path / "out")
    assert left(tmp_path / "out") == []
    assert rows(ledger, tmp_path) == [("interrupted", 130, "INTERRUPTED")]


def test_without_a_ledger_entry_nothing_stays_published(tmp_path: Path, ledger: Ledger) -> None:
    def broken(_entry: object) -> str:
        raise LedgerError("disk full")

    ledger.append = broken  # type: ignore[method-assign, assignment]
    with pytest.raises(LedgerError):
        Redactor(finder=WordFinder(FINDER), ledger=ledger).redact_file(text_file(tmp_path), tmp_path / "out")
    assert left(tmp_path / "out") == []


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = call(tmp_path)

    def grow(media: Media) -> None:
        with path.open("ab") as stream:
            stream.write(b"more")

    reader = ReaderOf([heard(("ναι", 100, 400))], before=grow)
    with pytest.raises(MediaError) as caught:
        Redactor(finder=WordFinder({}), readers={"audio": reader}).redact_file(path, tmp_path / "out")
    assert caught.value.reason == "CHANGED"


@pytest.mark.parametrize("name", ["s16.wav", "bare.mp3", "live.webm", "narrow.amr"])
def test_a_recording_that_grows_while_it_is_heard_is_refused(tmp_path: Path, ledger: Ledger, name: str) -> None:
    media = convert(call(tmp_path), tmp_path / name, FORMATS[name])
    more = media.path.read_bytes()[-4000:] if name != "narrow.amr" else media.path.read_bytes()[6:]

    def hear(_samples: object, _language: str) -> list[HeardWord]:
        with media.path.open("ab") as stream:
            stream.write(more)
        return [HeardWord("ναι", 100, 400, 0.9)]

    reader = AudioReader(Policy(), ScriptedTranscriber(hear), ScriptedSpeechDetector())
    redactor = Redactor(finder=WordFinder({}), readers={"audio": reader}, ledger=ledger)
    with pytest.raises(MediaError) as caught:
        redactor.redact_file(media.path, tmp_path / "out")
    assert caught.value.reason == "CHANGED"
    assert left(tmp_path / "out") == []


@pytest.mark.parametrize("name", ["s16.wav", "cbr.mp3", "narrow.amr", "opus.webm"])
def test_a_fifth_of_a_second_goes_the_whole_way(tmp_path: Path, name: str) -> None:
    media = convert(call(tmp_path, 0.2), tmp_path / name, FORMATS[name])
    word = [HeardWord("Μαρία", 20, 180, 0.9)]
    reader = AudioReader(Policy(), ScriptedTranscriber(lambda *_: word), ScriptedSpeechDetector())
    redactor = Redactor(finder=WordFinder({"Μαρία": "PERSON"}), readers={"audio": reader})
    receipt = redactor.redact_file(media.path, tmp_path / "out")
    assert dict(receipt.counts)["PERSON"] == 1
    nobody = AudioReader(Policy(), ScriptedTranscriber([]), ScriptedSpeechDetector([]))
    with pytest.raises(WithheldError) as caught:
        Redactor(finder=WordFinder({}), readers={"audio": nobody}).redact_file(media.path, tmp_path / "none")
    assert caught.value.reason == "NO_SPEECH"
    assert left(tmp_path / "none") == []


def test_sources_and_strangers_are_never_overwritten(tmp_path: Path, ledger: Ledger) -> None:
    redactor = Redactor(finder=WordFinder(FINDER), ledger=ledger)
    path = text_file(tmp_path)
    with pytest.raises(WithheldError) as caught:
        redactor.redact_file(path, tmp_path)
    assert caught.value.reason == "OUTPUT_IS_SOURCE"
    assert SECRET in path.read_text()
    text_file(tmp_path / "state", content="not ours")
    with pytest.raises(WithheldError) as caught:
        redactor.redact_file(path, tmp_path / "state")
    assert caught.value.reason == "OUTPUT_EXISTS"
    redactor.redact_file(path, tmp_path / "out")
    redactor.redact_file(path, tmp_path / "out")


def test_threads_share_one_redactor_and_one_folder(tmp_path: Path, ledger: Ledger) -> None:
    redactor = Redactor(finder=WordFinder(FINDER), ledger=ledger)
    paths = [text_file(tmp_path, f"n{i}.txt") for i in range(12)]
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda path: redactor.redact_file(path, tmp_path / "out"), paths))
    assert len({r.output for r in receipts}) == 12
    assert ledger.verify() == 12


def test_placeholders_do_not_count_as_left(tmp_path: Path) -> None:
    finder = WordFinder({SECRET: "PHONE_NUMBER", "[PHONE_NUMBER]": "USERNAME"})
    result = Redactor(finder=finder).redact_text(f"κωδικός {SECRET}!")
    assert result.text == "κωδικός [PHONE_NUMBER]!"
    assert SECRET not in repr(result)


def test_what_was_removed_is_removed_in_every_form() -> None:
    said = "εξήντα εννιά εβδομήντα ένα είκοσι τρία σαράντα πέντε εξήντα εφτά"
    redactor = Redactor(finder=WordFinder(FINDER))
    assert redactor.redact_text(f"είναι {SECRET}, λέω {said}.").text == "είναι [PHONE_NUMBER], λέω [PHONE_NUMBER]."
