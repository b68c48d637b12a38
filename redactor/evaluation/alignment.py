"""Which characters of a text are still there after it was redacted, by aligning it with what came out.

Tokens are aligned first (words, single signs, and placeholders as one token each), compared without case and accents;
then, inside each stretch that differs, characters. A run of 3 equal characters or more has survived; where other words
stand in its place (a pseudonym) it takes 4, because short runs meet by chance; beside mask characters any run has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

_PLACEHOLDERS = (
    r"<[A-Za-z_][\w .:/-]{0,40}>",
    r"\[[A-Z_][A-Z_0-9 :#-]{1,40}\]",
    r"\{\{?[A-Z_][A-Z_0-9 :#-]{0,40}\}?\}",
    r"‹[^›]{0,40}›",
    r"⟦[^⟧]{0,40}⟧",
)
PLACEHOLDER = re.compile("|".join(_PLACEHOLDERS))
"""What programs put in the place of a value: `<PERSON>`, `[PERSON]`, `{PERSON}`, `{{PERSON}}`, `‹...›`, `⟦...⟧`."""
WORD = re.compile(r"[^\W_]+")
_SIGN = r"[^\w\s]|_"
_TOKEN = re.compile(rf"{WORD.pattern}|{_SIGN}")
_OUTPUT_TOKEN = re.compile(rf"(?P<placeholder>{PLACEHOLDER.pattern})|{WORD.pattern}|{_SIGN}")
_MASKS = frozenset("*•#█▇●■")
_NOTHING = "\0"
_RUN, _RUN_BESIDE_OTHERS = 3, 4


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the original that came out differently."""

    start: int
    end: int
    """Characters of the original, half-open."""
    put: str = field(repr=False)
    """What stands in its place; empty when nothing does."""
    other_words: bool = False
    """True when it was replaced by as many other letters and digits: by a pseudonym, not by a mask or a placeholder."""

    def overlaps(self, start: int, end: int) -> bool:
        """True when the two share a character."""
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Alignment:
    """A text beside what came out."""

    alive: bytes = field(repr=False)
    """One per character of the original: 1 when it survived."""
    gaps: tuple[Gap, ...]


def plain(text: str) -> str:
    """Without case and accents, every sigma alike; the length may change."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("ς", "σ")


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Words and single signs of an original, in order."""
    return _TOKEN.finditer(text)


def align(original: str, output: str) -> Alignment:
    """Compare an original with what came out of it."""
    here = list(tokens(original))
    there = list(_OUTPUT_TOKEN.finditer(output))
    names = [_NOTHING + m[0] if _is_placeholder(m) else plain(m[0]) for m in there]
    matcher = SequenceMatcher(None, [plain(m[0]) for m in here], names, autojunk=False)
    alive, gaps = bytearray(len(original)), []
    for kind, first, last, put_first, put_last in matcher.get_opcodes():
        if kind == "equal":
            for token in here[first:last]:
                _survive(alive, token.start(), token.end())
        elif kind != "insert":
            gaps.append(_gap(original, output, here[first:last], there[put_first:put_last], alive))
    return Alignment(bytes(alive), tuple(gaps))


def _gap(
    original: str, output: str, lost: Sequence[re.Match[str]], put: Sequence[re.Match[str]], alive: bytearray
) -> Gap:
    start, end = lost[0].start(), lost[-1].end()
    if not put:
        return Gap(start, end, "")
    left, right = put[0].start(), put[-1].end()
    before, after = _letters(original[start:end]), _letters(output[left:right])
    for token in put:
        if _is_placeholder(token):
            at = token.start() - left
            after[at : at + len(token[0])] = _NOTHING * len(token[0])
    matched = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    blocks = [(b.a, b.b, b.size, _count(before[b.a : b.a + b.size])) for b in matched]
    runs = sum(letters for *_, letters in blocks if letters >= _RUN)
    unmatched = _count(before) - runs
    other_words = _MASKS.isdisjoint(after) and 2 * (_count(after) - runs) >= unmatched > 0
    enough = _RUN_BESIDE_OTHERS if other_words else _RUN
    for at, put_at, size, letters in blocks:
        neighbours = after[max(0, put_at - 1) : put_at] + after[put_at + size : put_at + size + 1]
        if letters and (letters >= enough or not _MASKS.isdisjoint(neighbours)):
            _survive(alive, start + at, start + at + size)
    return Gap(start, end, output[left:right], other_words)


def _is_placeholder(token: re.Match[str]) -> bool:
    # Two characters are brackets around nothing, which may be the text's own.
    return token["placeholder"] is not None and len(token[0]) > 2


def _letters(text: str) -> list[str]:
    return [plain(c)[:1] or _NOTHING for c in text]


def _count(characters: Sequence[str]) -> int:
    return sum(1 for c in characters if WORD.match(c))


def _survive(alive: bytearray, start: int, end: int) -> None:
    alive[start:end] = b"\1" * (end - start)
