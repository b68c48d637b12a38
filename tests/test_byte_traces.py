"""Byte traces: removed values among the bytes of any file, whatever their encoding."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from redactor.byte_traces import ByteSearch, byte_traces, byte_traces_of
from redactor.errors import MediaError
from redactor.removed import Removed

VALUES = (
    Removed("Μαρία Παπαδοπούλου", "PERSON", ()),
    Removed("697 223 4561", "PHONE_NUMBER", ()),
    Removed("maria.p@example.org", "EMAIL_ADDRESS", ()),
)
NOISE = random.Random(9).randbytes(200_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "iso8859-7", "cp1253"])
@pytest.mark.parametrize(
    ("text", "entity_type"),
    [
        ("Παπαδοπούλου", "PERSON"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΥ", "PERSON"),
        ("παπαδοπουλου", "PERSON"),
        ("697 223 4561", "PHONE_NUMBER"),
        ("6972234561", "PHONE_NUMBER"),
        ("Maria.P@Example.org", "EMAIL_ADDRESS"),
    ],
)
def test_every_encoding(text: str, entity_type: str, encoding: str) -> None:
    assert byte_traces(NOISE[:999] + text.encode(encoding) + NOISE[:99], VALUES) == (entity_type,)


def test_decomposed() -> None:
    import unicodedata

    assert byte_traces(unicodedata.normalize("NFD", "Παπαδοπούλου").encode(), VALUES) == ("PERSON",)


def test_noise_and_short_values() -> None:
    short = Removed("123", "CVV", ()), Removed("45415", "CUSTOMER_ID", ()), Removed("Άννα", "PERSON", ())
    assert byte_traces(NOISE, VALUES) == ()
    assert byte_traces("123 45415 Άννα".encode(), short) == ()
    # A grey ramp is drawn with such bytes.
    assert byte_traces(bytes(range(256)), [Removed("123456789", "GR_AFM", ())]) == ()


def test_a_value_on_the_edge_of_two_blocks(tmp_path: Path) -> None:
    data = NOISE[:500] + b"6972234561" + NOISE[:500]
    search = ByteSearch(VALUES)
    for cut in (495, 501, 505, 509, 515):
        assert search.types([data[:cut], data[cut:]]) == ("PHONE_NUMBER",)
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    assert byte_traces_of(path, VALUES) == ("PHONE_NUMBER",)


def test_single_bytes_at_a_time() -> None:
    def each() -> Iterator[bytes]:
        for byte in b"xx6972234561yy":
            yield bytes([byte])

    assert ByteSearch(VALUES).types(each()) == ("PHONE_NUMBER",)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        byte_traces_of(tmp_path / "none.wav", VALUES)
    assert caught.value.reason == "NO_ACCESS"
