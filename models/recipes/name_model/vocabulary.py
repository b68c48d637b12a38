"""The vocabulary of the encoder, folded: pieces that differ only in case and accents become one.

XLM-R's Unigram list has 250,002 pieces; Greek ones are kept all, Latin ones when they are English words, short, or
needed by the text. The score of a folded piece is the logarithm of the summed probabilities of those behind it, its
embedding their mean weighted by probability.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from redactor.normalize import folded

EN_WORDS = Path(__file__).parents[3] / "redactor" / "recognizers" / "en" / "words.txt.gz"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
BREAK = "\n"
"""The piece for a line break; it begins as a full stop."""
_GREEK = re.compile("▁?[α-ω']+")
_LATIN = re.compile("▁?[a-z']+")
_SIGN = re.compile(r"▁?[^\w\s]|▁?\d{1,4}|▁")
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One folded piece and what it stands for."""

    text: str
    score: float
    ids: tuple[int, ...]
    """In the encoder's own list."""
    weights: tuple[float, ...]


def pieces(tokenizer: Path, used: Iterable[str]) -> list[Piece]:
    """The folded pieces behind the special ones, in order of text. `used`: folded Latin words that must split well."""
    vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    groups: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, (piece, score) in enumerate(vocabulary):
        if number >= len(SPECIAL):
            body = piece.lstrip("▁")
            groups["▁" * (body != piece) + folded(body)].append((number, score))
    words = {row.split(" ")[0] for row in gzip.decompress(EN_WORDS.read_bytes()).decode().splitlines()} | set(used)
    kept = []
    for text, members in sorted(groups.items()):
        latin = _LATIN.fullmatch(text) and (len(text.strip("▁")) <= _SHORT or (text[0] == "▁" and text[1:] in words))
        if _GREEK.fullmatch(text) or latin or _SIGN.fullmatch(text):
            best = max(score for _, score in members)
            total = sum(math.exp(score - best) for _, score in members)
            weights = tuple(math.exp(score - best) / total for _, score in members)
            kept.append(Piece(text, best + math.log(total), tuple(number for number, _ in members), weights))
    return kept


def embeddings(kept: list[Piece], words: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rows for the special pieces, the kept ones and the line break, of the encoder's word embeddings."""
    rows = [words[i] for i in range(len(SPECIAL))]
    rows += [np.average(words[list(piece.ids)], axis=0, weights=piece.weights).astype(np.float32) for piece in kept]
    stop = next(row for piece, row in zip(kept, rows[len(SPECIAL) :], strict=True) if piece.text == ".")
    return np.stack([*rows, stop])


def table(kept: list[Piece]) -> list[tuple[str, float]]:
    """Pieces with scores, in the order of the embeddings, as a Unigram model wants them."""
    return [*((piece, 0.0) for piece in SPECIAL), *((piece.text, piece.score) for piece in kept), (BREAK, -5.0)]
