from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.errors import MediaError
from redactor.readers.formats import parse
from redactor.readers.formats.mail import REMOVED
from redactor.readers.formats.mail_bodies import encode_body
from redactor.readers.text import words
from tests.growth import grows_with_length


def mail(body: str = "Καλημέρα, είμαι η Άννα Δήμου.\n", cte: str = "base64", charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["Received"] = "from host.example by mx.example for <SECRET@example.com>"
    message["X-Account"] = "SECRET"
    message["Message-ID"] = "<SECRET@example.com>"
    message["From"] = "Άννα Δήμου <anna@example.com>"
    message["To"] = '"Cid, D." <cid@example.com>, Εύα Φωκά <eva@example.com>'
    message["Subject"] = "Αίτημα της Άννας, " + "πολύ μακρύ θέμα " * 10
    message["Date"] = "Tue, 08 Apr 2025 19:12:00 +0300"
    message.set_content(body, cte=cte, charset=charset)
    return message


def raw(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def read(data: bytes) -> str:
    return "".join(word.gap + word.text for word in words(parse(data, "eml"))).strip()


def again(data: bytes) -> bytes:
    document = parse(data, "eml")
    rebuilt = document.rebuild(document.leaves)
    seen = parse(rebuilt, "eml")
    assert seen.leaves == document.leaves
    assert seen.rebuild(seen.leaves) == rebuilt
    return rebuilt


@pytest.mark.parametrize("cte", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-7", "windows-1253"])
def test_bodies_keep_their_encoding(cte: str, charset: str) -> None:
    message = message_from_bytes(again(mail(cte=cte, charset=charset).as_bytes()), policy=default)
    assert isinstance(message, EmailMessage)
    assert message.get_content().strip() == "Καλημέρα, είμαι η Άννα Δήμου."
    assert message.get_content_charset() == charset
    assert message["content-transfer-encoding"] == cte


def test_identifiers_of_a_page_are_read_apart() -> None:
    page = b"Content-Type: text/html\n\n<p id='maria-dimou'>x</p>"
    assert read(page).splitlines()[-1] == "maria dimou"


def test_readable_headers_stay_and_the_trace_goes() -> None:
    data = again(mail().as_bytes())
    message = message_from_bytes(data, policy=default)
    original = message_from_bytes(mail().as_bytes(), policy=default)
    for name in ("From", "To", "Subject", "Date"):
        assert message[name].strip() == original[name].strip()
    assert b"SECRET" not in data
    assert not {"received", "x-account", "message-id"} & {name.lower() for name in message}


def test_headers_are_read_before_the_body_each_on_its_line() -> None:
    shown = read(mail().as_bytes()).splitlines()
    assert shown[0] == "Άννα Δήμου <anna@example.com>"
    assert shown[1] == '"Cid, D." <cid@example.com>, Εύα Φωκά <eva@example.com>'
    assert shown[-1] == "Καλημέρα, είμαι η Άννα Δήμου."


def test_an_encoded_header_with_another_text_is_read_again() -> None:
    document = parse(mail().as_bytes(), "eml")
    changed = [f"[Α] {leaf.strip()} {'λέξη ' * 40}" for leaf in document.leaves]
    seen = parse(document.rebuild(changed), "eml").leaves
    assert [leaf.strip() for leaf in seen] == [leaf.strip() for leaf in changed]


def test_a_date_that_is_more_than_a_date_is_a_leaf() -> None:
    data = raw("From: a@example.com", "Date: Tue, 08 Apr 2025 19:12:00 +0300 (Άννα)", "", "x")
    assert "08 Apr 2025" in read(data)
    assert "2025" not in read(data.replace(" (Άννα)".encode(), b""))


def test_a_folded_date_is_a_date() -> None:
    data = raw("From: a@example.com", "Date: Tue, 08 Apr", " 2025 19:12:00 +0300", "", "x")
    assert b"Date: Tue, 08 Apr 2025 19:12:00 +0300\r\n" in again(data)


def full() -> EmailMessage:
    message = mail("κείμενο Άννα")
    message.add_alternative("<p>σελίδα Ά<b>ννα</b><!-- SECRET --></p>", subtype="html")
    message.add_attachment("όνομα;ΑΦΜ\nΆρης;1\n", subtype="csv", filename="SECRET.csv")
    message.add_attachment('{"name": "Βάσω"}'.encode(), maintype="application", subtype="json")
    message.add_attachment(b"%PDF SECRET", maintype="application", subtype="pdf", filename="SECRET.pdf")
    message.add_attachment(b'{"a": SECRET', maintype="application", subtype="json")
    message.add_attachment("BEGIN:VCARD\nFN:SECRET", subtype="vcard")
    forwarded = mail("προωθημένο από Γάμα")
    forwarded.add_attachment(b"\x89PNG SECRET", maintype="image", subtype="png")
    message.add_attachment(forwarded)
    message.preamble = "SECRET"
    message.epilogue = "SECRET"
    return message


def test_all_parts_are_read_and_unreadable_ones_are_said_to_be_removed() -> None:
    shown = read(full().as_bytes())
    for text in ("κείμενο Άννα", "σελίδα Άννα", "ΑΦΜ: 1", "name: Βάσω", "προωθημένο από Γάμα"):
        assert text in shown
    assert shown.count(REMOVED) == 4
    data = again(full().as_bytes())
    assert b"SECRET" not in data
    parts = [part.get_content_type() for part in message_from_bytes(data).walk()]
    assert parts.count("text/plain") == 2 + 4
    assert "message/rfc822" in parts


def test_a_boundary_never_stands_in_a_body() -> None:
    message = mail("--part-1\n--part-2--\n", cte="7bit")
    message.add_attachment("x", subtype="plain")
    assert len(list(message_from_bytes(again(message.as_bytes())).walk())) == 3


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"just some text\nin two lines", "NOT_MAIL"),
        ("Πελάτης: γεια\n\nx".encode(), "NOT_MAIL"),
        (b"Note: this is no mail\n\nx", "NOT_MAIL"),
        (raw("From: a@b.gr", "no header line", "", "x"), "NOT_MAIL"),
        (raw("From: a@b.gr", "Content-Type: multipart/mixed", "", "x"), "NOT_MAIL"),
        (raw("From: a@b.gr", "Content-Type: multipart/mixed; boundary=b", "", "x"), "NOT_MAIL"),
        (raw("From: a@b.gr", "Content-Transfer-Encoding: base64", "", "AAAAA"), "NOT_MAIL"),
        (raw("From: a@b.gr", "Content-Transfer-Encoding: base64", "", "AA==BB=="), "NOT_MAIL"),
        (raw("From: a@b.gr", "Content-Transfer-Encoding: x-uuencode", "", "x"), "NOT_MAIL"),
        (raw("From: a@b.gr", "Subject: =?utf-8?b?AAAAA?=", "", "x"), "NOT_MAIL"),
        (raw("From: a@b.gr", "Subject: =?utf-8?b?zpHPgc63\x07z4I=?=", "", "x"), "NOT_MAIL"),
        (raw("From: a@b.gr", "Subject: =?utf 8?b?zpHPgc63z4I=?=", "", "x"), "NOT_MAIL"),
        (raw("From: a@b.gr", "Content-Type: text/plain; charset=utf-7", "", "+A5E-"), "NOT_TEXT"),
        (raw("From: a@b.gr", "", "x\0y"), "NOT_TEXT"),
    ],
)
def test_bad_mails_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(MediaError) as caught:
        parse(data, "eml")
    assert caught.value.reason == reason


