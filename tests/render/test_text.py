"""A planted value is gone from each place of each format, and nothing else is."""

import base64
import json
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy, TextPolicy
from redactor.regions import Span, TimeRange
from redactor.render.text import TextRenderer
from tests.render.text_cases import anonymize, media, redact, redactions, text_of

NAME, PHONE = "Άρης Δήμου", "6971234567"


@pytest.mark.parametrize(
    ("format", "before", "after"),
    [
        ("txt", f"Ο {NAME},\r\nτηλ. {PHONE}\r\n", "Ο [PERSON],\r\nτηλ. [PHONE]\r\n"),
        ("txt", f"\ufeff{NAME}\n", "\ufeff[PERSON]\n"),
        ("md", f"| Όνομα | {NAME} |\n|---|---|\n", "| Όνομα | [PERSON] |\n|---|---|\n"),
        ("csv", f"Όνομα;τηλ\n{NAME};{PHONE}\nx;5\n", "Όνομα;τηλ\n[PERSON];[PHONE]\nx;5\n"),
        ("csv", f'a,"{NAME}, ""ο ίδιος"""\r\n', 'a,"[PERSON], ""ο ίδιος"""\r\n'),
        ("csv", f"{NAME},x\n1,2\n", "[PERSON],x\n1,2\n"),
        ("json", f'{{\n  "a": "{NAME}",\n  "n": {PHONE}\n}}\n', '{\n  "a": "[PERSON]",\n  "n": "[PHONE]"\n}\n'),
        ("json", f'{{"{NAME}": {{"{NAME} 2": 1}}}}', '{"[PERSON]": {"[PERSON] 2": 1}}'),
        ("json", f'["{PHONE}", {PHONE}, 5]', '["[PHONE]", "[PHONE]", 5]'),
        ("jsonl", f'{{"id": "m-1", "text": "{NAME}!"}}\n\n{{"id": 2}}\n', '{"id": "m-1", "text": "[PERSON]!"}\n\n{"id": 2}\n'),
        ("jsonl", f'{{"id": {PHONE}, "text": "x"}}', '{"id": "[PHONE]", "text": "x"}'),
        ("srt", f"1\n00:00:00,1 --> 00:00:02,0\nο {NAME}\nναι\n", "1\n00:00:00,1 --> 00:00:02,0\nο [PERSON]\nναι\n"),
        ("vtt", f"WEBVTT {NAME}\n\nNOTE {NAME}\n", "WEBVTT [PERSON]\n\nNOTE [PERSON]\n"),
        (
            "vtt",
            f"WEBVTT\n\n{NAME}\n00:00.000 --> 00:02.000\n<v {NAME}>τηλ <b>{PHONE}</b> &lt;3",
            "WEBVTT\n\n[PERSON]\n00:00.000 --> 00:02.000\n<v [PERSON]>τηλ <b>[PHONE]</b> &lt;3",
        ),
        ("html", f'<p title="{NAME}">x <a href="tel:{PHONE}">y</a></p>', '<p title="[PERSON]">x <a href="tel:[PHONE]">y</a></p>'),
        ("html", "<p>Άρης <b>Δήμου</b> &amp; 697<i>123</i>4567</p>", "<p>[PERSON] <b>[PERSON]</b> &amp; [PHONE]<i>[PHONE]</i>[PHONE]</p>"),
        ("html", f'<input name="x" value="{NAME}"><title>{PHONE}</title>', '<input name="x" value="[PERSON]"><title>[PHONE]</title>'),
    ],
)  # fmt: skip
def test_a_planted_value_is_replaced_in_its_place(tmp_path: Path, format: str, before: str, after: str) -> None:
    shown = text_of(media(tmp_path, before.encode(), format))
    values = {value: kind for value, kind in ((NAME, "PERSON"), (PHONE, "PHONE")) if value in shown}
    assert values
    assert redact(tmp_path, before.encode(), format, values).decode() == after


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{NAME} <aris@example.com>"
    message["To"] = "service@example.com"
    message["Subject"] = f"αίτημα {NAME} για {PHONE}"
    message["Message-ID"] = f"<{PHONE}@example.com>"
    message.set_content(f"Είμαι ο {NAME}, {PHONE}.", cte="base64")
    message.add_alternative(f"<p>Είμαι ο Άρης <b>Δήμου</b>, {PHONE}.</p>", subtype="html", cte="quoted-printable")
    message.add_attachment(f"Όνομα;τηλ\n{NAME};{PHONE}\n", subtype="csv", filename=f"{NAME}.csv")
    inner = EmailMessage()
    inner["From"] = f"{NAME} <aris@example.com>"
    inner["Subject"] = "πριν"
    inner.set_content(f"από {NAME}", charset="iso-8859-7", cte="base64")
    message.add_attachment(inner)
    return message


