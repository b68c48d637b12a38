"""Text cut into words and word pieces, as the name model reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from redactor.errors import MissingEngineError
from redactor.recognizers.view import View

WINDOW = 224
"""Pieces that the model reads at once."""
OVERLAP = 40
"""Pieces that a window shares with the next."""
_WORD = re.compile(r"\w+|[^\w\s]|\n")
_LONGEST = 40
_MOST_PIECES = 12
_REMEMBERED = 8000
LOWER, TITLE, CAPITALS, SIGN = range(4)


@dataclass(frozen=True, slots=True)
class Words:
    """The words and signs of a folded text, each with its pieces."""

    spans: list[tuple[int, int]] = field(repr=False)
    """`(start, end)` in the folded text."""
    pieces: list[tuple[int, ...]] = field(repr=False)
    """Numbers of pieces; at least one a word."""
    kinds: list[int] = field(repr=False)
    """Case: `LOWER`, `TITLE`, `CAPITALS` or `SIGN`."""

    def windows(self) -> Iterator[tuple[int, int]]:
        """Ranges of words that fit a window, each sharing some with the next, covering all."""
        sizes = [len(pieces) for pieces in self.pieces]
        start = 0
        while start < len(sizes):
            end, total = start, 0
            while end < len(sizes) and total + sizes[end] <= WINDOW:
                total += sizes[end]
                end += 1
            yield start, end
            if end == len(sizes):
                return
            back, shared = end, 0
            while back > start + 1 and shared + sizes[back - 1] <= OVERLAP:
                back -= 1
                shared += sizes[back]
            start = back


class Cutter:
    """Cuts folded text into words and pieces; remembers words it has met. Safe to share between threads."""

    def __init__(self, tokenizer: Path) -> None:
        """Reads a Unigram model in the format of Hugging Face tokenizers; raises `MissingEngineError` without them."""
        try:
            from tokenizers import Tokenizer
        except ModuleNotFoundError as error:
            raise MissingEngineError(
                "tokenizers is not installed: pip install 'redactor[names]'", reason="NO_TOKENIZERS"
            ) from error
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._break: int = self._tokenizer.encode("\n", add_special_tokens=False).ids[0]
        self._known: dict[str, tuple[int, ...]] = {}

    def words(self, text: View) -> Words:
        """All words, signs and line breaks of a text."""
        plain = text.plain
        source = text.source
        same = len(source) == len(plain)
        spans: list[tuple[int, int]] = []
        pieces: list[tuple[int, ...]] = []
        kinds: list[int] = []
        for match in _WORD.finditer(plain):
            start, end = match.span()
            word = match.group()
            spans.append((start, end))
            if word == "\n":
                pieces.append((self._break,))
                kinds.append(SIGN)
                continue
            written = source[start:end] if same else source[text.folded.starts[start] : text.folded.ends[end - 1]]
            kinds.append(_kind(written))
            inner = start > 0 and not plain[start - 1].isspace()
            pieces.append(self._cut(word[:_LONGEST] if inner else "▁" + word[:_LONGEST]))
        return Words(spans, pieces, kinds)

    def _cut(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            known = tuple(self._tokenizer.encode(word, add_special_tokens=False).ids[:_MOST_PIECES])
            if len(self._known) < _REMEMBERED:
                self._known[word] = known
        return known


def _kind(written: str) -> int:
    if written.islower():
        return LOWER
    if written.isupper():
        return CAPITALS if len(written) > 1 else TITLE
    if written[0].isupper():
        return TITLE
    return LOWER if written[0].isalpha() else SIGN
