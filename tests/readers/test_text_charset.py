import codecs

import pytest

from redactor.errors import MediaError, WithheldError
from redactor.readers.formats import parse
from redactor.readers.formats.charset import Charset, decode

GREEK = "Ο πελάτης λέγεται Άρης, οδός Έλλης 5.\r\nΤέλος\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (GREEK.encode(), "utf-8"),
        (codecs.BOM_UTF8 + GREEK.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + GREEK.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + GREEK.encode("utf-16-be"), "utf-16-be"),
        (GREEK.encode("cp1253"), "cp1253"),
        (GREEK.encode("iso8859-7"), "iso8859-7"),
    ],
)
def test_greek_is_read_and_written_in_its_own_encoding(data: bytes, encoding: str) -> None:
    text, charset = decode(data)
    assert text == GREEK
    assert charset.encoding == encoding
    assert charset.encode(text) == data


def test_western_single_bytes_are_not_taken_for_greek() -> None:
    text, charset = decode("Grüße aus Köln, Herr Schön möchte zurückgerufen werden".encode("cp1252"))
    assert "Köln" in text
    assert charset.encoding == "cp1252"


def test_a_declared_charset_counts_when_it_fits() -> None:
    assert decode("Άρης".encode("iso8859-7"), "ISO-8859-7")[0] == "Άρης"
    assert decode("Άρης".encode(), "us-ascii")[0] == "Άρης"
    assert decode("Άρης".encode(), "no-such-charset")[0] == "Άρης"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"text with a \0 byte",
        "κείμενο".encode("utf-16-le"),
        bytes(range(1, 32)) * 4,
        codecs.BOM_UTF16_LE + b"\x00",
        b"\x81\xd2\xff\x8d",
        b"all ASCII but this name: " + "Άρης Δήμου".encode()[:-1] + b" and so on" * 100,
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(MediaError) as caught:
        parse(data, "txt")
    assert caught.value.reason == "NOT_TEXT"


def test_an_encoding_that_hides_text_is_refused() -> None:
    with pytest.raises(MediaError) as caught:
        decode(b"+A5EDwQ-", "utf-7")
    assert caught.value.reason == "NOT_TEXT"


def test_a_placeholder_that_cannot_be_encoded_is_said_without_its_text() -> None:
    with pytest.raises(WithheldError) as caught:
        Charset("ascii").encode("Άρης")
    assert caught.value.reason == "NOT_ENCODABLE"
    assert "Άρης" not in str(caught.value)
    assert caught.value.__cause__ is None