def test_mails_in_mails_without_end_are_refused() -> None:
    data = b"x"
    for _ in range(30):
        data = b"From: a@b.gr\nContent-Type: message/rfc822\n\n" + data
    with pytest.raises(MediaError) as caught:
        parse(data, "eml")
    assert caught.value.reason == "TOO_DEEP"
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    with pytest.raises(MediaError) as caught:
        parse(b"From: a@b.gr\n" + parts, "eml")
    assert caught.value.reason == "TOO_DEEP"


def test_a_body_that_is_no_text_is_said_to_be_removed() -> None:
    data = raw("From: a@b.gr", "Content-Type: application/pdf", "Content-Transfer-Encoding: base64", "", "AAAA")
    assert read(data).endswith(REMOVED)
    assert message_from_bytes(again(data)).get_content_type() == "text/plain"


def test_raw_eight_bit_headers_are_read() -> None:
    data = "From: Άννα <a@b.gr>\nSubject: θέμα\n\nx".encode("iso8859-7")
    assert read(data).splitlines() == ["Άννα <a@b.gr>", "θέμα", "x"]
    assert "Άννα".encode() in again(data)


@given(st.binary(max_size=200), st.sampled_from(["7bit", "8bit", "", "base64", "quoted-printable"]))
def test_every_body_can_be_written(data: bytes, encoding: str) -> None:
    used, body = encode_body(data, encoding, b"\n")
    part = message_from_bytes(f"Content-Transfer-Encoding: {used}\n\n".encode() + body)
    assert part.get_payload(decode=True) == data


def test_a_long_header_and_many_parts_take_no_longer_than_their_length() -> None:
    def long_header(length: int) -> None:
        parse(b"From: " + b"x" * length + b"\nTo: " + b"a " * (length // 2) + b"\n\nx", "eml")

    def many_parts(parts: int) -> None:
        message = mail()
        for _ in range(parts):
            message.add_attachment("x" * 1000, subtype="plain")
        document = parse(message.as_bytes(), "eml")
        document.rebuild(document.leaves)

    assert grows_with_length(long_header, 500_000)
    assert grows_with_length(many_parts, 300)
