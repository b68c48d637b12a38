"""Keys of names: one for each word by its sound and without its case, so that Παπαδόπουλος, Παπαδοπούλου, PAPADOPOULOS
and papadopoylos meet. A form that may stand for several has several keys; one that both sides share is enough.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from redactor.normalize import folded
from redactor.recognizers.greeklish import greek_key, latin_keys

SHORTEST = 3
"""Letters of a word that is taken for a name; shorter ones are initials and particles."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ENDINGS = (
    ("os", "o"),
    ("us", "oi"),
    ("is", "i"),
    ("as", "a"),
    ("u", "oi"),
    ("o", "o"),
    ("e", "o"),
    ("i", "i"),
    ("a", "a"),
)
"""Ending by sound -> its declensions. Surnames of women in -ου are those of men in -ος and in -ης."""
_STEM = 2
_LOOKS_GREEK = str.maketrans("abehikmnoptxyzv", "αβεηικμνορτχυζν")
_CLASSES = str.maketrans("bfvd8gxzmr", "pppttkksnl", "aeiou")
_HEARD = 4
"""Consonants of a name that is also looked for as it may be misheard; shorter skeletons are those of many names."""
_VISUAL = re.compile(r"([aeo])y")
_TWICE = re.compile(r"(.)\1+")
_CALLED = (
    "Γιώργος Γεώργιος", "Γιάννης Ιωάννης", "Κώστας Κωνσταντίνος Ντίνος Κωστής", "Δημήτρης Δημήτριος Μήτσος",
    "Νίκος Νικόλαος Νικόλας", "Βασίλης Βασίλειος", "Χρήστος Χρίστος", "Σπύρος Σπυρίδων", "Θανάσης Αθανάσιος",
    "Στέλιος Στυλιανός", "Λευτέρης Ελευθέριος", "Στρατής Ευστράτιος", "Στάθης Ευστάθιος", "Θόδωρος Θεόδωρος Θοδωρής",
    "Αντώνης Αντώνιος", "Παναγιώτης Πάνος Τάκης", "Μιχάλης Μιχαήλ", "Μανώλης Εμμανουήλ Μάνος", "Γρηγόρης Γρηγόριος",
    "Τάσος Αναστάσιος", "Βαγγέλης Ευάγγελος", "Απόστολος Τόλης", "Αλέκος Αλέξανδρος Αλέξης", "Λάμπρος Λαμπρινός",
    "Κατερίνα Αικατερίνη Καίτη", "Ελένη Λένα Νίτσα", "Βάσω Βασιλική Κική", "Γεωργία Γωγώ", "Σούλα Αναστασία Τασούλα",
    "Ντίνα Κωνσταντίνα", "Λίτσα Ευαγγελία Εύα", "Πόπη Καλλιόπη", "Ρούλα Σταυρούλα", "Νίκη Νικολέτα",
    "Δέσποινα Ντέπυ", "Τούλα Δήμητρα Μίμη", "Χρύσα Χρυσούλα", "Μαίρη Μαρία", "Γιώτα Παναγιώτα", "Ζωή Ζωίτσα",
    "John Jack Johnny", "William Bill Will", "Robert Bob Rob", "Richard Dick Rick", "Elizabeth Liz Beth Betty",
    "Margaret Maggie Peggy", "Katherine Kate Kathy", "Michael Mike", "James Jim Jimmy", "Thomas Tom",
)  # fmt: skip
"""Names that people go by, each line one name: papers say Γεώργιος, callers Γιώργος."""


def words(text: str) -> list[str]:
    """The folded words of a name that are looked for, in order; titles and small words are left to the caller."""
    found = [match.group().partition("'")[0] for match in _WORD.finditer(folded(text))]
    return [word for word in found if len(word) >= SHORTEST]


@lru_cache(maxsize=4096)
def keys(word: str) -> frozenset[str]:
    """The keys of a folded word."""
    return frozenset(form for sound in _sounds(word) for form in _declined(sound))


@lru_cache(maxsize=4096)
def heard(word: str) -> frozenset[str]:
    """Coarser keys of a folded word: its consonants as speech recognition confuses them; none for short ones."""
    found = set()
    for sound in _sounds(word):
        skeleton = _TWICE.sub(r"\1", _stem(sound)[0].translate(_CLASSES))
        if len(skeleton) >= _HEARD:
            found.add(skeleton)
    return frozenset(found)


def called(word: str) -> frozenset[str]:
    """Keys of the other names that somebody with the folded name `word` goes by."""
    own = keys(word)
    return frozenset(key for key in own for key in _others().get(key, ())) - own


@cache
def _others() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _CALLED:
        group = frozenset(key for name in line.split() for key in keys(folded(name)))
        for key in group:
            found[key] = found.get(key, frozenset()) | group
    return found


def _sounds(word: str) -> tuple[str, ...]:
    if word.isascii():
        # As passports write it: "oy", "ay", "ey".
        forms = (word, _VISUAL.sub(r"\1u", word))
        return tuple(dict.fromkeys(key for form in forms for key in latin_keys(form)))
    if any("α" <= letter <= "ω" for letter in word):
        return (greek_key(word.translate(_LOOKS_GREEK)),)
    return (word,)


def _stem(sound: str) -> tuple[str, str]:
    """A sound without its ending, and the declensions that the ending may be of."""
    for ending, declensions in _ENDINGS:
        if sound.endswith(ending) and len(sound) - len(ending) >= _STEM:
            return sound.removesuffix(ending), declensions
    return sound, ""


def _declined(sound: str) -> tuple[str, ...]:
    stem, declensions = _stem(sound)
    return tuple(f"{stem}-{one}" for one in declensions) or (stem,)
