"""The words around an age, from el/age.tsv and en/age.tsv, and a text seen as tokens and numbers among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from redactor.normalize import folded
from redactor.recognizers.labels import table
from redactor.recognizers.number_words import Number, Token
from redactor.recognizers.sound import sound
from redactor.recognizers.view import View

_SENTENCE = 8
_STOPS = frozenset(".;!?\n")
_PAUSE = frozenset(".,;:!?\n)]-/\"'»")
_SEEN = 8
_LONGEST_WORD = 40
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Talk:
    """A text, its tokens and its numbers."""

    text: View
    tokens: Sequence[Token]
    numbers: Sequence[Number]
    each: Sequence[frozenset[str]]
    """Kinds of each token."""

    def word(self, at: int) -> str:
        """The folded token at index `at`; empty outside the text."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def kinds(self, at: int) -> frozenset[str]:
        """Kinds of the token at index `at`; none outside the text."""
        return self.each[at] if 0 <= at < len(self.each) else _NONE

    def gap(self, at: int) -> str:
        """What stands behind the token at `at`, at most a few characters; the ends of the text are ends of lines."""
        tokens = self.tokens
        if at < 0:
            return "\n"
        start = tokens[at].end
        if at == len(tokens) - 1:
            return self.text.plain[start : start + _SEEN] + "\n"
        return self.text.plain[start : min(tokens[at + 1].start, start + _SEEN)]

    def before(self, at: int, most: int = _SENTENCE) -> Iterator[int]:
        """Indexes of the tokens before `at` in its sentence, nearest first."""
        for i in range(at - 1, max(-1, at - 1 - most), -1):
            if not _STOPS.isdisjoint(self.gap(i)):
                return
            yield i

    def near(self, at: int, kind: str, most: int = _SENTENCE) -> bool:
        """True when a token of `kind` stands shortly before `at` in its sentence."""
        return any(kind in self.kinds(i) for i in self.before(at, most))

    def paused(self, at: int) -> bool:
        """True when a sign or the end of the line stands behind the token at `at`."""
        return not _PAUSE.isdisjoint(self.gap(at))


def kinds(word: str) -> frozenset[str]:
    """What the folded `word` is to an age, by the tables; none for nearly all words."""
    return _kinds(word) if len(word) <= _LONGEST_WORD else _NONE


@lru_cache(maxsize=4096)
def _kinds(word: str) -> frozenset[str]:
    known = _table()
    found = known.get("=" + word, _NONE)
    if word.endswith("'s"):
        return found | known.get("=" + word[:-2], _NONE)
    return found if word.isascii() else found | known.get("~" + sound(word), _NONE)


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language in ("el", "en"):
        for _, (kind, words) in table(language, "age.tsv"):
            for word in words.split():
                key = folded(word) if word.startswith("=") else "~" + sound(word)
                found.setdefault(key, set()).add(kind)
    return {key: frozenset(kinds) for key, kinds in found.items()}
