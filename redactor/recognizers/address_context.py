"""What the words around a place say about it: an address was asked for, somebody lives or receives things there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from redactor.recognizers.address_pieces import Piece, pieces
from redactor.recognizers.view import View

ASKED_ADDRESS, ASKED_POSTCODE, ASKED_TOWN, ASKED_NUMBER, ASKED_FLOOR = "address", "postcode", "town", "number", "floor"
OPENS, NEAR, NOTHING = 3, 2, 0
"""How much the words before speak for an address: it is just what was announced, it is near such words, nothing."""

_REACH = 10
_LONGEST_QUESTION = 14
_SHORT_ANSWER = 3
_PATIENCE = 3
"""Turns that a question stays open when nothing but a word or two was said since."""
_WALK = 8
_LATELY = 5
_CONTEXT = frozenset({"live", "send", "home", "address", "resident", "place"})
_LITTLE = frozenset({"filler", "prep", "be", "article", "ask", "from"})
_ASKING = ("address", "street", "postcode", "postal", "house_number", "town_label", "place", "where", "floor")
_SENTENCE = re.compile(r"[.!?;](?:[ \n]|$)")
_QUESTION = re.compile(r"[?;]")


@dataclass
class Scene:
    """A text as recognizers of addresses see it."""

    text: View
    found: Sequence[Piece] = field(repr=False)

    @cached_property
    def _of_kind(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, piece in enumerate(self.found):
            for kind in piece.kinds:
                found.setdefault(kind, []).append(i)
        return found

    def of(self, *kinds: str) -> list[int]:
        """Indexes of all pieces that may be one of `kinds`, in order."""
        found = [self._of_kind.get(kind, []) for kind in kinds]
        return found[0] if len(found) == 1 else sorted({i for indexes in found for i in indexes})

    @cached_property
    def first_of(self) -> dict[int, int]:
        """Turn -> index of its first piece."""
        first: dict[int, int] = {}
        for i, piece in enumerate(self.found):
            first.setdefault(piece.turn, i)
        return first

    @cached_property
    def numbers(self) -> list[int]:
        """Indexes of all pieces that are numbers, say one, or begin with a digit."""
        return [i for i, piece in enumerate(self.found) if piece.word[0].isdigit() or piece.number is not None]

    @cached_property
    def asked(self) -> dict[int, frozenset[str]]:
        """Turn -> what the turns before it asked for; turns before which nothing was asked are left out."""
        asking = {self.found[i].turn for i in self.of(*_ASKING)}
        if not asking:
            return {}
        turns: dict[int, list[int]] = {}
        for i, piece in enumerate(self.found):
            turns.setdefault(piece.turn, []).append(i)
        out: dict[int, frozenset[str]] = {}
        open_for: dict[str, int] = {}
        lately = -_LATELY - 1
        for turn, indexes in turns.items():
            if not open_for and turn not in asking:
                continue
            if open_for:
                out[turn] = frozenset(open_for)
            said = sum(not self.found[i].speaker for i in indexes)
            if said > _SHORT_ANSWER:
                open_for = {}
            open_for = {what: left - 1 for what, left in open_for.items() if left > 1}
            asks = self._asks(indexes) if turn in asking else set()
            if ASKED_ADDRESS in asks:
                lately = turn
            # "Αριθμός;" right after the street is the number of the house.
            if ASKED_NUMBER in asks and turn - lately > _LATELY:
                asks.remove(ASKED_NUMBER)
            open_for |= dict.fromkeys(asks, _PATIENCE)
        return out

    def _asks(self, indexes: Sequence[int]) -> set[str]:
        found = self.found
        last = found[indexes[-1]]
        question = _QUESTION.search(self.text.plain, found[indexes[0]].start, last.end + 2) is not None
        asking = question or any(found[i].has("ask") for i in indexes) or len(indexes) <= _LONGEST_QUESTION
        asks: set[str] = set()
        for i in (i for i in indexes if found[i].kinds) if asking else ():
            if self.address_word(i) or (found[i].has("street") and question and len(indexes) <= _LONGEST_QUESTION):
                asks.add(ASKED_ADDRESS)
            if found[i].has("postcode") or (found[i].has("postal") and self.next_has(i, "code")):
                asks.add(ASKED_POSTCODE)
            if found[i].has("house_number") and question and (len(indexes) <= _LATELY or ASKED_ADDRESS in asks):
                asks.add(ASKED_NUMBER)
            if found[i].has("floor") and question and len(indexes) <= _LATELY:
                asks.add(ASKED_FLOOR)
            if found[i].has("town_label", "place") and question:
                asks.add(ASKED_TOWN)
            if found[i].has("where") and any(piece.has("place_ask") for piece in found[i + 1 : i + 6]):
                asks |= {ASKED_ADDRESS, ASKED_TOWN}
        return asks

    def address_word(self, i: int) -> bool:
        """True when piece `i` says "address" and means where somebody lives, not an e-mail or IP address."""
        found = self.found
        if not found[i].has("address") or any(piece.has("foreign_address") for piece in found[max(0, i - 1) : i]):
            return False
        after = found[i + 1] if i + 1 < len(found) else None
        return after is None or (
            not after.has("foreign_address") and "@" not in self.text.plain[after.start : after.end + 12]
        )

    def next_has(self, i: int, kind: str) -> bool:
        """True when the piece behind `i` is of a kind."""
        return i + 1 < len(self.found) and self.found[i + 1].has(kind)

    def context(self, i: int) -> int:
        """How much the words before piece `i`, in its turn, speak for an address that begins there."""
        found = self.found
        turn = found[i].turn
        armed = ASKED_ADDRESS in self.asked.get(turn, ())
        opening, crossed, best = True, _SENTENCE.search(found[i].gap) is not None, NOTHING
        for back in range(1, _REACH + 1):
            at = i - back
            if at < 0 or found[at].turn != turn or found[at].speaker:
                if armed:
                    best = OPENS if opening and back <= _WALK else NEAR
                break
            piece = found[at]
            if piece.has("address", "place") and self.address_word(at):
                return OPENS if opening else NEAR
            if piece.has("live", "resident"):
                return OPENS if opening else NEAR
            if piece.has(*_CONTEXT) and not crossed:
                best = NEAR
            crossed = crossed or _SENTENCE.search(piece.gap) is not None
            if not piece.has(*_LITTLE):
                opening = False
            if opening and _QUESTION.search(piece.gap) and armed:
                return OPENS
        else:
            if armed and i >= _REACH and found[i - _REACH].turn == turn:
                best = max(best, NEAR)
        return best


def scene(text: View) -> Scene:
    """The scene of `text`."""
    return Scene(text, pieces(text))
