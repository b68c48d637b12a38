"""User names and passwords that are said aloud: "γλάρος κεφαλαίο γάμμα δεκατρία θαυμαστικό", "k dot abernathy two".

Any word can be part of one, so the words around decide: behind the label, the first sentence that holds a sign by name
("underscore", "κεφαλαίο"), a letter name or a number is the answer, from behind "it's" to the last of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redactor.recognizers.spoken_labels import Labels
from redactor.recognizers.spoken_tokens import Token

_SECRETS = frozenset({"USERNAME", "PASSWORD"})
_TURNS = 3
_REACH = 40
"""Tokens behind a label in which its answer begins."""
_SENTENCE = 60
"""Tokens of a sentence that are looked at: one without end is no answer."""
_LONGEST = 14
_PLAIN_TAIL = 2
"""Plain words that may follow the last sign or number of a secret ("capital M moose")."""
_CLAUSE = 3
"""So many words of any kind may follow it when the clause ends with them ("κάτω παύλα ο γλάρος")."""
_ENDS = frozenset(".;!?\n")
_UNDERSCORE = frozenset({"underscore", "αντερσκορ"})
_UNDER, _DASH = "κατω", "παυλα"
_ALL = frozenset({"all", "ολα"})
_CASE = frozenset({
    "one", "word", "lower", "upper", "case", "lowercase", "uppercase", "together", "small", "capitals",
    "μικρα", "πεζα", "κεφαλαια", "κολλητα", "κολητα", "κολιτα", "ενωμενα", "μαζι",
})  # fmt: skip
"""How something is all written: "all one word", "όλα μικρά"."""
_SHORT = 9
"""Tokens of a sentence that can be nothing but a name with an underscore in it."""


def secrets(found: Sequence[Token], labels: Labels) -> Iterator[tuple[int, int, str]]:
    """First token, last token and type (`USERNAME`, `PASSWORD`) of each secret that is said aloud."""
    for place in labels.places:
        if place.entity not in _SECRETS:
            continue
        at, turns = place.last + 1, 0
        while at < min(len(found), place.last + 1 + _REACH) and turns <= _TURNS:
            end = at + 1
            while end < len(found) and end - at < _SENTENCE and not _ENDS & set(found[end].gap):
                end += 1
            if labels.others(at, end, place.entity):
                break
            answer = _answer(found, at, end)
            if answer is not None:
                yield *answer, place.entity
                break
            turns += end < len(found) and found[end].new_line
            at = end


def unasked(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """First and last token of short sentences around an underscore, which stands in names of accounts and the like.

    Recognition loses questions, and what it heard of the name may be everyday words ("P underscore RAM in 22").
    """
    done = 0
    for i, word in enumerate([token.word for token in found]):
        spoken = word in _UNDERSCORE
        under = word == _DASH and found[i - 1].word == _UNDER
        if not (spoken or under) or not max(1, done) <= i < len(found) - 1:
            continue
        first, end = i, i + 1
        while first > 0 and i - first < _SHORT and not _ENDS & set(found[first].gap):
            first -= 1
        while end < len(found) and end - i < _SHORT and not _ENDS & set(found[end].gap):
            end += 1
        before = i - 1 - under
        beside = before >= first and i + 1 < end and not any(_talk(found[k]) for k in (before, i + 1))
        answer = _answer(found, first, end) if beside and end - first <= _SHORT else None
        if answer is not None:
            yield answer
            done = end


def _talk(token: Token) -> bool:
    """True for a word of talk beside an underscore: "the underscore key", "an underscore or a dash"."""
    return len(token.word) > 1 and bool({"stop", "and", "verb"} & token.reading.roles)


def _answer(found: Sequence[Token], first: int, end: int) -> tuple[int, int] | None:
    """The secret in one sentence: from behind its verb to its last sign, letter or number."""
    signs = [i for i in range(first, end) if _sign(found[i])]
    if not signs or any(found[i].unit or found[i].glued for i in range(first, end)):
        return None
    begin = first
    for i in range(first, signs[0] + 1):
        opens = "verb" in found[i].reading.roles or (found[i].filler and i != signs[0])
        if opens or found[i].speaker:
            begin = i + 1
    last = signs[-1]
    tail = last + 1
    while tail < end and tail - last <= _PLAIN_TAIL and not found[tail].reading.roles and "," not in found[tail].gap:
        tail += 1
    last = max(tail, _clause(found, last + 1, end)) - 1
    if begin > last or last - begin >= _LONGEST:
        begin = max(begin, signs[0] - _PLAIN_TAIL)
        last = min(last, begin + _LONGEST - 1)
    last = _without_case(found, begin, last)
    return (begin, last) if begin <= last else None


def _without_case(found: Sequence[Token], first: int, last: int) -> int:
    """The last token without how it is all written: "..., all one word", "όλα μικρά"."""
    at = next((i for i in range(first + 1, last) if found[i].word in _ALL), last + 1)
    return at - 1 if all(token.word in _CASE for token in found[at + 1 : last + 1]) else last


def _clause(found: Sequence[Token], first: int, end: int) -> int:
    """The index after the few words that part the last sign from the end of its clause; `first` when they are many."""
    at = first
    while at < end and "," not in found[at].gap:
        at += 1
        if at - first > _CLAUSE:
            return first
    return at


def _sign(token: Token) -> bool:
    reading = token.reading
    named = bool(reading.letter) and "stop" not in reading.roles
    said = token.number and not token.word.isdigit()
    return not token.speaker and ("mark" in reading.roles or said or named)
