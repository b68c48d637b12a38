"""The witness of texts: a value that was put back anywhere in a file is seen, and right outputs are left alone."""

import base64
import json
from pathlib import Path

import pytest

from redactor.errors import WithheldError
from redactor.policy import Policy
from redactor.protocols import Media, Witness
from redactor.readers.text import TextReader
from redactor.regions import Span
from redactor.removed import Removed, removed
from redactor.render.transcript import written
from redactor.render.turns import Turn, TurnWord
from redactor.witnesses.text import TextWitness, of_transcripts
from redactor.witnesses.text_views import views

VALUES = (Removed("Μαρία Παπαδοπούλου", "PERSON", ()), Removed("697 223 4561", "PHONE_NUMBER", ()))
WITNESS: Witness = TextWitness(TextReader(Policy()), "[{type}]")
MAIL = "From: a@example.org\nSubject: {subject}\nContent-Type: {kind}\nContent-Transfer-Encoding: {coding}\n\n{body}\n"


def left(folder: Path, format: str, data: bytes) -> list[str]:
    (folder / f"draft.{format}").write_bytes(data)
    media = Media(folder / f"draft.{format}", "text", format)
    return [redaction.entity_type for redaction in WITNESS.left(media, (), VALUES, "full")]


def reason(folder: Path, format: str, data: bytes) -> str:
    with pytest.raises(WithheldError) as caught:
        left(folder, format, data)
    assert "PERSON" in str(caught.value) or "PHONE_NUMBER" in str(caught.value) or "placeholder" in str(caught.value)
    return caught.value.reason


RIGHT = {
    "txt": "Η [PERSON] στο [PHONE_NUMBER], ευχαριστώ.",
    "md": "# [PERSON]\n\nκαλέστε [PHONE_NUMBER]",
    "csv": "name,phone\n[PERSON],[PHONE_NUMBER]\n",
    "json": json.dumps({"text": "Η [PERSON] στο [PHONE_NUMBER]", "at": 12}),
    "jsonl": json.dumps({"id": 1, "text": "Η [PERSON]"})
    + "\n"
    + json.dumps({"id": 2, "text": "[PHONE_NUMBER]"})
    + "\n",
    "srt": "1\n00:00:01,000 --> 00:00:02,000\nΗ [PERSON] στο [PHONE_NUMBER]\n",
    "vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nΗ [PERSON] στο [PHONE_NUMBER]\n",
    "html": "<html><body><p>Η [PERSON] στο <b>[PHONE_NUMBER]</b></p></body></html>",
    "eml": MAIL.format(subject="[PERSON]", kind="text/plain; charset=utf-8", coding="8bit", body="[PHONE_NUMBER]"),
}


@pytest.mark.parametrize("format", RIGHT)
def test_a_right_output_is_left_alone(tmp_path: Path, format: str) -> None:
    assert left(tmp_path, format, RIGHT[format].encode()) == []


@pytest.mark.parametrize("format", RIGHT)
@pytest.mark.parametrize("again", ["ΠΑΠΑΔΟΠΟΥΛΟΥ", "έξι εννιά επτά δύο δύο τρία τέσσερα πέντε έξι ένα"])
def test_a_value_that_is_back_has_its_place(tmp_path: Path, format: str, again: str) -> None:
    text = RIGHT[format].replace("[PHONE_NUMBER]", f"[PHONE_NUMBER] {again}")
    assert left(tmp_path, format, text.encode()) == ["PERSON" if again.isupper() else "PHONE_NUMBER"]


def test_of_many_records_each_is_searched_for_its_own_values(tmp_path: Path) -> None:
    names = [f"{first}{second}ίδης" for first in ("Καρα", "Παπα", "Χατζη", "Κοντο") for second in "βγδζθκλμνξπρστφχ"]
    values = [Removed(name, "PERSON", (Span(0, 1),), number) for number, name in enumerate(names)]
    records = [{"id": n, "text": "Η [PERSON] ήρθε."} for n in range(len(names))]
    records[3]["text"] += f" Ο {names[3]} πού είναι;"
    records[5]["text"] += f" Ο {names[4]} πού είναι;"
    path = tmp_path / "draft.jsonl"
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    media = Media(path, "text", "jsonl")
    found = WITNESS.left(media, (), values, "full")
    assert [value.text for value in removed(TextReader(Policy()).read(media), found)] == [names[3]]


