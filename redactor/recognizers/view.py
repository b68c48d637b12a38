"""One text in the three aligned forms that recognizers match on, folded once and shared."""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

from redactor.normalize import NormalizedText, fold

T = TypeVar("T")
_LOOK_ALIKES = str.maketrans(
    "αβεζηικμνορτυχавекмнорстух",
    "abezhikmnoptyxabekmhopctyx",
)
_DIGITS = re.compile(r"\d(?:[ .\-/()]{0,3}\d)*", re.ASCII)
_BREAK = re.compile(r"\n")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_MISTAKABLE = re.compile(r"(?<![^\W_])(?=[\doqilzsbg|]*\d)[\doqilzsbg|]{2,}(?:[ .\-][\doqilzsbg|]{2,}){0,7}(?![^\W_])")
_AS_DIGITS = str.maketrans("oqilzsbg|", "001125891")
_CAMEL = re.compile(r"(?<=[a-zα-ωά-ώ]{2})(?=[A-ZΑ-Ω])|(?<=[A-ZΑ-Ω]{2})(?=[A-ZΑ-Ω][a-zα-ωά-ώ]{2})")
_LONGEST_KEY = 64
_MISREAD_DIGITS = 5
_MISREAD_SHARE = 0.7
_MEMORY = threading.local()


