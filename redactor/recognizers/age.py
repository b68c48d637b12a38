"""AGE: years (of infants, months) that a person has, in digits or in words.

>>> AgeRecognizer().spans("είμαι ογδόντα τριών χρονών, με συμβόλαιο 24 μηνών")
['ογδόντα τριών χρονών']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from redactor.recognizers.age_talk import Talk, kinds
from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.gazetteer import is_first
from redactor.recognizers.number_words import Number, combining, numbers, tokens
from redactor.recognizers.sound import sound
from redactor.recognizers.view import View

_OLDEST = 119
_GROWN = 13
_SMALL = 3
"""Below it a number word is mostly something else ("είναι ένα", "she's one of them")."""
_REACH, _REACH_OF_ANSWER = 8, 16
"""Tokens between "ηλικία" or "how old" and the age, on the same line and after a question mark, a colon or a line."""
_LISTED = 2
"""Tokens between two ages that are told together."""
_AND = frozenset({"και", "κι", "κ", "and", "or", "η", "με", "kai", "ke", "k"})
_YEARS = frozenset({"χρονια", "ετη", "xronia"})
_ONE = frozenset({"ενα", "εναν", "1", "ena", "enan"})
_ONE_YEAR = frozenset({"χρονο", "xrono", "hrono"})
_FOR = frozenset({"για", "γι", "σε", "πριν", "μετα", "απο", "επι", "και", "κε", "αλλον", "μολισ", "gia", "se", "prin"})
_CHILDREN = 25
"""Counted children are younger."""
_LITTLE = frozenset({"στη", "στην", "στο", "στον", "ο", "η", "το", "οι", "to"})
_PEOPLE = frozenset({"kin", "me", "he", "named"})
_OTHERS = frozenset({"thing", "lasts"})
_THEY = frozenset({"they're", "theyre", ("they", "are"), ("'", "re")})
_THINGS = frozenset(("old", verb, thing) for verb in ("is", "was") for thing in ("it", "that", "this"))
"""Behind "how": a boiler, a house, a car."""
_WHICH = frozenset(
    (prep, which)
    for preps, whiches in (("απο σε μεχρι apo se mexri", "ποια ποιεσ poia poies"), ("from at", "what which"))
    for prep in preps.split()
    for which in whiches.split()
)
"""In front of the word for an age: "από ποια ηλικία γίνεται;" asks nobody's."""
_ENDINGS = frozenset({"οσ", "η", "ο", "ου", "ησ", "ων", "οι", "εσ", "ουσ", "α", "ε"})


_CLASS = re.compile(
    r"(?<![^\W_])(?:πρωτησ?|δευτερασ?|τριτησ?|τεταρτησ?|πεμπτησ?|εκτησ?|[α-ζ](?:['΄’]|[ ](?=[ ]))?|[1-6]ησ?)"
    r" (?:ταξησ? )?(?:του )?(?:δημοτικου|γυμνασιου|λυκειου)(?![^\W_])"
)
"""The class of a pupil tells the age to a year. A lone accent, which many type behind the letter, is folded away."""


_FRACTION = re.compile(
    r"(?<![^\W_])(?:i'm|im|i am|he's|hes|he is|she's|shes|she is)(?: (?:only|just|nearly|almost|about))? "
    r"((?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen) "
    r"and (?:a half|a quarter|three[ -]quarters))(?=[ \t]*(?:[.,;!?\n]|\Z))"
)
"""What children say of their age."""


class AgeRecognizer(FoldedRecognizer):
    """Numbers that say how old somebody is, with their unit, and a pupil's class; no ages of cars or contracts."""

    ENTITIES = ("AGE",)

    def matches(self, text: View) -> Iterable[Match]:
        """Ages by their unit, their label or question, "είμαι", "στα ... μου", a relative in front; "35χρονος"."""
        found = tokens(text.plain)
        talk = Talk(text, found, list(numbers(text.plain, found)), [kinds(token.text) for token in found])
        ends = _ages(talk)
        for k, end in ends.items():
            yield Match(found[_first(talk, k, end)].start, found[end].end, "AGE", 0.5)
        yield from _compounds(talk)
        for form in _CLASS.finditer(text.plain):
            yield Match(*form.span(), "AGE", 0.5)
        for told in _FRACTION.finditer(text.plain):
            yield Match(*told.span(1), "AGE", 0.5)