def test_the_place_counts_in_the_text_of_the_draft(tmp_path: Path) -> None:
    text = "Η [PERSON] είναι η Παπαδοπούλου."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (found,) = WITNESS.left(Media(tmp_path / "a.txt", "text", "txt"), (), VALUES, "changed")
    (region,) = found.regions
    assert isinstance(region, Span)
    assert text[region.start : region.end] == "Παπαδοπούλου"
    assert found.detector == "trace"


@pytest.mark.parametrize(
    ("format", "data"),
    [
        ("html", "<p>[PERSON] [PHONE_NUMBER]</p><!-- Παπαδοπούλου -->"),
        ("html", "<p data-who='&#928;&#945;&pi;&#945;&delta;&omicron;&pi;&omicron;ύλου'>[PERSON]</p>"),
        ("html", "<p>[PERSON]</p><script>var a = '6972234561'</script>"),
        ("json", '{"text": "[PERSON]", "phone": 6972234561}'),
    ],
)
def test_a_value_where_nobody_reads_is_seen(tmp_path: Path, format: str, data: str) -> None:
    # Placed or refused: never passed.
    try:
        assert left(tmp_path, format, data.encode())
    except WithheldError as error:
        assert error.reason == "TRACE_LEFT"  # noqa: PT017 - either way will do


def test_mail_in_its_encodings() -> None:
    body = base64.b64encode("Παπαδοπούλου".encode()).decode()
    mail = MAIL.format(
        subject="=?utf-8?B?" + base64.b64encode("Μαρία".encode()).decode() + "?=",
        kind="text/html; charset=utf-8", coding="base64", body=body,
    )  # fmt: skip
    said = "\n".join(views(mail.encode(), "eml"))
    assert "Παπαδοπούλου" in said
    assert "Μαρία" in said
    quoted = MAIL.format(
        subject="x", kind="text/plain; charset=iso-8859-7", coding="quoted-printable", body="=D0=E1=F0=DC"
    )
    assert "Παπά" in "\n".join(views(quoted.encode(), "eml"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1253", "iso8859-7"])
def test_other_encodings(encoding: str) -> None:
    assert "Παπαδοπούλου" in "\n".join(views("η Παπαδοπούλου".encode(encoding), "txt"))


def test_escapes() -> None:
    assert any("Παπα" in view for view in views(json.dumps({"a": "Παπα"}).encode(), "json"))
    assert any("Παπα" in view for view in views(b"x%CE%A0%CE%B1%CF%80%CE%B1", "txt"))


def test_an_output_that_says_nothing_is_a_failure(tmp_path: Path) -> None:
    assert reason(tmp_path, "txt", b"  \n") == "SECOND_READING_SHORT"


def test_other_programs_write_other_placeholders(tmp_path: Path) -> None:
    assert left(tmp_path, "txt", "καλέστε ****".encode()) == []


def test_nothing_was_removed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello", encoding="utf-8")
    assert list(WITNESS.left(Media(tmp_path / "a.txt", "text", "txt"), (), (), "full")) == []


def test_transcripts() -> None:
    turn = {"text": "Η [PERSON] στο 697 22\n34561", "words": [{"text": "Η", "start_ms": 0, "end_ms": 90}]}
    forms = {
        "txt": "[00:01.0] agent: Η [PERSON]\n",
        "json": json.dumps({"text": "", "turns": [turn]}),
        "srt": "1\n00:00:01,000 --> 00:00:02,000\nμε λένε παπαδοπούλου\n",
    }
    assert of_transcripts(forms, VALUES, "[{type}]") == {"json": ("PHONE_NUMBER",), "srt": ("PERSON",)}
    assert of_transcripts(forms, (), "[{type}]") == {}


def test_the_times_of_a_transcript_are_no_values() -> None:
    said = (TurnWord("γεια", 4_371_300, 4_371_900),)
    turns = [Turn(0, "agent", (TurnWord("γεια", 4_371_300, 4_371_900),)), Turn(1, "customer", said)]
    values = [Removed(digits, "CUSTOMER_ID", ()) for digits in ("11251", "112513", "4371300", "4371900")]
    forms = {form: written(form, turns) for form in ("txt", "json", "vtt", "srt")}
    assert "1:12:51.3" in forms["txt"]
    assert of_transcripts(forms, values, "[{type}]") == {}
    told = {form: written(form, [Turn(0, "agent", (TurnWord("4371300", 0, 900),))]) for form in forms}
    assert list(of_transcripts(told, values, "[{type}]")) == list(forms)
