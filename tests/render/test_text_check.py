"""The check of a draft: what a broken renderer leaves behind is found."""

import codecs
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from redactor.errors import WithheldError
from redactor.evidence import locate
from redactor.findings import Finding, Redaction
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.readers.formats import parse
from redactor.readers.text import TextReader
from redactor.regions import Span
from redactor.render.text import TextRenderer
from tests.render.text_cases import anonymize, media, redactions


def reason(folder: Path, format: str, source: bytes, draft: bytes, values: dict[str, str], score: float = 0.9) -> str:
    """What `check` says about a draft when only the first place of each value is redacted; empty: nothing."""
    given = media(folder, source, format)
    evidence = TextReader(Policy()).read(given)
    findings = [
        Finding(Span(evidence.text.index(value), evidence.text.index(value) + len(value)), kind, score, "script")
        for value, kind in values.items()
    ]
    path = folder / "draft"
    path.write_bytes(draft)
    return verdict(given, locate(evidence, findings), path, tuple(values))


def verdict(given: Media, items: Sequence[Redaction], draft: Path, secrets: Sequence[str] = ()) -> str:
    try:
        TextRenderer(Policy(), anonymize=anonymize).check(given, items, draft)
    except WithheldError as error:
        said = str(error)
        shown = [secret for secret in secrets if secret in said]
        return f"{error.reason} shows {len(shown)} values" if shown else error.reason
    return ""


NAME = {"Άρης Δήμου": "PERSON"}


@pytest.mark.parametrize(
    ("format", "source", "draft", "expected"),
    [
        ("txt", "ο Άρης Δήμου, ναι", "ο [PERSON], ναι", ""),
        ("txt", "ο Άρης Δήμου, ναι", "ο Άρης Δήμου, ναι", "UNCHANGED"),
        ("txt", "ο Άρης Δήμου, ναι", "ο Άρης Δήμου, ναι ", "VALUE_LEFT"),
        ("txt", "ο Άρης Δήμου, ναι", "ο ΑΡΗΣ ΔΗΜΟΥ, ναι", "VALUE_LEFT"),
        ("txt", "ο Άρης Δήμου, ναι", "ο [PERSON], όχι", "FORM_CHANGED"),
        ("txt", "ο Άρης Δήμου, ναι", "ο [PERSON]", "FORM_CHANGED"),
        ("txt", "ο Άρης Δήμου, ναι", "", "DRAFT_UNREADABLE"),
        ("csv", "Άρης Δήμου;x\n1;2\n", "[PERSON];x\n1;2\n", ""),
        ("csv", "Άρης Δήμου;x\n1;2\n", "[PERSON];x\n1;3\n", "TEXT_CHANGED"),
        ("csv", "Άρης Δήμου;x\n1;2\n", "[PERSON];x\n1;2\n3;4\n", "FORM_CHANGED"),
        ("csv", "Άρης Δήμου;x\n1;2\n", "[PERSON];x\n", "TEXT_CHANGED"),
        ("csv", "Άρης Δήμου;x\n1;2\n", "[PERSON];x\r\n1;2\r\n", "FORM_CHANGED"),
        ("json", '{"a": "Άρης Δήμου"}', '{"a": "[PERSON]"}', ""),
        ("json", '{"a": "Άρης Δήμου"}', '{"a": "[PERSON]"', "DRAFT_UNREADABLE"),
        ("json", '{"a": "Άρης Δήμου"}', '["a", "[PERSON]"]', "FORM_CHANGED"),
        ("jsonl", '{"id":"sms-1","t":"Άρης Δήμου"}', '{"id":"sms-2","t":"[PERSON]"}', "FORM_CHANGED"),
        ("html", "<p>Άρης Δήμου</p>", "<p>[PERSON]</p>", ""),
        ("html", "<p>Άρης Δήμου</p>", "<p>[PERSON]</p><!-- Άρης Δήμου -->", "FORM_CHANGED"),
        ("vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nΆρης Δήμου", "WEBVTT\n\n00:01.000 --> 00:03.000\n[PERSON]", "FORM_CHANGED"),
    ],
)  # fmt: skip
def test_a_draft_is_compared_with_its_source(
    tmp_path: Path, format: str, source: str, draft: str, expected: str
) -> None:
    assert reason(tmp_path, format, source.encode(), draft.encode(), NAME) == expected


