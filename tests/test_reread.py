"""`redactor verify`: outputs of ours by their sidecars, outputs of others beside their originals."""

import json
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTranscriber
from redactor.evidence import Evidence, Word
from redactor.library import Redactor
from redactor.names import SIDECAR
from redactor.policy import Policy
from redactor.protocols import HeardWord
from redactor.readers.audio import AudioReader
from redactor.regions import TimeRange
from redactor.reread import Verdict, reread
from redactor.stores import sha256
from tests.scripted import ReaderOf, WordFinder
from tests.test_testimony import WitnessOf, seen

SECRET, OTHER = "6971234567", "6907654321"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "note.txt").write_text(f"τηλέφωνο {SECRET}, ευχαριστώ", encoding="utf-8")
    return folder


@pytest.fixture
def redactor() -> Redactor:
    return Redactor(finder=WordFinder({SECRET: "PHONE_NUMBER"}))


def theirs(folder: Path, text: str) -> Path:
    path = folder / "theirs" / "sub" / "note.txt"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder / "theirs"


def only(verdicts: list[Verdict]) -> Verdict:
    (verdict,) = verdicts
    return verdict


def reason(verdict: Verdict) -> str:
    return verdict.error.reason if verdict.error else ""


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("τηλέφωνο ****, ευχαριστώ", True),
        ("τηλέφωνο εξήντα εννιά εβδομήντα ένα, είκοσι τρία σαράντα πέντε εξήντα εφτά, ευχαριστώ", False),
        ("τηλέφωνο 697-123-45 67, ευχαριστώ", False),
    ],
)
def test_what_an_original_held_is_looked_for_in_every_form(
    tmp_path: Path, sources: Path, redactor: Redactor, text: str, clean: bool
) -> None:
    folder = theirs(tmp_path, text)
    assert only(list(reread(redactor, folder))).clean
    verdict = only(list(reread(redactor, folder, sources)))
    assert (verdict.clean, verdict.error) == (clean, None)


def test_a_transcript_without_a_sidecar_was_judged_by_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    told = "1\n00:00:00,000 --> 00:00:02,000\nagent: με λένε Μαρία Παπαδοπούλου\n\n"
    (folder / "call.srt").write_text(told, encoding="utf-8")
    with Redactor(Policy.model_validate({"models": {"names": "none"}})) as redactor:
        assert only(list(reread(redactor, folder))).left == (("PERSON", 1),)


def test_an_output_that_is_its_original_is_told(tmp_path: Path, sources: Path, redactor: Redactor) -> None:
    folder = theirs(tmp_path, (sources / "sub" / "note.txt").read_text(encoding="utf-8"))
    assert reason(only(list(reread(redactor, folder, sources)))) == "UNCHANGED"


def test_without_its_original_an_output_cannot_be_compared(tmp_path: Path, sources: Path, redactor: Redactor) -> None:
    folder = theirs(tmp_path, "τίποτα")
    (sources / "sub" / "note.txt").rename(sources / "sub" / "another.txt")
    assert reason(only(list(reread(redactor, folder, sources)))) == "SOURCE_MISSING"


def test_our_outputs_find_their_originals_by_digest(tmp_path: Path, sources: Path, redactor: Redactor) -> None:
    redactor.redact_file(sources / "sub" / "note.txt", tmp_path / "out")
    shutil.move(sources / "sub" / "note.txt", sources / "moved.txt")
    (sources / "note.txt").write_text("κάτι άλλο", encoding="utf-8")
    assert only(list(reread(redactor, tmp_path / "out", sources))).clean


def call(tmp_path: Path, witness: WitnessOf | None = None) -> tuple[Redactor, Path]:
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(np.random.default_rng(0).normal(0, 3000, 24000).astype("<i2").tobytes())
    said = (("τηλέφωνο", 0, 500), (SECRET, 600, 1500), ("ευχαριστώ", 2200, 2900))
    words = tuple(Word(text, TimeRange(0, start, end)) for text, start, end in said)
    first = Evidence(words, ("el",), extent=(TimeRange(0, 0, 3000),))
    again = Evidence((words[0], words[2]), ("el",), extent=first.extent)
    policy = Policy.model_validate({"transcript": {"formats": ["txt"]}})
    redactor = Redactor(
        policy, finder=WordFinder({SECRET: "PHONE_NUMBER"}), readers={"audio": ReaderOf([first, again])}
    )
    redactor.redact_file(path, tmp_path / "out")
    if witness:
        redactor.assembly._witnesses["audio"] = witness
    return redactor, tmp_path / "out"


def test_a_transcript_is_the_one_that_was_published(tmp_path: Path) -> None:
    redactor, out = call(tmp_path)
    assert [v.clean for v in reread(redactor, out)] == [True, True]
    for written in ("", "τηλέφωνο ευχαριστώ"):
        (out / "call.txt").write_text(written, encoding="utf-8")
        verdicts = {v.label: reason(v) for v in reread(redactor, out)}
        assert verdicts == {"call.txt": "DIGEST_DIFFERS", "call.wav": ""}