def _ages(talk: Talk) -> dict[int, int]:
    """Index of a number that is an age -> index of the last token of the age."""
    ends: dict[int, int] = {}
    asked = set(_asked(talk)) if talk.numbers else set()
    for k, number in enumerate(talk.numbers):
        if number.value > _OLDEST:
            continue
        end = _with_unit(talk, k)
        if end is not None:
            ends[k] = end
            if k and k - 1 not in ends and _together(talk, k - 1):
                ends[k - 1] = talk.numbers[k - 1].last
        elif _coded(talk, number.last):
            continue
        elif k in asked:
            unit = number.last + 1
            ends[k] = unit if talk.kinds(unit) & {"year", "month"} and not talk.paused(number.last) else number.last
        elif (
            _of_children(talk, k)
            or _said_of_person(talk, k)
            or (k - 1 in ends and _together(talk, k - 1) and _closes(talk, k))
        ):
            ends[k] = number.last
    return ends


def _coded(talk: Talk, last: int) -> bool:
    """True for figures that a letter is glued to ("94A")."""
    end = talk.tokens[last].end
    return talk.tokens[last].text.isdigit() and talk.text.plain[end : end + 1].isalpha()


def _first(talk: Talk, k: int, end: int) -> int:
    """Index of the first token of an age that ends with token `end`: its unit, when it stands in front ("ετών έξι")."""
    number = talk.numbers[k]
    unit = number.first - 1
    alone = k == 0 or talk.numbers[k - 1].last != unit - 1
    before = end == number.last and alone and "year" in talk.kinds(unit) and not talk.word(unit).isascii()
    return unit if before and talk.gap(unit) == " " else number.first


def _together(talk: Talk, k: int) -> bool:
    """True when the number at `k` and the next one are told in one breath: "4 και 7 χρονών", "4, 7 and 12"."""
    number, other = talk.numbers[k], talk.numbers[k + 1]
    if number.value > _OLDEST or other.value > _OLDEST or not number.value:
        return False
    if other.first == number.last + 1:
        return talk.gap(number.last).strip() == ","
    return other.first == number.last + 2 and talk.word(number.last + 1) in _AND


def _of_children(talk: Talk, k: int) -> bool:
    """True for the first of the ages behind children that are counted: "2 παιδιά, 8 και 11"."""
    number, before = talk.numbers[k], talk.numbers[k].first - 1
    if "children" not in talk.kinds(before) or talk.gap(before).strip(" ,:("):
        return False
    counted = k > 0 and talk.numbers[k - 1].last == before - 1
    if not counted or k + 1 == len(talk.numbers) or not _together(talk, k):
        return False
    other = talk.numbers[k + 1]
    return max(number.value, other.value) <= _CHILDREN and talk.paused(other.last) and talk.gap(other.last)[:1] != ":"


def _closes(talk: Talk, k: int) -> bool:
    """True when the number at `k` ends what is said, or the next one is said with it."""
    return talk.paused(talk.numbers[k].last) or (k + 1 < len(talk.numbers) and _together(talk, k))


def _with_unit(talk: Talk, k: int) -> int | None:
    """Index of the last token of an age with a unit ("χρονών", "years old", "μηνών" of an infant), or None."""
    number = talk.numbers[k]
    unit = number.last + 1
    if "year" in talk.kinds(number.first - 1) and talk.gap(number.first - 1).strip() in {"", ":"}:
        in_front = not talk.word(number.first - 1).isascii() and not (
            k and talk.numbers[k - 1].last == number.first - 2
        )
        if in_front and talk.paused(number.last) and not _of_thing(talk, number.first, number.last):
            return number.last
    if "\n" in talk.gap(number.last) or talk.gap(number.last).strip() not in {"", "-"}:
        return None
    found = talk.kinds(unit)
    end: int | None = None
    if "year" in found and _for_a_year(talk, number.first, unit):
        return None
    if "year" in found:
        end = unit if not talk.word(unit).isascii() else _english_unit(talk, unit)
    elif "month" in found:
        old = "old" in talk.kinds(unit + 1)
        end = unit + old if old or _infant(talk, number.first) else None
    return None if end is None or _of_thing(talk, number.first, end) else end


def _for_a_year(talk: Talk, first: int, unit: int) -> bool:
    """True for "για ένα χρόνο", "πριν από έναν χρόνο": how long something lasts; the age of one is in the genitive."""
    year = unit == first + 1 and talk.word(first) in _ONE and talk.word(unit) in _ONE_YEAR
    return year and (talk.word(first - 1) in _FOR or "spans" in talk.kinds(first - 1))


def _english_unit(talk: Talk, unit: int) -> int | None:
    word = talk.word(unit)
    if word == "y":
        return unit + 1 if talk.gap(unit).strip() in {"/", ".", ""} and talk.word(unit + 1) == "o" else None
    if not word.startswith("y") or word == "yo":
        return unit
    if "old" in talk.kinds(unit + 1):
        return unit + 1
    return unit + 2 if talk.word(unit + 1) == "of" and talk.word(unit + 2) == "age" else None