@pytest.mark.parametrize(
    ("format", "source", "draft", "values"),
    [
        ("txt", "Άρης Δήμου και ΑΡΗΣ  δήμου", "[PERSON] και ΑΡΗΣ  δήμου", {"Άρης Δήμου": "PERSON"}),
        ("txt", "697 123 4567, 697-1234567", "[PERSON], 697-1234567", {"697 123 4567": "PERSON"}),
        ("txt", "Άρης Δήμου, " + unicodedata.normalize("NFD", "Άρης Δήμου"), None, {"Άρης Δήμου": "PERSON"}),
        ("txt", "Άρης Δήμου, Άρ\u200bης Δή\u00adμου", None, {"Άρης Δήμου": "PERSON"}),
        ("html", "<p>Άρης Δήμου</p><p>Ά&rho;ης <b>Δή</b>μου</p>", None, {"Άρης Δήμου": "PERSON"}),
        ("html", '<p>a-123456</p><p class="a-123456">x</p>', None, {"a-123456": "PERSON"}),
        ("jsonl", '{"id":"a-1234567","t":"a-1234567"}', None, {"a-1234567": "PERSON"}),
        ("json", '{"a": "12345678", "b": 12345678}', None, {"12345678": "PERSON"}),
        ("json", r'{"a": "Άρης Δήμου", "b": "\u0386\u03c1\u03b7\u03c2 \u0394\u03ae\u03bc\u03bf\u03c5"}', None, {"Άρης Δήμου": "PERSON"}),
        ("vtt", "WEBVTT\n\ncall-12345\n00:01.000 --> 00:02.000\ncall-12345", None, {"call-12345": "PERSON"}),
    ],
)  # fmt: skip
def test_a_removed_value_may_stand_nowhere_else(
    tmp_path: Path, format: str, source: str, draft: str | None, values: dict[str, str]
) -> None:
    given = media(tmp_path, source.encode(), format)
    evidence = TextReader(Policy()).read(given)
    (value, kind), *_ = values.items()
    at = evidence.text.index(value)
    items = locate(evidence, [Finding(Span(at, at + len(value)), kind, 0.9, "script")])
    renderer = TextRenderer(Policy(), anonymize=anonymize)
    renderer.render(given, items, tmp_path / "draft")
    if draft is not None:
        assert (tmp_path / "draft").read_text(encoding="utf-8") == draft
    with pytest.raises(WithheldError) as caught:
        renderer.check(given, items, tmp_path / "draft")
    assert caught.value.reason == "VALUE_LEFT"


def test_an_encoded_copy_in_a_mail_is_found(tmp_path: Path) -> None:
    head = b"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n"
    plain = "--b\nContent-Type: text/plain; charset=utf-8\n\nΆρης Δήμου\n".encode()
    coded = b"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    data = head + plain + coded + codecs.encode("ο Άρης Δήμου".encode(), "base64") + b"--b--\n"
    source = media(tmp_path, data, "eml")
    everywhere = redactions(source, NAME)
    assert len(everywhere) == 2
    renderer = TextRenderer(Policy(), anonymize=anonymize)
    for some, expected in ((everywhere[:1], "VALUE_LEFT"), (everywhere[1:], "VALUE_LEFT"), (everywhere, "")):
        renderer.render(source, some, tmp_path / "draft")
        assert verdict(source, some, tmp_path / "draft") == expected


@pytest.mark.parametrize(
    ("source", "draft", "values", "score"),
    [
        ("Άννα και Άννα", "[PERSON] και Άννα", {"Άννα": "PERSON"}, 0.9),
        ("Αθήνα και Αθήνα", "[PERSON] και Αθήνα", {"Αθήνα": "PERSON"}, 0.4),
        ("Δήμου, Δημουλάς", "[PERSON], Δημουλάς", {"Δήμου": "PERSON"}, 0.9),
        ("12345, 1,2,3,4,5", "[PERSON], 1,2,3,4,5", {"12345": "PERSON"}, 0.9),
        ("person x", "[PERSON] x", {"person": "PERSON"}, 0.9),
    ],
)
def test_short_uncertain_and_partial_values_may_stand_elsewhere(
    tmp_path: Path, source: str, draft: str, values: dict[str, str], score: float
) -> None:
    assert reason(tmp_path, "txt", source.encode(), draft.encode(), values, score) == ""


def test_an_uncertain_number_may_stand_nowhere_else(tmp_path: Path) -> None:
    assert (
        reason(tmp_path, "txt", b"12345678, 12345678", b"[CUSTOMER_ID], 12345678", {"12345678": "CUSTOMER_ID"}, 0.4)
        == "VALUE_LEFT"
    )


def test_a_draft_is_read_like_its_source(tmp_path: Path) -> None:
    table = parse(b"a,b,c;d\n", "csv", like=parse(b"a;b\n", "csv"))
    assert table.leaves == ("a,b,c", "d")
    given, draft = "Köln Müller, Â…".encode("cp1252"), "[PLACE], Â…".encode("cp1252")
    assert draft.decode() == "[PLACE], \x85"
    assert reason(tmp_path, "txt", given, draft, {"Köln Müller": "PLACE"}) == ""


def test_a_draft_of_nothing_personal_may_be_the_same(tmp_path: Path) -> None:
    assert reason(tmp_path, "txt", b"nothing", b"nothing", {}) == ""
