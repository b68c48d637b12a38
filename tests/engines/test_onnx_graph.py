"""Freeing an ONNX file of fixed sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.engines.onnx_graph import _field, _fields, _number, _varint, freed


def value(name: str, *sizes: int) -> bytes:
    shape = b"".join(_field(1, b"\x08" + _number(size)) for size in sizes)
    return _field(1, name.encode()) + _field(2, _field(1, b"\x08\x01" + _field(2, shape)))


def model() -> bytes:
    graph = _field(1, b"node") + _field(11, value("x", 1, 3, 32, 32)) + _field(11, value("weight", 7))
    graph += _field(5, b"weights") + _field(12, value("y", 1, 8)) + _field(13, value("between", 9))
    return b"\x08\x06" + _field(7, graph) + _field(8, b"opset")


def test_one_input_of_any_size_is_left_and_weights_and_nodes_stay() -> None:
    fields = list(_fields(freed(model(), "x")))
    assert [number for number, _, _ in fields] == [1, 7, 8]
    graph = [(number, body) for number, _, body in _fields(fields[1][2])]
    assert [number for number, _ in graph] == [1, 11, 5, 12]
    assert b"\x08\x20" not in dict(graph)[11]
    assert dict(graph)[5] == b"weights"
    assert b"x" in dict(graph)[11]


@pytest.mark.parametrize("data", [b"", b"\xff" * 20, b"\x3a\x7f\x00", b"no model at all", b"\x0b"])
def test_what_is_no_model_is_told(data: bytes) -> None:
    with pytest.raises(ValueError, match="no "):
        freed(data, "x")


def test_another_input_name_is_told() -> None:
    with pytest.raises(ValueError, match="no ONNX"):
        freed(model(), "z")


@given(st.integers(0, 2**60))
def test_numbers_survive(number: int) -> None:
    assert _varint(_number(number), 0) == (number, len(_number(number)))
