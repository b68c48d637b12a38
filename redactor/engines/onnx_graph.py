"""Frees an ONNX file of the sizes that its exporter wrote into it, byte by byte, without the onnx library.

Old exporters fixed the size of the sample picture and listed every weight as an input too, which keeps a runtime from
folding constants. Field numbers: onnx.proto3 of the ONNX specification (ModelProto.graph = 7, GraphProto.initializer =
5, input = 11, output = 12, value_info = 13, ValueInfoProto.name = 1, TypeProto.Tensor.elem_type = 1).
"""

from __future__ import annotations

from collections.abc import Iterator

_GRAPH, _INPUT, _OUTPUT, _VALUE_INFO = 7, 11, 12, 13
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_TENSOR_OF_FLOATS = b"\x0a\x02\x08\x01"
"""`TypeProto { tensor_type { elem_type: FLOAT } }`: any shape."""


def freed(model: bytes, input_name: str) -> bytes:
    """`model` with `input_name` as its only input; it and the outputs (floats all) may have any size.

    Raises ValueError when `model` is no ONNX file or has no such input.
    """
    parts, named = [], False
    for number, raw, body in _fields(model):
        if number != _GRAPH:
            parts.append(raw)
            continue
        graph = []
        for kind, whole, value in _fields(body):
            if kind == _INPUT and _name(value) == input_name:
                named = True
            elif kind in (_INPUT, _VALUE_INFO):
                continue
            shaped = kind in (_INPUT, _OUTPUT)
            graph.append(_field(kind, _any_size(_name(value))) if shaped else whole)
        parts.append(_field(_GRAPH, b"".join(graph)))
    if not named:
        raise ValueError("no ONNX file with such an input")
    return b"".join(parts)


def _any_size(name: str) -> bytes:
    return _field(1, name.encode()) + _field(2, _TENSOR_OF_FLOATS)


def _name(value_info: bytes) -> str:
    return next((body.decode() for number, _, body in _fields(value_info) if number == 1), "")


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each field of a protobuf message: its number, all of its bytes, and its body (empty unless it has a length)."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _varint(message, at)
        kind, body = tag & 7, b""
        if kind == _VARINT:
            _, at = _varint(message, at)
        elif kind in (_FIXED64, _FIXED32):
            at += 8 if kind == _FIXED64 else 4
        elif kind == _BYTES:
            size, at = _varint(message, at)
            body, at = message[at : at + size], at + size
        else:
            raise ValueError("no protobuf message")
        if at > len(message):
            raise ValueError("no protobuf message: it ends too early")
        yield tag >> 3, message[start:at], body


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at
    raise ValueError("no protobuf message: a number does not end")


def _field(number: int, body: bytes) -> bytes:
    return _number(number << 3 | _BYTES) + _number(len(body)) + body


def _number(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
