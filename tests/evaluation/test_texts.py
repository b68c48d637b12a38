"""Texts against gold: what counts as covered, what as lost."""

import json
from pathlib import Path

import pytest

from redactor.evaluation.run import Evaluation, evaluate
from tests.evaluation.golds import marked, write_lines

NAME = "Γεια σας, είμαι η {PERSON|Μαρία Παππά} από την εταιρεία."
PHONE = "Το τηλέφωνο είναι {PHONE_NUMBER|6971234567} ευχαριστώ."
SPOKEN = "Είναι {PHONE_NUMBER|εξήντα εννέα εβδομήντα ένα δεκαοχτώ} μάλιστα."
MAIL = "Write to {EMAIL_ADDRESS|anna dot jones at example dot com} please."


def judged(folder: Path, gold: str, output: str) -> Evaluation:
    write_lines(folder / "gold.jsonl", [marked(gold)])
    write_lines(folder / "out.jsonl", [{"id": "t1", "text": output}])
    return evaluate(folder / "gold.jsonl", folder / "out.jsonl")


@pytest.mark.parametrize(
    ("gold", "output", "covered"),
    [
        (NAME, "Γεια σας, είμαι η [PERSON] από την εταιρεία.", True),
        (NAME, "Γεια σας, είμαι η <PERSON> από την εταιρεία.", True),
        (NAME, "Γεια σας, είμαι η  από την εταιρεία.", True),
        (NAME, "Γεια σας, είμαι η Μαρία Παππά από την εταιρεία.", False),
        # Case and accents hide nobody.
        (NAME, "Γεια σας, είμαι η ΜΑΡΙΑ ΠΑΠΠΑ από την εταιρεία.", False),
        # One of two names is left.
        (NAME, "Γεια σας, είμαι η [PERSON] Παππά από την εταιρεία.", False),
        # A placeholder is nobody's name, even when it holds the value's letters.
        (NAME, "Γεια σας, είμαι η {{PERSON}} από την εταιρεία.", True),
        # A pseudonym that has nothing of the name, and one that keeps it.
        (NAME, "Γεια σας, είμαι η Ειρήνη Νικολάου από την εταιρεία.", True),
        (NAME, "Γεια σας, είμαι η κυρία Μαρία Παππά Νικολάου από την εταιρεία.", False),
        (PHONE, "Το τηλέφωνο είναι ********** ευχαριστώ.", True),
        # Beside mask characters any digit that is left counts.
        (PHONE, "Το τηλέφωνο είναι 69******** ευχαριστώ.", False),
        (PHONE, "Το τηλέφωνο είναι 2108887700 ευχαριστώ.", True),
        # Number words of another number meet by chance, up to half.
        (SPOKEN, "Είναι πενήντα τρία εβδομήντα δύο μάλιστα.", True),
        (SPOKEN, "Είναι εξήντα εννέα εβδομήντα ένα σαράντα μάλιστα.", False),
        # "dot", "at" and "com" say nothing of anybody.
        (MAIL, "Write to [X1] dot [X2] at [X3] dot com please.", True),
        (MAIL, "Write to anna dot [X2] at [X3] dot com please.", False),
    ],
)
def test_covered(tmp_path: Path, gold: str, output: str, covered: bool) -> None:
    found = judged(tmp_path, gold, output)
    assert [j.covered for item in found.items for j in item.judgements] == [covered]
    assert found.problems == ()


def test_what_is_lost_outside(tmp_path: Path) -> None:
    found = judged(tmp_path, "one two six {PERSON|Anna} three {~|four} five", "one [X] six [PERSON] three [X] five")
    figures = found.figures()["text"]
    # "two" of one, two, six, three, five; "four" counts neither way.
    assert (figures["recall"], figures["over_redaction"]) == (1.0, 0.2)
    # Four letters of a name and three of a word were removed.
    assert figures["precision"] == round(4 / 7, 4)
    assert figures["leaked"] == {"amount": 0, "unit": "characters"}
    assert figures["spans"]["exact"]["correct"] == 1
    # The redaction of "two" is spurious, that of "four" is not.
    assert figures["spans"]["exact"]["spurious"] == 1
    assert figures["spans"]["source"] == ["alignment"]


def test_spans_of_another_type(tmp_path: Path) -> None:
    spans = judged(tmp_path, "I am {PERSON|Anna} here", "I am [LOCATION] here").figures()["text"]["spans"]
    assert (spans["exact"]["recall"], spans["ent_type"]["recall"]) == (1.0, 0.0)


