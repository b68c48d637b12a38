"""Sealed bytes: a file as it lies encrypted, in chunks, so that it is read and written in little memory.

    magic (8) | version (1) | key id (16) | nonce prefix (8)            the header, in the clear
    then chunks: AES-256-GCM of 256 KiB each, the last one shorter, each with its tag (16)

The nonce of a chunk is the prefix and its number (4 bytes); what is authenticated with it is the header and whether it
is the last. So a chunk that was changed, moved, left out or taken from another file does not open, nor does the end of
a file that was cut off (STREAM, of Hoang, Reyhanitabar, Rogaway and Vizar, 2015).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from redactor.errors import StoreError

MAGIC = b"\x89RSEAL\r\n"
CHUNK = 256 * 1024
"""Bytes of content in a chunk."""
_VERSION, _TAG = 1, 16
_MAGIC, _ID, _PREFIX = len(MAGIC), 16, 8
HEADER = _MAGIC + 1 + _ID + _PREFIX
"""Bytes before the first chunk."""


@dataclass(frozen=True, slots=True)
class Header:
    """The beginning of a sealed file."""

    key_id: str
    """32 hexadecimal digits."""
    prefix: bytes

    @classmethod
    def new(cls, key_id: str) -> Header:
        """With a prefix of its own."""
        return cls(key_id, secrets.token_bytes(_PREFIX))

    @classmethod
    def of(cls, head: bytes) -> Header | None:
        """Of the first `HEADER` bytes of a file; None for a file that is not sealed. Raises `StoreError`."""
        if not is_sealed(head):
            return None
        if len(head) < HEADER:
            raise _broken("cut off")
        if head[_MAGIC] != _VERSION:
            raise _broken("of another version of this program")
        return cls(head[_MAGIC + 1 : _MAGIC + 1 + _ID].hex(), head[_MAGIC + 1 + _ID : HEADER])

    def packed(self) -> bytes:
        """As it stands in the file."""
        return MAGIC + bytes([_VERSION]) + bytes.fromhex(self.key_id) + self.prefix


def is_sealed(head: bytes) -> bool:
    """True when a file that begins so is sealed."""
    return head.startswith(MAGIC)


def seal(source: BinaryIO, sink: BinaryIO, header: Header, key: bytes) -> None:
    """Write `source` sealed into `sink`; raises what these raise. `key` (32 bytes) seals one file only."""
    cipher, packed = AESGCM(key), header.packed()
    sink.write(packed)
    number, chunk, last = 0, source.read(CHUNK), False
    while not last:
        after = source.read(CHUNK)
        last = not after
        sink.write(cipher.encrypt(_nonce(header, number), chunk, packed + bytes([last])))
        number, chunk = number + 1, after


def unseal(stream: BinaryIO, header: Header, key: bytes) -> Iterator[bytes]:
    """The content of a sealed file, a chunk at a time; `stream` stands behind the header.

    Raises `StoreError` (`STORE_DIFFERS`) at the first chunk that is not as it was written; what came before it was.
    """
    cipher, packed = AESGCM(key), header.packed()
    number, sealed, last = 0, stream.read(CHUNK + _TAG), False
    while not last:
        after = stream.read(CHUNK + _TAG)
        last = not after
        try:
            yield cipher.decrypt(_nonce(header, number), sealed, packed + bytes([last]))
        except (InvalidTag, ValueError):
            raise _broken("changed or cut off") from None
        number, sealed = number + 1, after


def _nonce(header: Header, number: int) -> bytes:
    return header.prefix + number.to_bytes(4, "big")


def _broken(how: str) -> StoreError:
    message = f"an encrypted file is {how}; take it from a copy, or remove it and have it made again"
    return StoreError(message, reason="STORE_DIFFERS")
