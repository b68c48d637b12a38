"""What recognition made of words of a number that it did not understand: everyday words between, behind and before it.

"Εννέα" is written "η νέα" or "είναι η νέα", "οχτώ" "όχι το", "μηδέν" "μην" or "δεν", and the stroke of an expiry date
"κάθε το": inside an answer they are digits.

>>> from redactor.recognizers.spoken_tokens import tokens
>>> found = tokens("πενηντα εφτα ειναι σαραντα επτα")
>>> list(torn(found, [(0, 1, "CREDIT_CARD"), (3, 4, "CREDIT_CARD")]))
[(1, 3, 'CREDIT_CARD')]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from redactor.recognizers.small_talk import is_known
from redactor.recognizers.spoken_tokens import Token

_NINE = frozenset({"νεα", "νεασ"})
_STROKE = frozenset({"καθε", "καθετο", "καθετοσ"})
_DIGITS = _NINE | _STROKE | {"ειναι", "οχι", "δεν", "μην", "μη", "παιδια"}
"""What digits are written as; "παιδιά" is "πέντε"."""
_LITTLE = frozenset({"η", "ο", "το", "τον", "τα", "να", "με"})
_SENTENCE = frozenset(".;!?\n")
_CLAUSE = _SENTENCE | {","}
_GAP, _EDGE = 3, 3
"""So many words between two parts of a number, and before and behind one."""
_LONG = 4
"""Letters of a word that a dictionary is asked for."""


def torn(found: Sequence[Token], numbers: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """`(first, last, entity)` of what belongs to `numbers` (first and last token of each), and the token beside it."""
    said = sorted(number for number in numbers if _is_said(found[number[0] : number[1] + 1]))
    for (_, end, entity), (begin, _, _) in pairwise(said):
        near = 0 < begin - end - 1 <= _GAP and not _parted(found, end + 1, begin)
        if near and (_is_stroke(found, end + 1) or _is_torn(found[end + 1 : begin])):
            yield end, begin, entity
    for first, last, entity in said:
        behind = _behind(found, last + 1)
        if behind > last + 1:
            yield last, behind - 1, entity
        before = first
        while before and first - before < _EDGE and not _CLAUSE & set(found[before].gap) and _leads(found[before - 1]):
            before -= 1
        if before < first and _is_torn(found[before:first]):
            yield before, first, entity


def _behind(found: Sequence[Token], begin: int) -> int:
    """The index after what belongs to a number that ends before `begin`; `begin` when nothing does."""
    end = begin
    if _is_stroke(found, begin):
        # The year of an expiry date, in up to three words.
        while end < len(found) and end - begin <= _GAP and found[end].close:
            end += 1
        return end
    while end < len(found) and end - begin < _EDGE and _goes_on(found[end]):
        end += 1
    closes = end == len(found) or _CLAUSE & set(found[end].gap)
    return end if closes and _NINE & {token.word for token in found[begin:end]} else begin


def _is_stroke(found: Sequence[Token], at: int) -> bool:
    words = [token.word for token in found[at : at + 2] if token.close]
    return words[:1] in (["καθετο"], ["καθετοσ"]) or words in (["καθε", "το"], ["καθε", "τοσ"])


def _is_torn(words: Sequence[Token]) -> bool:
    return all(t.word in _DIGITS or t.word in _LITTLE or _unknown(t) for t in words) and not all(
        t.word in _LITTLE for t in words
    )


def _leads(token: Token) -> bool:
    return token.word in _DIGITS - {"ειναι"} or token.word in _LITTLE or _unknown(token)


def _goes_on(token: Token) -> bool:
    return not _CLAUSE & set(token.gap) and (token.word in _NINE or token.word in {"ειναι", "η", "να"})


def _parted(found: Sequence[Token], first: int, last: int) -> bool:
    return any(_SENTENCE & set(token.gap) for token in found[first : last + 1])


def _unknown(token: Token) -> bool:
    """True for a Greek word that no dictionary has: what was misheard."""
    word = token.word
    return (
        len(word) >= _LONG
        and not word.isascii()
        and not (token.reading.roles or token.filler or token.speaker)
        and not is_known(word)
    )


def _is_said(words: Sequence[Token]) -> bool:
    return any(token.word.isalpha() and (token.number or len(token.word) >= _LONG) for token in words)
