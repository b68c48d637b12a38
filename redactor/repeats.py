"""Values that were found once and must be gone everywhere: which they are, and where they stand again.

The detector looks for them before an output is written, the text renderer after; both ask here, so they agree.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property

from redactor.normalize import fold, folded
from redactor.regions import Span

SHORTEST = 4
"""Letters and digits; shorter values are too common to be searched for."""
CERTAIN = 0.6
"""Names are searched for from this score on."""
_LONGEST = 200
"""Of a longer value its beginning counts."""
_DIGITS = 5
"""A value with so many digits, or with an @, identifies somebody whatever its score."""
_WORDS = 5
"""A number in so many words identifies somebody; fewer of them are also prices and dates."""
_INFLECTED = 6
_STEM = 3
_DECLENSIONS = (
    ("οπουλοσ", "οπουλου", "οπουλο", "οπουλε"),
    ("ιδησ", "ιδη", "ιδου"), ("αδησ", "αδη", "αδου"),
    ("ακησ", "ακη"), ("οσ", "ου", "ο", "ε"), ("ησ", "η"), ("ασ", "α"), ("ισ", "ι"),
)  # fmt: skip
"""Endings of one declension, the longest first; a feminine name in -α or -η has its genitive in -ας or -ης."""
_TOKEN = re.compile(r"\w+")
_APART = re.compile(r"[\n,;:]")
_NEAR = 3
"""Characters that may stand between the parts of one value (`697 - 123`)."""


def keys(text: str, entity_type: str, score: float, *, parts: bool) -> Iterator[str]:
    """The forms of a found value under which it is searched for elsewhere; none for values that identify nobody alone.

    Names count as a whole and, with `parts`, by each word; other values when they have five digits, an @, or five
    words.
    """
    if entity_type == "PERSON" and score < CERTAIN:
        return
    words = _TOKEN.findall(folded(text))
    whole = "".join(words)
    if entity_type == "PERSON":
        each = words if parts and len(words) < _WORDS else []
        cases = [form for word in each for form in inflections(word)]
        yield from (key for key in {whole, *each, *cases} if len(key) >= SHORTEST)
    elif "@" in text or sum(map(str.isdigit, whole)) >= _DIGITS or (score >= CERTAIN and len(words) >= _WORDS):
        yield whole


def inflections(word: str) -> Iterator[str]:
    """The other cases of a folded Greek name: "παπαδοπουλοσ" is also "παπαδοπουλου", "παπαδοπουλο", "παπαδοπουλε".

    Nothing for short words and for other scripts. Rules of modern Greek declension, katharevousa genitives included.
    """
    if len(word) < _INFLECTED or not "α" <= word[-1] <= "ω":
        return
    for endings in _DECLENSIONS:
        for ending in endings:
            if word.endswith(ending) and len(word) - len(ending) >= _STEM:
                yield from (word.removesuffix(ending) + other for other in endings if other != ending)
                return


def key(text: str) -> str:
    """The letters and digits of a value in the form that is compared."""
    return "".join(_TOKEN.findall(folded(text)))


class Words:
    """The folded words of a text and their places, made once for many searches."""

    def __init__(self, text: str) -> None:
        self.normalized = fold(text)
        self.tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(self.normalized.text)]

    @cached_property
    def by_head(self) -> dict[str, list[int]]:
        """The indexes of the tokens that begin with the same two characters, in order."""
        found: dict[str, list[int]] = {}
        for i, (word, _, _) in enumerate(self.tokens):
            found.setdefault(word[:2], []).append(i)
        return found

    def near(self, token: int) -> bool:
        """True when `token` follows the one before so closely that both may be parts of one value."""
        end, start = self.tokens[token - 1][2], self.tokens[token][1]
        return start - end <= _NEAR and _APART.search(self.normalized.text, end, start) is None


class Values:
    """Values by their keys, compared by letters and digits: without case, accents, blanks and punctuation."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = sorted({key[:_LONGEST] for key in keys if key})
        self._heads = {key[:n] for key in self._keys for n in (1, 2)}

    def __len__(self) -> int:
        return len(self._keys)

    def places(self, words: Words) -> Iterator[Span]:
        """Spans of the text of `words` that hold a value as whole words, however they are parted."""
        tokens, by_head = words.tokens, words.by_head
        onward = 0
        for first in sorted(i for head in self._heads.intersection(by_head) for i in by_head[head]):
            word, start, stop = tokens[first]
            if first < onward:
                continue
            run, last, end = word[:_LONGEST], first, stop
            while True:
                at = bisect_left(self._keys, run)
                if at == len(self._keys) or not self._keys[at].startswith(run):
                    break
                if self._keys[at] == run:
                    yield words.normalized.to_source(Span(start, end))
                if len(run) == _LONGEST:
                    # A longer value is compared by its beginning, and ends there; the next may begin in its last word.
                    onward = last if self._keys[at] == run else 0
                    break
                last += 1
                if last == len(tokens) or not words.near(last):
                    break
                run, end = (run + tokens[last][0])[:_LONGEST], tokens[last][2]

    def stand_in(self, text: str) -> bool:
        """True when `text` holds one of the values."""
        return next(self.places(Words(text)), None) is not None
