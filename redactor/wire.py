"""Messages between two processes: JSON objects, each behind its length, over a pipe that nobody else writes to."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from typing import Any, TypeAlias

Message: TypeAlias = dict[str, Any]

LARGEST = 64 << 20
"""Bytes of the largest message; a length beyond it is no length, and nobody should wait for that many bytes."""
_HEAD = struct.Struct(">I")


def packed(message: Message) -> bytes:
    """A message as it goes over the wire. Names that are no Unicode (lone surrogates) survive, so ASCII it is.

    Raises `ValueError` when it is larger than `LARGEST`.
    """
    body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    if len(body) > LARGEST:
        raise ValueError("the message is too large")
    return _HEAD.pack(len(body)) + body


class Unpacker:
    """Puts messages together from pieces of any size."""

    def __init__(self) -> None:
        self._left = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes. Raises `ValueError` for what is no message."""
        self._left += data
        while len(self._left) >= _HEAD.size:
            (size,) = _HEAD.unpack_from(self._left)
            if size > LARGEST:
                raise ValueError("no message is that large")
            if len(self._left) < _HEAD.size + size:
                return
            body = bytes(self._left[_HEAD.size : _HEAD.size + size])
            del self._left[: _HEAD.size + size]
            yield _message(body)


def send(pipe: int, message: Message) -> None:
    """Write all of a message to a file descriptor, however long that takes. Raises `OSError` and `ValueError`."""
    left = memoryview(packed(message))
    while left:
        left = left[os.write(pipe, left) :]


def receive(pipe: int) -> Message | None:
    """The next message of a file descriptor; None when there will be no more. Raises `ValueError` for nonsense."""
    head = _exactly(pipe, _HEAD.size)
    if len(head) < _HEAD.size:
        return None
    (size,) = _HEAD.unpack(head)
    if size > LARGEST:
        raise ValueError("no message is that large")
    body = _exactly(pipe, size)
    return _message(body) if len(body) == size else None


def _exactly(pipe: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (piece := os.read(pipe, min(size - len(data), 1 << 20))):
        data += piece
    return bytes(data)


def _message(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except RecursionError:
        raise ValueError("no message is nested that deep") from None
    if not isinstance(message, dict):
        raise ValueError("a message is an object")
    return message
