"""Parts of a value that prove nothing: words that identify nobody, and number words that meet by chance."""

from __future__ import annotations

from redactor.evaluation.alignment import WORD, plain

_IDENTIFY_NOBODY = (
    "com gr net org eu uk co www dot at underscore dash hyphen as in like for and the of st street rd road ave avenue "
    "lane drive παπακι τελεια κομ παυλα κατω ντοτ οδος οδο τκ αρ αριθμος λεωφορος λεωφ του της ο η στην στη στον στο "
    "οπως απο σαν λεμε"
)
_GREEK = (
    "μηδε ενα μια δυο τρι τρει τεσσερ πεντ εξι εξακ επτ εφτ οκτ οχτ ενν δεκα εντεκα δωδεκα εικοσι σαραντ πενηντ εξηντ "
    "εβδομηντ ογδοντ ενενηντ εκατ διακοσι τετρακοσι χιλι διπλ ιανουαρι φεβρουαρι μαρτι απριλι μαι ιουνι ιουλι "
    "αυγουστ σεπτεμβρι οκτωβρι νοεμβρι δεκεμβρι πρωτ δευτερ τεταρτ πεμπτ εκτ ογδο ενατ"
)
_ENGLISH = (
    "zero oh one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy "
    "eighty ninety hundred thousand double triple january february march april may june july august september october "
    "november december first second third"
)
_EVERYBODYS, _NUMBERS, _STEMS = frozenset(_IDENTIFY_NOBODY.split()), frozenset(_ENGLISH.split()), tuple(_GREEK.split())
_ENDINGS = {"teen": 5, "th": 3}
"""Ending -> the shortest English number word with it."""


def identifying(value: str) -> list[int]:
    """Offsets of the letters and digits of a value that say who is meant; all of them where none do."""
    words = list(WORD.finditer(value))
    telling = [m for m in words if plain(m[0]) not in _EVERYBODYS] or words
    return [at for m in telling for at in range(m.start(), m.end())] or list(range(len(value)))


def numeric(value: str) -> set[int]:
    """Offsets of the digit groups and number words of a value."""
    return {at for m in WORD.finditer(value) if _is_number(plain(m[0])) for at in range(m.start(), m.end())}


def _is_number(word: str) -> bool:
    return (
        word.isdecimal()
        or word.startswith(_STEMS)
        or word in _NUMBERS
        or any(word.endswith(ending) and len(word) >= shortest for ending, shortest in _ENDINGS.items())
    )
