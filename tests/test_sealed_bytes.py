"""Sealed files: they come back whole, and nothing that was done to them in between goes unseen."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.errors import StoreError
from redactor.sealed_bytes import CHUNK, HEADER, Header, seal, unseal

KEY, KEY_ID = b"k" * 32, "ab" * 16
STEP = CHUNK + 16


def sealed(content: bytes, key: bytes = KEY) -> bytes:
    sink = io.BytesIO()
    seal(io.BytesIO(content), sink, Header.new(KEY_ID), key)
    return sink.getvalue()


def opened(body: bytes, key: bytes = KEY) -> bytes:
    stream = io.BytesIO(body)
    header = Header.of(stream.read(HEADER))
    assert header is not None
    return b"".join(unseal(stream, header, key))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_what_was_sealed_comes_back(size: int) -> None:
    content = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    body = sealed(content[:size])
    assert opened(body) == content[:size]
    assert Header.of(body[:HEADER]) == Header(KEY_ID, body[HEADER - 8 : HEADER])
    assert size < 32 or content[:32] not in body
    # One more key or prefix each time: the same content never looks the same.
    assert sealed(content[:size]) != body


THREE = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c" * 100)
HEAD, CHUNKS = THREE[:HEADER], [THREE[HEADER:][at : at + STEP] for at in range(0, len(THREE) - HEADER, STEP)]
OTHER = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c" * 100)


@pytest.mark.parametrize(
    "body",
    [
        HEAD,
        HEAD + CHUNKS[0],
        HEAD + CHUNKS[0] + CHUNKS[1],
        THREE[:-1],
        THREE + b"x",
        HEAD + CHUNKS[1] + CHUNKS[0] + CHUNKS[2],
        HEAD + CHUNKS[0] + CHUNKS[2],
        HEAD + CHUNKS[0] + CHUNKS[0] + CHUNKS[1] + CHUNKS[2],
        OTHER[:HEADER] + b"".join(CHUNKS),
        HEAD + CHUNKS[0] + OTHER[HEADER + STEP : HEADER + 2 * STEP] + CHUNKS[2],
        THREE + THREE[HEADER:],
    ],
    ids=["header", "one", "two", "cut", "longer", "swapped", "left-out", "doubled", "header-of-other", "foreign", "twice"],
)  # fmt: skip
def test_whatever_was_done_to_chunks_is_found(body: bytes) -> None:
    with pytest.raises(StoreError, match="changed or cut off") as caught:
        opened(body)
    assert caught.value.reason == "STORE_DIFFERS"


@settings(max_examples=60, deadline=None)
@given(st.integers(9, len(THREE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found(at: int, by: int) -> None:
    body = bytearray(THREE)
    body[at] ^= by
    with pytest.raises(StoreError):
        opened(bytes(body))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(StoreError):
        opened(THREE, b"x" * 32)


def test_a_plain_file_has_no_header_and_a_later_version_is_told() -> None:
    assert Header.of(b"RIFF....WAVEfmt ") is None
    assert Header.of(b"") is None
    with pytest.raises(StoreError, match="another version"):
        Header.of(THREE[:8] + b"\x02" + THREE[9:HEADER])
    with pytest.raises(StoreError, match="cut off"):
        Header.of(THREE[:20])


def test_memory_stays_small(tmp_path: Path) -> None:
    plain, body = tmp_path / "plain", tmp_path / "sealed"
    with plain.open("wb") as stream:
        stream.truncate(24 << 20)
    tracemalloc.start()
    try:
        with plain.open("rb") as source, body.open("wb") as sink:
            seal(source, sink, Header.new(KEY_ID), KEY)
        with body.open("rb") as stream:
            header = Header.of(stream.read(HEADER))
            assert header is not None
            assert sum(len(chunk) for chunk in unseal(stream, header, KEY)) == 24 << 20
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