def test_a_mail_is_redacted_in_every_part_and_encoding(tmp_path: Path) -> None:
    values = {NAME: "PERSON", PHONE: "PHONE_NUMBER", "aris@example.com": "EMAIL_ADDRESS"}
    data = redact(tmp_path, mail().as_bytes(), "eml", values)
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    assert str(make_header(decode_header(message_from_bytes(data)["From"]))) == "[PERSON] <[EMAIL_ADDRESS]>"
    assert message["Subject"] == "αίτημα [PERSON] για [PHONE_NUMBER]"
    assert message["To"] == "service@example.com"
    bodies = [part.get_content().strip() for part in message.walk() if part.get_content_maintype() == "text"]
    assert bodies == [
        "Είμαι ο [PERSON], [PHONE_NUMBER].",
        "<p>Είμαι ο [PERSON] <b>[PERSON]</b>, [PHONE_NUMBER].</p>",
        "Όνομα;τηλ\n[PERSON];[PHONE_NUMBER]",
        "από [PERSON]",
    ]
    for part in message.walk():
        payload = part.get_payload(decode=True) or b""
        for encoding in ("utf-8", "iso8859-7"):
            assert NAME.encode(encoding) not in payload + data
    assert PHONE.encode() not in data
    assert base64.b64encode(PHONE.encode()).rstrip(b"=") not in data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1253", "iso8859-7"])
def test_the_encoding_stays(tmp_path: Path, encoding: str) -> None:
    data = redact(tmp_path, f"Η κυρία {NAME} Έλα\n".encode(encoding), "txt", {NAME: "PERSON"})
    assert data == "Η κυρία [PERSON] Έλα\n".encode(encoding)


def test_a_redacted_header_of_a_column_and_of_an_object(tmp_path: Path) -> None:
    table = redact(tmp_path, f"{NAME};x\n1;2\n3;4\n".encode(), "csv", {NAME: "PERSON"})
    assert table.decode() == "[PERSON];x\n1;2\n3;4\n"
    keys = redact(tmp_path, json.dumps({"Ann Doe": 1, "Bob Roe": 2}).encode(), "json", {"Ann Doe": "P", "Bob Roe": "P"})
    assert json.loads(keys) == {"[P]": 1, "[P] 2": 2}


def script(*items: tuple[str, float, tuple[Span, ...]]) -> tuple[Redaction, ...]:
    return tuple(Redaction(kind, regions, score, "script") for kind, score, regions in items)


def rendered(folder: Path, data: bytes, format: str, items: tuple[Redaction, ...], policy: Policy | None = None) -> str:
    source, target = media(folder, data, format), folder / "draft"
    renderer = TextRenderer(policy or Policy(), anonymize=anonymize)
    renderer.render(source, items, target)
    renderer.check(source, items, target)
    return target.read_text(encoding="utf-8")


def test_overlapping_redactions_are_united_with_the_type_of_the_higher_score(tmp_path: Path) -> None:
    items = script(("LOW", 0.5, (Span(0, 6),)), ("HIGH", 0.9, (Span(4, 10),)), ("LOW", 0.4, (Span(9, 12),)))
    assert rendered(tmp_path, b"0123456789abcdef", "txt", items) == "[HIGH]cdef"


