"""A model that was written out, as a tagger to train further: its 8-bit weights as float32 again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from models.recipes.name_model.encoder import Tagger
from models.recipes.name_model.q4 import Shape

_FIRST_LAYER, _OF_A_LAYER = 5, 16
"""Weights before the first layer, and of each."""
_WEIGHT = "w"
_QUANTIZED, _SCALE, _ZERO = "_quantized", "_scale", "_zero_point"


def resumed(source: Path, heads: int = 12, epsilon: float = 1e-12) -> Tagger:
    """The tagger that `exported` wrote to `source`; what an ONNX graph does not tell must be said.

    Raises ValueError when the file holds other weights than a tagger has.
    """
    found = list(_weights(source))
    layers, rest = divmod(len(found) - _FIRST_LAYER - 2, _OF_A_LAYER)
    if rest or layers < 1:
        raise ValueError(f"{source.name}: {len(found)} weights are no whole layers")
    words, hidden = found[0].shape
    positions = found[2].shape[0]
    inner = found[_FIRST_LAYER + 10].shape[1]
    classes = found[-1].shape[0]
    model = Tagger(Shape(hidden, layers, heads, inner, 0, positions, 2, epsilon), words, classes)
    with torch.no_grad():
        for values, (parameter, turned) in zip(found, _parameters(model), strict=True):
            parameter.copy_(torch.from_numpy(np.array(values.T if turned else values)))
    return model


def mix(model: Tagger, before: Tagger) -> None:
    """Give `model` the mean of its weights and those of `before`, from which it was trained further.

    What was learnt last does not push out what was known: the mean of two such models does better than either on text
    that neither saw (Wortsman et al., "Model soups", ICML 2022; "Robust fine-tuning of zero-shot models", CVPR 2022).
    """
    with torch.no_grad():
        for mine, other in zip(model.parameters(), before.parameters(), strict=True):
            mine.copy_((mine + other) / 2)


def _parameters(model: Tagger) -> Iterator[tuple[Tensor, bool]]:
    """The weights in the order in which `exported` asks for them; true: it writes the matrix transposed."""
    yield from ((model.words.weight, False), (model.kinds.weight, False), (model.positions.weight, False))
    yield from _both(model.norm)
    for layer in model.layers:
        for name in ("query", "value", "key", "out", "norm", "up", "down", "last"):
            yield from _both(getattr(layer, name))
    yield from _both(model.head)


def _both(part: nn.Linear | nn.LayerNorm) -> Iterator[tuple[Tensor, bool]]:
    yield part.weight, isinstance(part, nn.Linear)
    yield part.bias, False


def _weights(source: Path) -> Iterator[npt.NDArray[np.float32]]:
    """All weights of a graph in the order of their numbers, without the constants between them."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(source).graph.initializer}
    named = {name.removesuffix(_QUANTIZED) for name in held if name.startswith(_WEIGHT)}
    for name in sorted((n for n in named if n[1:].isdigit()), key=lambda n: int(n[1:])):
        if name in held:
            values = held[name]
            if values.dtype == np.float32 and values.size > 1:
                yield values
            continue
        quantized = held[name + _QUANTIZED].astype(np.float32)
        # A scale for each column, or one for all.
        yield (quantized - held[name + _ZERO].astype(np.float32)) * held[name + _SCALE].astype(np.float32)
