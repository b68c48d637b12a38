"""The trained tagger as an ONNX graph, its matrices and tables in 8 bits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from models.recipes.name_model.encoder import Layer, Tagger

OPSET = 20


class _Graph:
    """Nodes and weights as they are added; every method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, values: npt.NDArray[np.generic]) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=f"{kind}_{name}", **attributes))
        return name

    def linear(self, x: str, layer: nn.Linear) -> str:
        product = self.add("MatMul", x, self.weight(_numpy(layer.weight).T))
        return self.add("Add", product, self.weight(_numpy(layer.bias)))

    def norm(self, x: str, layer: nn.LayerNorm) -> str:
        scale, bias = self.weight(_numpy(layer.weight)), self.weight(_numpy(layer.bias))
        return self.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=layer.eps)

    def rows(self, table: nn.Embedding, ids: str) -> str:
        return self.add("Gather", self.weight(_numpy(table.weight)), ids)


def exported(model: Tagger, target: Path) -> int:
    """Write `target` and return its size in bytes. Inputs: see `redactor.recognizers.tagger`."""
    graph = _Graph()
    summed = graph.add("Add", graph.rows(model.words, "ids"), graph.rows(model.kinds, "kinds"))
    x = graph.norm(graph.add("Add", summed, graph.rows(model.positions, "places")), model.norm)
    for layer in model.layers:
        assert isinstance(layer, Layer)
        x = _layer(graph, x, layer)
    graph.add("Identity", graph.linear(x, model.head))
    graph.nodes[-1].output[0] = "scores"
    both = ["batch", "pieces"]
    whole = helper.make_graph(
        graph.nodes,
        "name-model",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, both),
            helper.make_tensor_value_info("kinds", TensorProto.INT64, both),
            helper.make_tensor_value_info("places", TensorProto.INT64, ["pieces"]),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", 1, 1, "pieces"]),
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [*both, model.head.out_features])],
        graph.weights,
    )
    built = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(built)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        full.write_bytes(built.SerializeToString())
        quantize_dynamic(
            full, target, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"]
        )
    return target.stat().st_size


def _layer(graph: _Graph, x: str, layer: Layer) -> str:
    width = layer.query.in_features // layer.heads
    apart = graph.weight(np.array([0, 0, layer.heads, width], np.int64))
    together = graph.weight(np.array([0, 0, layer.heads * width], np.int64))

    def split(part: nn.Linear, order: list[int]) -> str:
        return graph.add("Transpose", graph.add("Reshape", graph.linear(x, part), apart), perm=order)

    query, value = split(layer.query, [0, 2, 1, 3]), split(layer.value, [0, 2, 1, 3])
    key = split(layer.key, [0, 2, 3, 1])
    scaled = graph.add("Mul", graph.add("MatMul", query, key), graph.weight(np.array(width**-0.5, np.float32)))
    share = graph.add("Softmax", graph.add("Add", scaled, "mask"), axis=-1)
    seen = graph.add("Transpose", graph.add("MatMul", share, value), perm=[0, 2, 1, 3])
    x = graph.norm(graph.add("Add", x, graph.linear(graph.add("Reshape", seen, together), layer.out)), layer.norm)
    inner = graph.add("Gelu", graph.linear(x, layer.up))
    return graph.norm(graph.add("Add", x, graph.linear(inner, layer.down)), layer.last)


def _numpy(values: object) -> npt.NDArray[np.float32]:
    return np.asarray(values.detach().numpy(), np.float32)  # type: ignore[attr-defined]