@dataclass(slots=True)
class Word:
    """A run of letters."""

    start: int
    """Offset in the folded text."""
    end: int
    text: str = field(repr=False)
    """Folded."""
    title: bool
    """First letter upper case, the rest not all upper case."""
    capitals: bool
    """Two letters and more, all upper case."""

    @property
    def latin(self) -> bool:
        """True when the word is written in Latin letters."""
        return self.text.isascii()


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits with at most three separators between neighbours, and where each one stands."""

    text: str = field(repr=False)
    """ASCII digits only."""
    at: tuple[int, ...] = field(repr=False)
    """Offset of each digit in the folded text."""
    starts: frozenset[int]
    """Indexes of the digits that begin a written group."""
    ends: frozenset[int]
    """Indexes one past the digits that end a written group."""

    def groups(self, i: int, j: int) -> int:
        """How many written groups begin in `[i, j)`."""
        return sum(k in self.starts for k in range(i, j))

    def windows(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        """Index pairs `[i, j)` of whole written groups that `pattern` matches; matches may overlap."""
        found = []
        for i in sorted(self.starts):
            match = pattern.match(self.text, i)
            if match is not None and match.end() in self.ends:
                found.append((i, match.end()))
        return found


@dataclass(frozen=True, slots=True)
class Keys:
    """The words of keys in camel case ("accountNumber"), parted by blanks: a text that is searched for labels only."""

    text: str = field(repr=False)
    """On look-alike letters; four line ends part two keys."""
    at: tuple[int, ...] = field(repr=False)
    """For each character of `text`: its offset in the folded text."""


@dataclass(frozen=True)
class View:
    """A text and its folded forms; offsets count in `plain` and `latin`, which are equally long."""

    source: str = field(repr=False)
    folded: NormalizedText = field(repr=False)

    @cached_property
    def _made(self) -> dict[Callable[[View], Any], Any]:
        """What `once` remembers."""
        return {}

    def once(self, make: Callable[[View], T]) -> T:
        """What `make` answers for this view: asked the first time, remembered for all recognizers that want it, too."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def plain(self) -> str:
        """Lower case without accents, in its own script."""
        return self.folded.text

    @cached_property
    def latin(self) -> str:
        """`plain` with every letter that has a Latin twin (as a capital) replaced by it: "ΑΒ" in either script."""
        return look_alike(self.plain)

    @cached_property
    def misread(self) -> str:
        """`latin` with letters inside numbers as the digits that character recognition took them for (O 0, l 1, S 5).

        Only runs that are mostly digits are changed; most texts have none, and then this is `latin` itself.
        """
        return _MISTAKABLE.sub(_as_digits, self.latin)

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """Where the lines begin."""
        return (0, *(match.end() for match in _BREAK.finditer(self.plain)))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words in order."""
        starts, source = self.folded.starts, self.source
        return tuple(
            self._capital(match)
            if source[starts[match.start()]].isupper()
            else Word(match.start(), match.end(), match.group(), title=False, capitals=False)
            for match in _WORD.finditer(self.plain)
        )

    @cached_property
    def digits(self) -> tuple[Digits, ...]:
        """All runs of digits in order, then those that hold misread letters."""
        found = [_digits(match) for match in _DIGITS.finditer(self.plain)]
        if self.misread != self.latin:
            known = {run.at for run in found}
            found += [run for m in _DIGITS.finditer(self.misread) if (run := _digits(m)).at not in known]
        return tuple(found)

    @cached_property
    def most_digits(self) -> int:
        """Digits of the longest run; a pattern with more of them side by side need not be searched for."""
        return max((len(run.text) for run in self.digits), default=0)

    @cached_property
    def keys(self) -> Keys:
        """The keys in camel case; most texts have none, and what is longer than any key (a digest, a blob) is none."""
        joints = [self._offset(match.start()) for match in _CAMEL.finditer(self.source)]
        parts: list[str] = []
        at: list[int] = []
        done = 0
        for i, joint in enumerate(joints):
            if joint < done:
                continue
            start, done = self._key(joint)
            if done - start > _LONGEST_KEY:
                continue
            for a, b in pairwise([start, *joints[i : bisect_left(joints, done)], done]):
                parts.append(self.latin[a:b] + " ")
                at.extend((*range(a, b), b))
            parts.append("\n" * 4)
            at.extend((done,) * 4)
        return Keys("".join(parts), tuple(at))

    def _key(self, joint: int) -> tuple[int, int]:
        """The run of letters, digits and underscores around an offset, at most so far as no key reaches."""
        start = end = joint
        while start > max(0, joint - _LONGEST_KEY) and _wordlike(self.plain[start - 1]):
            start -= 1
        while end < min(len(self.plain), joint + _LONGEST_KEY) and _wordlike(self.plain[end]):
            end += 1
        return start, end

    def _offset(self, at: int) -> int:
        """The offset in the folded text of what stands at `at` in the source."""
        return bisect_left(self.folded.starts, at)

    def upper(self, at: int) -> bool:
        """True when the character behind offset `at` is an upper-case letter."""
        return self.source[self.folded.starts[at]].isupper()

    def capitals(self, start: int, end: int) -> bool:
        """True when no letter in `[start, end)` is lower case."""
        written = self.source[self.folded.starts[start] : self.folded.ends[end - 1]]
        return not any(map(str.islower, written))

    def starts_sentence(self, at: int) -> bool:
        """True when nothing but blanks, quotes and brackets stands between `at` and the end of the sentence before."""
        while at > 0 and self.plain[at - 1] in " \t\"'«(-":
            at -= 1
        return at == 0 or not (self.plain[at - 1].isalnum() or self.plain[at - 1] in ",/&+*")

    def _capital(self, match: re.Match[str]) -> Word:
        """A word that begins with a capital."""
        start, end = match.span()
        rest = end - start > 1 and self.capitals(start, end)
        return Word(start, end, match.group(), not rest, rest)


def look_alike(plain: str) -> str:
    """Folded text with look-alike Greek and Cyrillic letters as Latin ones, character for character."""
    return plain.translate(_LOOK_ALIKES)


def view(text: str) -> View:
    """The view of `text`; the latest one is remembered per thread, as many recognizers ask for the same."""
    last: View | None = getattr(_MEMORY, "view", None)
    if last is None or last.source != text:
        last = View(text, fold(text))
        _MEMORY.view = last
    return last


def forget() -> None:
    """Drop the remembered view of this thread, so that no text outlives its use."""
    _MEMORY.view = None


def _wordlike(char: str) -> bool:
    return char.isalnum() or char == "_"


def _as_digits(match: re.Match[str]) -> str:
    run = match.group()
    digits = sum(char.isdigit() for char in run)
    letters = sum(char.isalpha() or char == "|" for char in run)
    if not letters or digits < _MISREAD_DIGITS or digits < _MISREAD_SHARE * (digits + letters):
        return run
    return run.translate(_AS_DIGITS)


def _digits(match: re.Match[str]) -> Digits:
    text, offset = match.group(), match.start()
    at = tuple(offset + i for i, char in enumerate(text) if char.isdigit())
    breaks = [i for i, (a, b) in enumerate(pairwise(at), 1) if b > a + 1]
    return Digits(
        "".join(char for char in text if char.isdigit()),
        at,
        frozenset([0, *breaks]),
        frozenset([*breaks, len(at)]),
    )