def test_words_of_one_redaction_become_one_placeholder_and_of_two_stay_two(tmp_path: Path) -> None:
    one = script(("A", 0.9, (Span(0, 3), Span(5, 8), Span(11, 14))))
    assert rendered(tmp_path, b"abc  def - ghi", "txt", one) == "[A] - [A]"
    two = script(("A", 0.9, (Span(0, 3),)), ("A", 0.9, (Span(5, 8),)))
    assert rendered(tmp_path, b"abc  def - ghi", "txt", two) == "[A]  [A] - ghi"
    touching = script(("A", 0.9, (Span(0, 3),)), ("B", 0.9, (Span(3, 8),)))
    assert rendered(tmp_path, b"abc  def - ghi", "txt", touching) == "[A][B] - ghi"


def test_a_redaction_over_several_leaves_is_cut_at_their_borders(tmp_path: Path) -> None:
    items = script(("A", 0.9, (Span(1, 9),)))
    assert rendered(tmp_path, b"abc;def\nghi;jkl\n", "csv", items) == "a[A];[A]\n[A]hi;jkl\n"


@pytest.mark.parametrize(
    "regions", [(Span(3, 4),), (Span(8, 12),), (Span(2, 12),), (TimeRange(0, 0, 5),), (Span(2, 2),)]
)
def test_a_redaction_without_a_place_never_passes(tmp_path: Path, regions: tuple[Span, ...]) -> None:
    renderer = TextRenderer(Policy(), anonymize=anonymize)
    source = media(tmp_path, b"abc;def\n", "csv")
    with pytest.raises(WithheldError) as caught:
        renderer.render(source, script(("A", 0.9, regions)), tmp_path / "draft")
    assert caught.value.reason == "NO_PLACE"
    assert not (tmp_path / "draft").exists()


def test_the_placeholder_of_the_policy_is_escaped_where_it_must_be(tmp_path: Path) -> None:
    policy = Policy(text=TextPolicy(placeholder='<"{type}";&>'))
    item = script(("A", 0.9, (Span(0, 3),)))
    assert rendered(tmp_path, b"abc;def\nx;y\n", "csv", item, policy) == '"<""A"";&>";def\nx;y\n'
    assert rendered(tmp_path, b"<p>abc</p>", "html", item, policy) == '<p>&lt;"A";&amp;&gt;</p>'
    assert rendered(tmp_path, b'["abc"]', "json", item, policy) == '["<\\"A\\";&>"]'


def test_a_placeholder_that_the_encoding_lacks_is_refused(tmp_path: Path) -> None:
    policy = Policy(text=TextPolicy(placeholder="★{type}"))
    with pytest.raises(WithheldError) as caught:
        rendered(tmp_path, "Άρης".encode("cp1253"), "txt", script(("A", 0.9, (Span(0, 4),))), policy)
    assert caught.value.reason == "NOT_ENCODABLE"


def test_an_output_that_cannot_be_written_is_withheld(tmp_path: Path) -> None:
    renderer = TextRenderer(Policy(), anonymize=anonymize)
    with pytest.raises(WithheldError) as caught:
        renderer.render(media(tmp_path, b"abc", "txt"), (), tmp_path / "none" / "draft")
    assert caught.value.reason == "OUTPUT_FAILED"


@pytest.mark.slow
def test_presidio_replaces_like_the_script(tmp_path: Path) -> None:
    data = f"Ο {NAME} {NAME}, {PHONE} και Άρης\n".encode()
    source, target = media(tmp_path, data, "txt"), tmp_path / "draft"
    items = redactions(source, {NAME: "PERSON", PHONE: "PHONE_NUMBER"})
    renderer = TextRenderer(Policy())
    renderer.render(source, items, target)
    renderer.check(source, items, target)
    assert target.read_text() == "Ο [PERSON] [PERSON], [PHONE_NUMBER] και Άρης\n"
