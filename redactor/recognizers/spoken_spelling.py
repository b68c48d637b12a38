"""Names that were spelled: letters by name or by example ("κάπα όπως Κώστας", "C for Charlie"), clear or garbled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from redactor.recognizers.spoken_chains import Part
from redactor.recognizers.spoken_labels import SPELL, Labels
from redactor.recognizers.spoken_lexicon import lexicon
from redactor.recognizers.spoken_tokens import Token

_CLEAR = 4
"""So many letters in a row, or fewer with examples, spell something."""
_LONE = 5
"""So many when they are written as single letters, which transcripts also hold for other reasons."""
_GARBLED = 2
"""After a question to spell, so many letter names in the answer are enough to take all of it."""
_LONGEST_ANSWER = 60
_CLAUSE = frozenset(",.;!?\n")
_EXAMPLE = 3
_BEFORE = 3
"""Garbled letter names in front of the first clear one."""


def spelled(found: Sequence[Token], chain: Sequence[Part]) -> tuple[Part, ...]:
    """The parts of a chain without digits that spell a word, with their examples; empty when it spells nothing."""
    letters = [part for part in chain if part.letter]
    lone = sum(len(found[part.first].word) == 1 for part in letters)
    examples = sum("spell" in t.reading.roles for t in found[chain[0].first : chain[-1].last + 1])
    if len(letters) + examples < _CLEAR or (lone == len(letters) < _LONE and not examples):
        return ()
    last = letters[-1].last
    after = found[last + 1 : last + 3]
    if len(after) == 2 and "spell" in after[0].reading.roles and not any(t.new_line for t in after):
        letters.append(Part(last + 1, last + 2))
    return tuple(letters)


def answers(found: Sequence[Token], labels: Labels) -> Iterator[Part]:
    """What answers a question to spell, or follows "το επώνυμο" and holds letter names, however garbled the rest is."""
    if not any(place.entity == SPELL for place in labels.places):
        return
    first = 0
    for end in [*(i for i, token in enumerate(found) if token.new_line and i), len(found)]:
        line = range(first, min(end, first + _LONGEST_ANSWER))
        said = [i for i in line if not (found[i].speaker or found[i].filler)]
        first = end
        letters = [i for i in said if _names_letter(found[i])]
        if len(letters) < _GARBLED:
            continue
        asked = next((label for label in labels.before(letters[0], spelling=True)[:2] if label.entity == SPELL), None)
        if asked is None or labels.others(asked.last + 1, letters[0], SPELL):
            continue
        if asked.last < said[0]:
            yield Part(said[0], said[-1])
        elif len(letters) > _GARBLED:
            yield Part(max(asked.last + 1, letters[0] - _BEFORE), _clause_end(found, letters[-1], end))


def _clause_end(found: Sequence[Token], last: int, end: int) -> int:
    """The end of the clause when it is near, else `last`: what follows the last letter name is its example."""
    for at in range(last, min(end, last + _EXAMPLE + 1)):
        if at + 1 == len(found) or _CLAUSE & set(found[at + 1].gap):
            return at
    return last


def _names_letter(token: Token) -> bool:
    return bool(token.reading.letter) or _holds_name(token.reading.key)


@lru_cache(maxsize=4096)
def _holds_name(key: str) -> bool:
    return any(name[1:] in key for name in lexicon().letters if name[0] == "~" and len(name) > 4)