def test_a_witness_is_told_of_the_covers_of_the_sidecar(tmp_path: Path) -> None:
    witness = WitnessOf([[]])
    redactor, out = call(tmp_path, witness)
    body = json.loads((out / f"call{SIDECAR}").read_text(encoding="utf-8"))
    assert all(v.clean for v in reread(redactor, out))
    ((covers, values, scope),) = witness.asked
    assert [c.regions[0] for c in covers] == [
        TimeRange(c["channel"], c["start_ms"], c["end_ms"]) for c in body["covers"]
    ]
    assert (values, scope) == ((), "changed")
    witness.answers = [[seen(TimeRange(0, 2200, 2900))]]
    left = {v.label: v.left for v in reread(redactor, out)}
    assert left == {"call.txt": (), "call.wav": (("PHONE_NUMBER", 1),)}


def test_with_the_original_the_witness_knows_what_to_look_for(tmp_path: Path) -> None:
    witness = WitnessOf([[]])
    redactor, out = call(tmp_path, witness)
    reader = redactor.assembly.reader("audio")
    assert isinstance(reader, ReaderOf)
    said = Evidence((Word(SECRET, TimeRange(0, 600, 1500)),), ("el",))
    rest = Evidence((Word("ευχαριστώ", TimeRange(0, 2200, 2900)),), ("el",))
    reader.answers = [said, rest]
    assert all(v.clean for v in reread(redactor, out, tmp_path / "call.wav"))
    assert [value.text for value in witness.asked[0][1]] == [SECRET]


def test_a_damaged_sidecar_is_no_word_for_anything(tmp_path: Path) -> None:
    redactor, out = call(tmp_path)
    path = out / f"call{SIDECAR}"
    body = json.loads(path.read_text(encoding="utf-8"))
    assert body["transcripts"] == {"call.txt": sha256(out / "call.txt")}
    path.write_text(json.dumps({**body, "covers": [{"type": "PHONE_NUMBER", "channel": 0}]}), encoding="utf-8")
    assert {reason(v) for v in reread(redactor, out) if v.label == "call.wav"} == {"SIDECAR_DAMAGED"}


def test_what_shines_through_a_mask_is_heard_beside_the_original(tmp_path: Path) -> None:
    redactor, out = call(tmp_path)
    reader = redactor.assembly.reader("audio")
    assert isinstance(reader, ReaderOf)
    path = out / f"call{SIDECAR}"
    body = json.loads(path.read_text(encoding="utf-8"))
    with wave.open(str(tmp_path / "call.wav")) as original, wave.open(str(out / "call.wav")) as masked:
        whole, sound = (np.frombuffer(one.readframes(24000), "<i2").copy() for one in (original, masked))
    cover = slice(*(body["covers"][0][edge] * 8 for edge in ("start_ms", "end_ms")))
    sound[cover] += whole[cover] // 4
    with wave.open(str(out / "call.wav"), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(8000)
        target.writeframes(sound.tobytes())
    path.write_text(json.dumps({**body, "output_digest": sha256(out / "call.wav")}), encoding="utf-8")
    assert {v.label: reason(v) for v in reread(redactor, out, tmp_path / "call.wav")}["call.wav"] == "MASK_MISSING"


@pytest.mark.parametrize("style", ["<{}>", "[{}]", "{{{{{}}}}}", "({})"])
def test_placeholders_of_other_programs_are_nothing_personal(tmp_path: Path, style: str) -> None:
    redactor = Redactor(finder=WordFinder({"PERSON": "USERNAME", SECRET: "PHONE_NUMBER"}))
    folder = theirs(tmp_path, f"Με λένε {style.format('PERSON')} και {style.format('PHONE_NUMBER')}")
    assert only(list(reread(redactor, folder))).clean
    (folder / "sub" / "note.txt").write_text(f"Με λένε {style.format('PERSON')}, {SECRET}", encoding="utf-8")
    assert only(list(reread(redactor, folder))).left == (("PHONE_NUMBER", 1),)


def test_all_of_a_call_is_heard_that_another_program_made(tmp_path: Path) -> None:
    _, out = call(tmp_path)
    folder = tmp_path / "theirs"
    folder.mkdir()
    shutil.copy(out / "call.wav", folder / "call.wav")
    said = [HeardWord("τηλέφωνο", 0, 500, 0.9), HeardWord(SECRET, 600, 1500, 0.9)]
    ears = AudioReader(Policy(), ScriptedTranscriber(lambda samples, language: said), ScriptedSpeechDetector())
    redactor = Redactor(finder=WordFinder({SECRET: "PHONE_NUMBER"}), readers={"audio": ears})
    assert [kind for kind, _ in only(list(reread(redactor, folder))).left] == ["PHONE_NUMBER"]
