"""Postcodes as they are written or read aloud: Greek, Cypriot, German, British, Irish and American.

Sources of the forms: Universal Postal Union, "Addressing"; Royal Mail, "Programmers' guide to the PAF"; Eircode Ltd,
"Eircode routing keys"; USPS Publication 28.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from redactor.recognizers import places
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_words import rows, value
from redactor.recognizers.house_number import groups_at
from redactor.recognizers.spoken_reading import read

_BLANK = re.compile(r"[ \t]?-?[ \t]?")
_PAUSE = re.compile(r"[ ,.\-]{1,4}")
_CLOSE = re.compile(r"[ .,\-]{0,3}")
_FIVE = re.compile(r"[0-9]\d{4}")
_BRITISH = re.compile(r"([a-z]{1,2})\d[a-z\d]?\d[a-z]{2}")
_NO_INWARD = re.compile(r"\d(?:gb|tb|mb|kb|st|nd|rd|th|hr|ft|lb|kg|km|mm|cm|ml|am|pm|mg|hz)\Z")
_IRISH = re.compile(r"([a-z]\d[\dw])[0-9ac-fhknprtv-y]{4}")
_TAU = frozenset({"ταφ", "ταυ", "τα", "taf"})
_LABELS = _TAU | {"pin", "τ", "t"}
_SHORT_LABELS = frozenset({"τκ", "tk", "τ", "t"})
_SYMBOLS = 14
_FILLERS = 6
_TORN = 2
"""Words that may stand between two number words of a postcode: a correction, or what is left of a number."""
_HEARD = 0.4
_SPOKEN = 14
_DIGITS = 5
_CYPRIOT = re.compile(r"[1-9]\d{3}")


def postcode_at(found: Sequence[Piece], at: int, *, beside: bool = False, spoken: bool = False) -> int | None:
    """Index one past the postcode that begins at piece `at`, its label included; None when none does.

    With `beside` it stands beside a town or a street: then four digits are one as well, and with `spoken`
    (behind a town) five digits in words.
    """
    if (label := _label(found, at)) is not None:
        return labelled_end(found, label) or None
    piece = found[at]
    if piece.has("state", "state_code") and at + 1 < len(found):
        return _zip(found, at + 1) if piece.has("state") or beside or _behind_town(found, at) else None
    if piece.digits:
        return _written(found, at, beside=beside)
    if spoken and piece.number is not None:
        groups = groups_at(found, at)
        if len("".join(str(number) for _, number in groups)) == _DIGITS:
            return groups[-1][0]
    end = _lettered(found, at, sure=beside)
    # "w32tm" alone is no postcode, "M146GL" is.
    return None if end == at + 1 and not (piece.title or beside) else end


_BEGINS = frozenset({"postcode", "postal", "address", "state", "state_code"})


def may_begin(piece: Piece) -> bool:
    """True when a postcode or its label may begin with a piece; a quick look that spares a long one."""
    word = piece.word
    if word.isdigit():
        return len(word) in {3, _DIGITS}
    if word in _LABELS or not _BEGINS.isdisjoint(piece.kinds):
        return True
    return word.isascii() and (len(word) == 1 or word in _letters() or (len(word) < 8 and not word.isalpha()))


def value_at(found: Sequence[Piece], at: int, end: int) -> int:
    """Index of the first piece of the postcode itself in pieces `[at, end)`, which may begin with its label.

    A short label ("ΤΚ") stays with its number.
    """
    label = _label(found, at)
    if label is None:
        return at
    first = label
    while first < end - 1 and (found[first].speaker or not _begins(found, first)):
        first += 1
    return at if first == label and found[at].word in _SHORT_LABELS else first


def _begins(found: Sequence[Piece], i: int) -> bool:
    return found[i].word[0].isdigit() or _said(found[i]) or _lettered(found, i, sure=True) is not None


def label_at(found: Sequence[Piece], at: int) -> int | None:
    """Index one past the word "postcode" in any language at piece `at`; None when it is not said."""
    return _label(found, at)


def labelled_end(found: Sequence[Piece], at: int) -> int:
    """Index one past the postcode behind a label that ends before piece `at`, 0 when none follows.

    A few words may stand between, also those of a speaker; it may be corrected ("όχι, εφτά τέσσερα...").
    """
    end = words = numbers = 0
    for i in range(at, min(len(found), at + _FILLERS + _SPOKEN)):
        piece = found[i]
        if i < end or piece.speaker:
            continue
        # The next label has a postcode of its own.
        if i > at and not end and _label(found, i) is not None:
            break
        if piece.word[0].isdigit():
            if (written := _grouped(found, i)) is not None:
                return written
            words += 1
            continue
        if (lettered := _lettered(found, i, sure=True)) is not None:
            return lettered
        if _said(piece) or (end and piece.has("unit") and piece.word.startswith(("χιλ", "xil"))):
            end, numbers, words = i + 1, numbers + 1, 0
            continue
        words += 1
        if (
            words > (_TORN if end else _FILLERS)
            or piece.has("unit", "street", "send", "town_label")
            or (end and ". " in piece.gap.replace("...", ""))
        ):
            break
    return end if numbers > 1 else 0


def _said(piece: Piece) -> bool:
    """True for a number word, also as it is misheard; so near to any number word only behind a label."""
    return piece.number is not None or (not piece.kinds and read(piece.word).weight > _HEARD)


def _label(found: Sequence[Piece], at: int) -> int | None:
    piece = found[at]
    if piece.has("postcode"):
        return at + 2 if at + 1 < len(found) and found[at].word == "zip" and found[at + 1].has("code") else at + 1
    after = found[at + 1] if at + 1 < len(found) else None
    if after is None or len(after.gap) > 2:
        return None
    if piece.has("postal") and after.has("code"):
        return at + 2
    # "ταχυδρομικός δεκαεφτά εκατόν είκοσι ένα"
    if piece.has("postal") and not piece.word.isascii() and after.number is not None and len(found[at].word) > 8:
        return at + 1
    if piece.has("address") and after.word in {"με", "και"} and at + 2 < len(found) and found[at + 2].has("code"):
        return at + 3
    if piece.word == "pin" and after.has("code") and at and found[at - 1].has("home", "address", "postal"):
        return at + 2
    # As people read it aloud, and "Τ.Κ.".
    if piece.word in _TAU and after.word in {"καπα", "φκαπα", "σκαπα", "kapa"}:
        return at + 2
    dotted = piece.word in {"τ", "t"} and after.word in {"κ", "k"} and after.gap in {".", ". "}
    return at + 2 if dotted or (piece.word == "τ" and after.word == "κ" and after.gap == " ") else None


def _grouped(found: Sequence[Piece], at: int) -> int | None:
    """Digits in any groups behind a label, four to six together; with four more behind a dash in the United States."""
    if (end := _written(found, at, beside=True)) is not None:
        return end
    digits, end = 0, at
    while end < len(found) and found[end].digits and (end == at or _BLANK.fullmatch(found[end].gap)) and digits < 6:
        digits, end = digits + len(found[end].word), end + 1
    return end if 4 < digits < 7 else None


def _written(found: Sequence[Piece], at: int, *, beside: bool) -> int | None:
    """Five digits, "NNN NN", five and four in the United States; with `beside` also four."""
    piece = found[at]
    after = found[at + 1] if at + 1 < len(found) else None
    close = after is not None and _BLANK.fullmatch(after.gap) is not None
    if _FIVE.fullmatch(piece.word):
        return at + 2 if close and after and after.gap == "-" and len(after.word) == 4 and after.digits else at + 1
    if len(piece.word) == 3 and piece.digits and close and after and len(after.word) == 2 and after.digits:
        return at + 2
    return at + 1 if beside and _CYPRIOT.fullmatch(piece.word) and not 1900 < int(piece.word) < 2100 else None


def _behind_town(found: Sequence[Piece], at: int) -> bool:
    """True when the two letters of a state stand behind a town; "ID", "OR" and "IN" are words as well."""
    before = found[at - 1] if at else None
    if before is None or not found[at].title or before.turn != found[at].turn:
        return False
    return before.title if found[at].gap == ", " else found[at].gap == " " and places.town([before.word])


def _zip(found: Sequence[Piece], at: int) -> int | None:
    """Five digits behind a state, written or said ("nine double oh four six")."""
    if not _CLOSE.fullmatch(found[at].gap):
        return None
    if found[at].digits:
        return _written(found, at, beside=False)
    said, end = "", at
    while end < len(found) and len(said) < _DIGITS and (end == at or _BLANK.fullmatch(found[end].gap)):
        symbol, end = _symbol(found, end, written=False)
        if not symbol.isdigit():
            return None
        said += symbol
    return end if len(said) == _DIGITS else None


def _lettered(found: Sequence[Piece], at: int, *, sure: bool = False) -> int | None:
    """A British or Irish postcode in letters and digits, written or spelled ("t twelve x r six four").

    Only when it is `sure` to be one may it end like a size ("S21 5GB") or a date ("M1 2nd").
    """
    first = found[at]
    word = first.word
    if not (word.isascii() and (len(word) == 1 or word in _letters() or (len(word) < 8 and not word.isalpha()))):
        return None
    areas = _table()
    spelled = len(first.word) == 1 or not any(c.isdigit() for c in first.word)
    said, end, i = "", None, at
    while (
        i < len(found)
        and len(said) < _SYMBOLS
        and (i == at or _BLANK.fullmatch(found[i].gap) or ((spelled or sure) and _PAUSE.fullmatch(found[i].gap)))
    ):
        symbol, i = _symbol(found, i, written=i - at < 2)
        if not symbol:
            break
        said += symbol
        if not said[0].isalpha():
            return None
        british, irish = _BRITISH.fullmatch(said), _IRISH.fullmatch(said)
        if (british and british.group(1) in areas["area"] and (sure or not _NO_INWARD.search(said))) or (
            irish
            and irish.group(1) in areas["routing"]
            and any(c.isdigit() for c in said[3:])
            and not said[3:].isdigit()
        ):
            end = i
    return end


def _symbol(found: Sequence[Piece], i: int, *, written: bool) -> tuple[str, int]:
    """What the piece says as letters and digits, empty for a word; and the index behind it."""
    piece = found[i]
    if piece.word == "double" and i + 1 < len(found):
        after, end = _symbol(found, i + 1, written=False)
        # "double you" is the letter W, "double five" two digits.
        return ("w" if found[i + 1].word in {"u", "you"} else after * 2 if len(after) == 1 else ""), end
    word = piece.word
    if len(word) == 1 or word.isdigit():
        return word, i + 1
    if word in _letters():
        return _letters()[word], i + 1
    if (number := value(word)) is not None:
        if number >= 20 and i + 1 < len(found) and found[i + 1].gap in {" ", "-"}:
            unit = found[i + 1].number if not found[i + 1].digits else None
            if unit is not None and 0 < unit < 10:
                return str(number + unit), i + 2
        return str(number), i + 1
    if written and word.isascii() and any(c.isdigit() for c in word):
        return word, i + 1
    return "", i + 1


@cache
def _letters() -> dict[str, str]:
    return {word: letter for letter, words in _rows("letter") for word in words}


@cache
def _table() -> dict[str, frozenset[str]]:
    return {kind: frozenset(word for _, words in _rows(kind) for word in words) for kind in ("area", "routing")}


def _rows(kind: str) -> list[tuple[str, list[str]]]:
    return [(words[0], words[1:]) for name, words in rows("en", "postcodes.tsv") if name == kind]
