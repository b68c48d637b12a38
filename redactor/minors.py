"""What retention must know of an item: whether it speaks of a child under 13 or shows one, and of a card's code.

An original that is marked `minor` is destroyed at once where nothing else is said, so that only what is certain counts:
an age of a person, a date of birth, a class of the first school.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise

from redactor.kept import CARD_CODE, MINOR
from redactor.normalize import folded
from redactor.persons import Seen
from redactor.recognizers.age_talk import kinds
from redactor.recognizers.labels import table
from redactor.recognizers.number_words import WORDS, numbers, said, tokens
from redactor.recognizers.sound import sound

GROWN = 13
"""Years from which on somebody is no child here (GDPR article 8 lets member states choose 13 to 16)."""
_BACK = 60
"""Characters before an age in which its sentence may say that it is long past."""
_PAST = re.compile(
    r"(?<![^\W_])(?:οταν ημουνα?|οταν ειμουνα?|ημουνα?|ειμουνα?|απο (?:την )?ηλικια|απο τα|οταν ητανε?|"
    r"otan imoun\w?|imouna?|"
    r"when (?:i|we|he|she) (?:was|were)|i was|since (?:i|the)|from the age|from age|at the age|"
    r"as a (?:child|kid|boy|girl))"
    r"(?![^\W_])[^.;!?\n]*\Z"
)
"""In front of an age that somebody had once."""
_BEHIND = re.compile(
    r"[^.;!?\n]{0,12}(?<![^\W_])(?:πελατ|συνδρομητ|στην εταιρ|μαζι σασ|παντρεμεν|customer|with you|married|of service|"
    r"εγκυ|pregnan|quarter)|\W{0,3}(?:με|-|to|through|κομμα|τελεια|point) ?\d"
)
_LIMIT = re.compile(
    r"(?<![^\W_])(?:κατω (?:των|απο)|ανω των|πανω απο|μικροτερ\w+ απο|μεχρι|εωσ|για παιδια|παιδια|under|below|over|"
    r"up to|aged?|children|kids|ages)(?: των| τα| of| the| age)?\W{1,2}\Z"
)
"""In front of a limit of age, which is nobody's."""
_PET = re.compile(
    r"(?<![^\W_])(?:σκυλ|γατ(?:α|οσ|ακι|ουλ)|κουταβ|λαμπραντορ|κανισ|κτηνιατρ|ρατσα|αλογο|παπαγαλ|dog|cat|cats|pupp|"
    r"kitten|labrador|cocker|terrier|poodle|spaniel|retriever|shepherd|breed|vet|vets|horse|pony|parrot|rabbit)"
)
_NUMBERS = rf"(?:\d+|{WORDS})"
_AMONG = re.compile(rf"{_NUMBERS}[ ,.:]{{1,3}}\Z"), re.compile(rf"[ ,.:]{{1,3}}{_NUMBERS}")
"""A number without a unit that stands in a row of them is one digit of something."""
_SCHOOL = re.compile(
    r"(?<![^\W_])(?:παει|πηγαινει|παω|πηγαινω|φοιτα|φοιταει|(?P<be>ειναι)|τελειωσε|τελειωνει|ξεκινησε|αρχισε|"
    r"paei|pigainei)(?: (?:τωρα|ακομα|ακομη|φετοσ|κιολασ|μολισ|ηδη)){0,2}"
    r"(?: (?:στην|στη|στο|στον|την|τη|στισ|stin|sti|sto|tin))?"
    r" (?:(?:πρωτη|δευτερα|τριτη|τεταρτη|πεμπτη|[εε]κτη|[αβγδε]'?|στ'?|proti|deutera|triti|tetarti|pempti|ekti)"
    r" (?:ταξη )?(?:του )?(?:δημοτικου|dimotikou)|δημοτικο(?=\W*(?:[.,;!\n]|και|\Z))(?(be)(?!))"
    r"|νηπιαγωγειο|νηπια|προνηπιο|παιδικο σταθμο|βρεφονηπιακο)(?![^\W_])"
)
"""A building is also "δημοτικό", municipal."""
_SCHOOL_EN = re.compile(
    r"(?<![^\W_])(?:(?:he|she|son|daughter|child|kid|boy|girl|grandson|granddaughter|nephew|niece)"
    r"(?:'s| is| goes to| attends| just started| started)|(?:he|she)s)(?: (?:now|still|only|currently|just)){0,2}"
    r"(?: (?:in|to|at))?(?: the)? (?:(?:first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th) (?:grade|class)|"
    r"(?:year|grade) (?:one|two|three|four|five|[1-5])|kindergarten|nursery|preschool|pre-school|"
    r"primary school|elementary school)(?![^\W_])"
)
_AT_WORK = re.compile(
    r"(?<![^\W_])(?:δασκαλ|καθηγητ|νηπιαγωγ[οόου]|διδασκ|εργαζ|δουλευ|καθαρι|φυλακα|οδηγ|υπαλληλ|συμβουλ|teach|works?|"
    r"working|employ|cleaner|assistant)"
)
_BABY = re.compile(
    r"(?<![^\W_])(?:μωρ(?:ο|ου|α)|μωρακι|βρεφοσ|βρεφουσ|νεογεννητο|baby|infant|newborn)"
    r"(?: (?:μου|μασ|ειναι|is|of)){0,2}"
    rf" (?:\d{{1,2}}|{WORDS})"
    r" (?:μην(?:ων|ω)|βδομαδων|εβδομαδων|ημερων|months?|weeks?|days?)(?![^\W_])"
)
_CLAUSE = 60
_YMD = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{1,2})(?!\d)")
_DMY = re.compile(r"(?<!\d)(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?((?:19|20)\d\d|\d\d)(?!\d)")
_SPACED = re.compile(r"(?<!\d)(\d{1,2}) (\d{1,2}) ((?:19|20)\d\d)(?!\d)")
_RUN = re.compile(r"(?<!\d)(?:(\d\d)(\d\d)((?:19|20)\d\d)|((?:19|20)\d\d)(\d\d)(\d\d))(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_YEAR = re.compile(r"(?:^|(?<=[ ']))'?(\d\d)\W*\Z")
_CHILD = re.compile(
    r"(?<![^\W_])(?:κορη|γιοσ?|παιδι|παιδακι|μωρο|εγγον\w+|μικρ(?:η|οσ)|αγορ(?:ι|ακι)|κοριτσ(?:ι|ακι)|ανιψι\w*|βαφτιστ\w+|"
    r"kori|gios|paidi|son|daughter|child|kid|baby|boy|girl|grandson|granddaughter|nephew|niece|twins|toddler)"
    r"(?:\W{1,2}[^\W\d_]+){0,3}\W{1,2}\Z"
)
"""A child is told of just in front of an age."""
_THING_BEHIND = re.compile(r"\A (?:το|η|ο|τα|my|the|this) ([^\W\d_]+)")
"""A thing whose age was told: "it is three years old, the phone" without the comma that would begin something new."""
_PEOPLE = frozenset({"kin", "me", "named"})
_WITH_UNIT = re.compile(r"χρον|ετων|ετω|μην|xron|chron|etwn|eton|year|month|week|yo\b|yrs|old|[α-ω]χρον")
_UNIT = re.compile(r"(?<![^\W_])(?:μην(?:ων|ω|ον|εσ)|mhnwn|min(?:wn|on|es)|months?|mths?|mos|weeks?)(?![^\W_])")


def marks(seen: Seen, day: str) -> tuple[str, ...]:
    """The marks of an item that was recorded on the ISO date `day`; empty: ages and dates count as of today. Sorted."""
    found = []
    if "CVV" in seen.types:
        found.append(CARD_CODE)
    if minor(seen, _day(day)):
        found.append(MINOR)
    return tuple(sorted(found))


def minor(seen: Seen, today: date) -> bool:
    """True when somebody is said or shown to be younger than 13 years on the day `today`."""
    told = folded(seen.text[seen.celled :])
    return any(_pieces(seen, today)) or _BABY.search(told) is not None or _at_school(told)


def _pieces(seen: Seen, today: date) -> Iterator[bool]:
    """For each age and each date of birth whether it is a child's: what was found, and once more in what is told.

    A policy may keep ages, and what was found may have been united with a name beside it.
    """
    from redactor.recognizers.age import AgeRecognizer
    from redactor.recognizers.birth_date import BirthDateRecognizer
    from redactor.recognizers.view import View

    for finding in seen.findings:
        value = folded(seen.text[finding.span.start : finding.span.end])
        before = folded(seen.text[max(0, finding.span.start - _BACK) : finding.span.start])
        behind = folded(seen.text[finding.span.end : finding.span.end + _BACK])
        if finding.entity_type == "AGE":
            yield _is_childs(value, before, behind)
        elif finding.entity_type == "DATE_OF_BIRTH":
            yield _born_late(value, today)
    told = seen.text[seen.celled :]
    if not told.strip():
        return
    from redactor.normalize import fold

    view = View(told, fold(told))
    for match in AgeRecognizer().matches(view):
        before = view.plain[max(0, match.start - _BACK) : match.start]
        yield _is_childs(view.plain[match.start : match.end], before, view.plain[match.end : match.end + _BACK])
    for match in BirthDateRecognizer().matches(view):
        yield _born_late(view.plain[match.start : match.end], today)


def _is_childs(age: str, before: str, behind: str) -> bool:
    if _PAST.search(before) or _LIMIT.search(before) or _BEHIND.match(behind):
        return False
    if _PET.search(before) or _PET.search(behind) or _of_thing(before, behind):
        return False
    if not _WITH_UNIT.search(age) and not _CHILD.search(before):
        row = _AMONG[0].search(before) or _AMONG[1].match(behind) or before.rstrip().endswith((",", "("))
        if row:
            return False
    years = _years(age)
    return years is not None and years < GROWN


def _of_thing(before: str, behind: str) -> bool:
    """True when what was told of last, in front of an age, is a thing: "how old is the boiler? about eleven years".

    Or what follows it, where nobody was told of.
    """
    for token in reversed(tokens(before)):
        found = kinds(token.text)
        if not found.isdisjoint(_PEOPLE):
            return False
        if "thing" in found:
            return True
    follows = _THING_BEHIND.match(behind)
    return follows is not None and "thing" in kinds(follows[1])


def _years(age: str) -> float | None:
    """The years that a folded age says; of several the least."""
    found = tokens(age)
    said_ages = [number.value for number in numbers(age, found)]
    if not said_ages:
        prefix, _, _ = (found[-1].text if found else "").partition("χρον")
        combined = _combining().get(sound(prefix)) if prefix else None
        if combined is None and len(found) > 1 and found[-2].text.isdigit():
            combined = float(found[-2].text)
        return combined
    return min(said_ages) / 12 if _UNIT.search(age) and "χρον" not in age else min(said_ages)


@cache
def _combining() -> dict[str, float]:
    found: dict[str, float] = {}
    for _, (kind, value, forms) in table("el", "numbers.tsv"):
        for form in forms.split() if kind in {"combining", "teen"} else ():
            found.setdefault(sound(form), float(value))
    return found


def _at_school(plain: str) -> bool:
    for pattern in (_SCHOOL, _SCHOOL_EN):
        for match in pattern.finditer(plain):
            around = plain[max(0, match.start() - _CLAUSE) : match.end() + _CLAUSE // 2]
            if not _AT_WORK.search(around) and not _PAST.search(plain[max(0, match.start() - _BACK) : match.start()]):
                return True
    return False


def _born_late(birth: str, today: date) -> bool:
    """True when who was born then was younger than 13 on the day `today`, whatever is not said of the date."""
    born = _birth(birth, today)
    if born is None:
        return False
    year, month, day = born
    # Who has only a year or a month had the birthday already: certain is what holds then.
    had = not month or (month, day or 1) <= (today.month, today.day)
    years = today.year - year - (0 if had else 1)
    return today.year - year >= 0 and years < GROWN and (years >= 0 or year == today.year)


def _birth(text: str, today: date) -> tuple[int, int, int] | None:
    """Year, month and day of a folded date of birth; 0 for what it does not say, None without a year."""
    if found := _YMD.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DMY.search(text) or _SPACED.search(text):
        return _full(found[3], today), int(found[2]), int(found[1])
    if found := _RUN.search(text):
        d, m, y, y2, m2, d2 = found.groups()
        return (int(y), int(m), int(d)) if y else (int(y2), int(m2), int(d2))
    if found := _YEAR.search(text):
        return int(found[0]), 0, 0
    if (year := _said_year(text, today)) is not None:
        return year, 0, 0
    if found := _SHORT_YEAR.search(text):
        return _full(found[1], today), 0, 0
    return None


def _full(year: str, today: date) -> int:
    if len(year) > 2:
        return int(year)
    century = today.year - today.year % 100
    return century + int(year) if int(year) <= today.year % 100 else century - 100 + int(year)


def _said_year(text: str, today: date) -> int | None:
    """The year in words: "δύο χιλιάδες δεκαεννιά", "twenty nineteen", "του δεκαεννιά"."""
    found = tokens(text)
    meanings = [said(token.text) for token in found]
    for at, meaning in enumerate(meanings):
        if meaning is not None and meaning.kind == "thousand":
            before = meanings[at - 1] if at else None
            two = before is not None and before.value == 2
            rest = sum(m.value for m in meanings[at + 1 : at + 5] if m is not None and m.value < 1000)
            return int((2000 if two or meaning.value >= 2000 else 1000) + rest)
    told = [number for number in numbers(text, found) if number.value == int(number.value)]
    for first, second in pairwise(told):
        if first.value in {19, 20} and second.first == first.last + 1 and second.value < 100:
            return int(first.value * 100 + second.value)
    words = [number for number in told if not number.written and number.last == len(found) - 1]
    if (
        words
        and words[-1].value < 100
        and (len(told) > 1 or any(m and m.kind == "month" for m in meanings) or len(found) < 3)
    ):
        return _full(f"{int(words[-1].value):02}", today)
    return None


def _day(iso: str) -> date:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return datetime.now(UTC).date()