def _infant(talk: Talk, at: int) -> bool:
    person = talk.near(at, "kin", 5) or talk.near(at, "he", 2)
    late = not talk.kinds(at + 2).isdisjoint({"counted", "lasts"}) and not talk.paused(at + 1)
    return person and not late and not talk.near(at, "lasts", 5) and "spans" not in talk.kinds(at - 1)


def _of_thing(talk: Talk, first: int, last: int) -> bool:
    """True when a limit is told, or how long something lasts, or how old a thing is."""
    if not talk.kinds(last + 1).isdisjoint(_OTHERS) and not talk.paused(last):
        return True
    over = any("general" in talk.kinds(i) for i in (last + 1, last + 2)) and not talk.paused(last)
    if (over or talk.near(first, "general", 3)) and not talk.near(first, "me", 5):
        return True
    for i in talk.before(first):
        found = talk.kinds(i)
        if not found.isdisjoint(_OTHERS):
            return True
        if not found.isdisjoint(_PEOPLE):
            return False
    return False


def _asked(talk: Talk) -> Iterator[int]:
    """Indexes of the numbers that answer to "ηλικία" or "how old"."""
    at = 0
    for p, found in enumerate(talk.each):
        if not found or not _asks(talk, p, found) or talk.near(p, "general", 2):
            continue
        while at < len(talk.numbers) and talk.numbers[at].first <= p:
            at += 1
        last = p
        for k in range(at, min(len(talk.numbers), at + 6)):
            number = talk.numbers[k]
            reach = _LISTED if last != p else _REACH_OF_ANSWER if _answer(talk, p, number.first) else _REACH
            if number.first - last > reach + 1 or number.value > _OLDEST or _limit(talk, number):
                break
            if not _counts_years(talk, number) or (last == p and _chained(talk, k)):
                break
            yield k
            last = number.last


def _asks(talk: Talk, at: int, found: frozenset[str]) -> bool:
    behind = talk.gap(at)
    column = behind[:1] in {"|", "\t"} or (behind in {";", ","} and not talk.word(at + 1).isdigit())
    if column or (talk.word(at - 2), talk.word(at - 1)) in _WHICH:
        return False
    if "such" in found:
        return "me" in talk.kinds(at + 1)
    if "how" in found:
        if (talk.word(at + 1), talk.word(at + 2), talk.word(at + 3)) in _THINGS:
            return False
        return any(not talk.kinds(i).isdisjoint({"year", "old"}) for i in (at + 1, at + 2))
    return "asks" in found and "general" not in talk.kinds(at + 1)


def _answer(talk: Talk, first: int, last: int) -> bool:
    between = talk.text.plain[talk.tokens[first].end : talk.tokens[last].start]
    return not set(between).isdisjoint("?;:\n")


def _limit(talk: Talk, number: Number) -> bool:
    around = (number.first - 1, number.first - 2, number.last + 1, number.last + 2, number.last + 3)
    return "+" in talk.gap(number.last) or any("general" in talk.kinds(i) for i in around)


def _counts_years(talk: Talk, number: Number) -> bool:
    """True unless a unit that is no age's follows."""
    behind = number.last + 1
    found = talk.kinds(behind)
    if talk.paused(number.last) or not found.isdisjoint({"year", "month"}):
        return True
    return "counted" not in found or talk.word(behind) in _YEARS | _LITTLE


def _chained(talk: Talk, k: int) -> bool:
    """True inside a row of numbers, as a telephone number is read; "twenty twenty one" is an age and the next."""
    number = talk.numbers[k]
    for other in (*talk.numbers[max(0, k - 1) : k], *talk.numbers[k + 1 : k + 2]):
        beside = other.first == number.last + 1 or other.last == number.first - 1
        parted = not {"\n", ","}.isdisjoint(talk.gap(min(other.last, number.last)))
        if beside and not parted and abs(other.value - number.value) != 1:
            return True
    return False


def _said_of_person(talk: Talk, k: int) -> bool:
    """True for "είμαι 45", "η κόρη μου είναι πέντε", "έκλεισα τα εβδομήντα", "στα πενήντα μου", "(παιδί, 9)"."""
    number = talk.numbers[k]
    at = number.first
    if _chained(talk, k) or _limit(talk, number) or _priced(talk, number):
        return False
    if _bracketed(talk, number):
        return True
    if "the" in talk.kinds(at - 1):
        return _reached(talk, number)
    unit = talk.kinds(number.last + 1)
    if not _counts_years(talk, number) or (not talk.paused(number.last) and unit & {"month", "year"}):
        return False
    while "near" in talk.kinds(at - 1) and "," not in talk.gap(at - 1):
        at -= 1
    return not talk.gap(at - 1).strip() and _of_subject(talk, number, at - 1)


