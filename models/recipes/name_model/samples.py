"""Training samples: filled and disturbed documents as pieces with a class each, in batches of like length."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.recipes.name_model.corpus import LABELS, Document, Token, filled, text_of
from models.recipes.name_model.noise import disturbed
from redactor.recognizers.pieces import WINDOW, Cutter, Words
from redactor.recognizers.view import view

CLASSES = ("", *LABELS.values())
"""Outside first, then the entity types in the order of the model's outputs."""
CUTS = {
    "PERSON": 0.45,
    "ADDRESS": 0.32,
    "LOCATION": 0.5,
    "DATE_OF_BIRTH": 0.28,
    "AGE": 0.28,
    "HEALTH": 0.5,
    "USERNAME": 0.2,
    "PASSWORD": 0.27,
    "CUSTOMER_ID": 0.3,
}
"""Probabilities from which a type counts.

At about twice as much, one in four of the words that no rule finds is personal; a leak is worse than a word lost, so
only names, places and health, of which everyday talk is full, stay near that.

Chosen on texts whose leaks were looked at: seen.jsonl and calls.jsonl of benchmarks/texts, the development pack,
tests/negative.
"""
IGNORED = -100
_START, _PAD, _END = 0, 1, 2
_POOL = 384
_JOINED = 0.3


@dataclass(slots=True)
class Sample:
    """Pieces of one window; each piece has the class of its word."""

    ids: list[int]
    kinds: list[int]
    classes: list[int]


def windows(tokens: Sequence[Token], cutter: Cutter) -> Iterator[Sample]:
    """Tokens as pieces, in as many windows as they need; the last one may be short."""
    text, spans = text_of(list(tokens))
    seen = view(text)
    words = cutter.words(seen)
    owned = classes(words, spans, [seen.folded.starts[start] for start, _ in words.spans])
    out = Sample([_START], [3], [IGNORED])
    for pieces, kind, owner in zip(words.pieces, words.kinds, owned, strict=True):
        if len(out.ids) + len(pieces) > WINDOW and len(out.ids) > 1:
            yield _ended(out)
            out = Sample([_START], [3], [IGNORED])
        room = pieces[: WINDOW - len(out.ids)]
        out.ids += room
        out.kinds += [kind] * len(room)
        out.classes += [owner] * len(room)
    yield _ended(out)


def _ended(window: Sample) -> Sample:
    window.ids.append(_END)
    window.kinds.append(3)
    window.classes.append(IGNORED)
    return window


def classes(words: Words, spans: list[tuple[int, int, str]], starts: list[int]) -> list[int]:
    """The class of each word: that of the span it begins in, or that begins in it."""
    found = [0] * len(words.spans)
    begins = [start for start, _, _ in spans]
    lengths = [end - start for start, end in words.spans]
    for i, start in enumerate(starts):
        at = bisect_right(begins, start + max(lengths[i] - 1, 0)) - 1
        if at >= 0 and start < spans[at][1]:
            found[i] = CLASSES.index(spans[at][2])
    return found


def stream(documents: Sequence[Document], cutter: Cutter, seed: int) -> Iterator[Sample]:
    """Samples without end: every document once in each round, each time with other values and another noise."""
    rng = random.Random(seed)
    while True:
        order = list(documents)
        rng.shuffle(order)
        waiting: dict[tuple[bool, bool], list[Token]] = {}
        for document in order:
            tokens = disturbed(document, filled(document, rng), rng)
            if not tokens:
                continue
            key = (document.english, document.spoken)
            if key in waiting:
                before = waiting.pop(key)
                tokens = _joined(before, tokens, rng)
            if rng.random() < _JOINED and len(tokens) < WINDOW // 2:
                waiting[key] = tokens
            else:
                yield from windows(tokens, cutter)
        for tokens in waiting.values():
            yield from windows(tokens, cutter)


def _joined(first: list[Token], second: list[Token], rng: random.Random) -> list[Token]:
    blank = Token(rng.choice(("\n", "\n", " ", "\n\n")), "", -1)
    shift = 1 + max((token.entity for token in first), default=0)
    moved = [Token(token.text, token.label, token.entity + shift if token.entity >= 0 else -1) for token in second]
    return [*first, blank, *moved]


def batches(samples: Iterator[Sample], pieces: int, seed: int) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Batches `(ids, kinds, mask, classes)` of about `pieces` pieces, padded to their longest sample."""
    rng = random.Random(seed)
    while True:
        pool = sorted((next(samples) for _ in range(_POOL)), key=lambda one: len(one.ids))
        groups: list[list[Sample]] = [[]]
        for one in pool:
            if groups[-1] and (len(groups[-1]) + 1) * len(one.ids) > pieces:
                groups.append([])
            groups[-1].append(one)
        rng.shuffle(groups)
        yield from map(padded, groups)


def padded(group: list[Sample]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """One batch."""
    longest = max(len(one.ids) for one in group)

    def rows(values: list[list[int]], filler: int) -> Tensor:
        return torch.tensor([row + [filler] * (longest - len(row)) for row in values])

    ids = rows([one.ids for one in group], _PAD)
    return ids, rows([one.kinds for one in group], 3), ids != _PAD, rows([one.classes for one in group], IGNORED)
