"""The encoder as a torch module: BERT with a class for each piece, and a kind of case in place of the segment."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.recipes.name_model.q4 import Shape

KINDS = 4
"""Lower case, a capital first, all capitals, no letters."""


class Layer(nn.Module):
    """One transformer layer, normalised behind each sum as BERT does."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query, self.key, self.value, self.out = (nn.Linear(shape.hidden, shape.hidden) for _ in range(4))
        self.up, self.down = nn.Linear(shape.hidden, shape.inner), nn.Linear(shape.inner, shape.hidden)
        self.norm, self.last = (nn.LayerNorm(shape.hidden, eps=shape.epsilon) for _ in range(2))
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x`: batch, pieces, width; `mask`: batch, 1, 1, pieces, true where a piece is."""
        split = (*x.shape[:2], self.heads, -1)
        q, k, v = (part(x).view(split).transpose(1, 2) for part in (self.query, self.key, self.value))
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm(x + self.dropout(self.out(seen.transpose(1, 2).reshape(x.shape))))
        normed: Tensor = self.last(x + self.dropout(self.down(functional.gelu(self.up(x)))))
        return normed


class Tagger(nn.Module):
    """Piece numbers and kinds of case to scores of classes."""

    def __init__(self, shape: Shape, pieces: int, classes: int) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.kinds = nn.Embedding(KINDS, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.head = nn.Linear(shape.hidden, classes)
        self.dropout = nn.Dropout(0.1)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """All of shape batch, pieces; the answer has the classes behind them."""
        places = torch.arange(ids.shape[1])
        x = self.dropout(self.norm(self.words(ids) + self.positions(places) + self.kinds(kinds)))
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        scores: Tensor = self.head(x)
        return scores


def built(
    shape: Shape, tensors: dict[str, npt.NDArray[np.float32]], words: npt.NDArray[np.float32], classes: int
) -> Tagger:
    """A tagger with the encoder's weights, `words` as embeddings, and a small random head."""
    model = Tagger(shape, len(words), classes)

    def put(target: Tensor, values: npt.NDArray[np.float32]) -> None:
        with torch.no_grad():
            target.copy_(torch.from_numpy(np.ascontiguousarray(values).reshape(target.shape)))

    put(model.words.weight, words)
    put(model.positions.weight, tensors["emb.pos"])
    put(model.kinds.weight, np.tile(tensors["emb.type"][: shape.hidden], KINDS))
    put(model.norm.weight, tensors["emb.ln.w"])
    put(model.norm.bias, tensors["emb.ln.b"])
    parts = {"query": "q", "key": "k", "value": "v", "out": "ao", "up": "fi", "down": "fo"}
    for number, layer in enumerate(model.layers):
        for name, short in parts.items():
            linear = getattr(layer, name)
            put(linear.weight, tensors[f"l{number}.{short}.w"])
            put(linear.bias, tensors[f"l{number}.{short}.b"])
        for name, short in (("norm", "aln"), ("last", "oln")):
            put(getattr(layer, name).weight, tensors[f"l{number}.{short}.w"])
            put(getattr(layer, name).bias, tensors[f"l{number}.{short}.b"])
    nn.init.normal_(model.head.weight, std=1 / math.sqrt(shape.hidden) / 4)
    nn.init.zeros_(model.head.bias)
    return model