def _priced(talk: Talk, number: Number) -> bool:
    """True for "they're 12 a pair": what things cost; "she's 6 a week on Friday" is an age."""
    things = talk.word(number.first - 1) in _THEY or (talk.word(number.first - 2), talk.word(number.first - 1)) in _THEY
    return things and talk.word(number.last + 1) in {"a", "an"} and not talk.paused(number.last)


def _of_subject(talk: Talk, number: Number, verb: int) -> bool:
    """True when the token at `verb`, in front of the number, gives it to a person as an age."""
    found = talk.kinds(verb)
    grown, paused = number.value >= _GROWN or number.genitive, talk.paused(number.last)
    if "me" in found or (found & {"be", "am"} and "me" in talk.kinds(verb - 1)):
        return grown or (number.value > _SMALL + 2 and paused)
    if "kin" in found and talk.word(verb).endswith("'s"):
        return grown or paused
    if talk.word(verb) == "of":
        return paused and "kin" in talk.kinds(verb - 1)
    if "you" in found:
        return grown and paused
    if "grow" in found:
        return talk.word(verb).isascii() and not talk.near(verb, "thing")
    if "be" not in found or (number.value < _SMALL and not number.genitive and not paused):
        return False
    if "he" in found or talk.near(verb, "he", 2):
        return not talk.near(verb, "thing", 2)
    if talk.near(verb, "code"):
        return False
    if number.genitive or talk.near(verb, "kin"):
        return not talk.near(verb, "thing", 4)
    return talk.near(verb, "named", 12) and (paused or talk.word(number.last + 1) in _AND)


def _reached(talk: Talk, number: Number) -> bool:
    """True for "στα ογδόντα τρία μου" and "έκλεισα τα εβδομήντα τέσσερα"."""
    behind = number.last + 1
    own = "owner" in talk.kinds(behind) and not talk.gap(number.last).strip()
    end = behind if own else number.last
    free = talk.paused(end) or "counted" not in talk.kinds(end + 1) or talk.word(end + 1) in _YEARS
    grows = any("grow" in talk.kinds(i) for i in talk.before(number.first, 3))
    other = talk.near(number.first, "lasts") or talk.near(number.first, "thing")
    return (own or grows) and free and not other and (number.value >= _GROWN or talk.paused(end))


def _bracketed(talk: Talk, number: Number) -> bool:
    """True for an age set off behind a person: "father (88)", "(του γιου της Χάρη, 27)", "Μαρία Παππά (45)"."""
    front, back = talk.gap(number.first - 1), talk.gap(number.last)
    closed = back[:1] in {")", ","} or (back[:1] in {".", ";", "\n"} and "," in front)
    if number.first == 0 or front.strip() not in {"(", ","} or not closed:
        return False
    last = number.first - 1
    if talk.near(number.first, "kin", 4) and not talk.near(number.first, "code", 4):
        return True
    first = max(0, last - 1) if talk.gap(last - 1) == " " else last
    named = any(is_first(talk.word(i)) for i in range(first, last + 1))
    return named and talk.text.upper(talk.tokens[last].start) and (front.strip() == "(" or back[:1] == ")")


def _compounds(talk: Talk) -> Iterator[Match]:
    """Yield "35χρονος", "πεντάχρονη"; "in her sixties", "in his 80s"."""
    for i, token in enumerate(talk.tokens):
        word = token.text
        if "χρον" in word[:20]:
            start = _compound(talk, i)
            if start is not None and not _of_thing(talk, start, i):
                yield Match(talk.tokens[start].start, token.end, "AGE", 0.45)
        elif word in {"my", "his", "her"} and talk.word(i - 1) == "in":
            for at in (i + 1, i + 2):
                if "decade" in talk.kinds(at):
                    yield Match(talk.tokens[at].start, talk.tokens[at].end, "AGE", 0.45)
                elif talk.word(at).endswith("0") and talk.word(at + 1) == "s" and not talk.gap(at):
                    yield Match(talk.tokens[at].start, talk.tokens[at + 1].end, "AGE", 0.45)


def _compound(talk: Talk, at: int) -> int | None:
    """Index of the first token of "35χρονος" or "πεντάχρονη" whose last one stands at `at`, or None."""
    prefix, _, ending = talk.word(at).partition("χρον")
    if ending not in _ENDINGS:
        return None
    if prefix:
        return at if sound(prefix) in combining() else None
    digits = talk.word(at - 1)
    return at - 1 if digits.isdigit() and len(digits) <= 3 and talk.gap(at - 1) in {"", "-"} else None