def test_our_sidecar_tells_the_spans(tmp_path: Path) -> None:
    records = [marked("I am {PERSON|Anna Jones} here", "a"), marked("Call {PHONE_NUMBER|6971234567}", "b")]
    write_lines(tmp_path / "gold.jsonl", records)
    texts = [str(r["text"]) for r in records]
    write_lines(tmp_path / "out/gold.jsonl", [{"id": "a", "text": "I am [PERSON] here"}, {"id": "b", "text": "Call"}])
    # As it was read: key and value of each record, a line each.
    starts = [len("text\n"), len("text\n") * 2 + len(texts[0]) + 1]
    words = [(starts[0] + 5, starts[0] + 9), (starts[0] + 10, starts[0] + 15)]
    said = [
        {"type": "PERSON", "regions": [{"start": a, "end": b} for a, b in words]},
        {"type": "PHONE_NUMBER", "regions": [{"start": starts[1] + 5, "end": starts[1] + 15}]},
    ]
    body = {
        "product": "redactor",
        "extent": [{"start": 0, "end": starts[1] + len(texts[1])}],
        "redactions": said,
        "seconds": {"read": 1.0, "detect": 3.0},
    }
    (tmp_path / "out/gold.redaction.json").write_text(json.dumps(body), encoding="utf-8")
    figures = evaluate(tmp_path / "gold.jsonl", tmp_path / "out").figures()["text"]
    assert figures["spans"]["source"] == ["sidecar"]
    assert figures["spans"]["strict"]["correct"] == 2
    assert figures["spans"]["by_type"]["PERSON"]["strict"]["f2"] == 1.0
    assert (figures["latency"]["mean_s"], figures["latency"]["by_step_s"]) == (2.0, {"read": 1.0, "detect": 3.0})


def test_groups_and_hard_leaks(tmp_path: Path) -> None:
    records = [
        marked("I am {PERSON|Anna} and {PERSON|Bob}", "a", language="en", genre="chat"),
        marked("I am {PERSON|Carl}", "b", language="en", genre="mail"),
        marked("Nobody is here", "c", language="en", genre="mail"),
    ]
    write_lines(tmp_path / "gold.jsonl", records)
    texts = {"a": "I am Anna and [PERSON]", "b": "I am [PERSON]", "c": "Nobody [X] here"}
    write_lines(tmp_path / "out.jsonl", [{"id": key, "text": text} for key, text in texts.items()])
    figures = evaluate(tmp_path / "gold.jsonl", tmp_path / "out.jsonl").figures()["text"]
    assert (figures["data"], figures["covered"], figures["hard_leak_rate"]) == (3, 2, 0.5)
    assert figures["over_redaction_no_pii"] == round(1 / 3, 4)
    assert figures["by"]["genre"]["chat"]["recall"] == 0.5
    assert figures["by"]["genre"]["mail"] == {
        "data": 1, "covered": 1, "recall": 1.0, "recall_95": [0.2065, 1.0], "over_redaction": 0.2,
    }  # fmt: skip


def test_one_file_per_text(tmp_path: Path) -> None:
    write_lines(tmp_path / "gold.jsonl", [marked("I am {PERSON|Anna}", "a"), marked("I am {PERSON|Bob}", "b")])
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("I am [PERSON]", encoding="utf-8")
    (out / "b.md").write_text("I am Bob", encoding="utf-8")
    found = evaluate(tmp_path / "gold.jsonl", out)
    assert [item.judgements[0].covered for item in found.items] == [True, False]
    assert found.problems == ()


def test_only_values_are_known(tmp_path: Path) -> None:
    values = [("PERSON", "Μαρία Παππά"), ("PHONE_NUMBER", "697 123 4567"), ("CVV", "417"), ("EMAIL_ADDRESS", "a@b.gr")]
    body = {"pii": [{"type": kind, "text": value} for kind, value in values]}
    gold, out = tmp_path / "gold", tmp_path / "out"
    gold.mkdir()
    out.mkdir()
    (gold / "letter.html.json").write_text(json.dumps(body), encoding="utf-8")
    # The name in other letters, the number in other groups; the CVV is part of another number.
    left = "<p>ΜΑΡΙΑ <b>ΠΑΠΠΑ</b> 6971 234567 9417 &#97;@b.gr</p>"
    (out / "letter.html").write_text(left, encoding="utf-8")
    (item,) = evaluate(gold, out).items
    assert [j.covered for j in item.judgements] == [False, False, True, False]
