"""What the slots of the text are filled with: names in their cases, places, numbers and the rest.

Names and places come from the packed lists (see `lists`), English names from redactor/recognizers/en/names.txt.gz;
some surnames are made of the stems and endings of others, so that a model cannot learn surnames by heart. Cases follow
the rules of Modern Greek; accents are left where they are, since the model reads text without them.
"""

from __future__ import annotations

import gzip
import random
import re
import string
from collections.abc import Callable
from functools import cache
from pathlib import Path

from models.recipes.name_model import codes, said
from models.recipes.name_model.values import own
from redactor.normalize import folded

LISTS = Path(__file__).parents[2] / "text" / "lists"
EN_NAMES = Path(__file__).parents[3] / "redactor" / "recognizers" / "en" / "names.txt.gz"
_TAILS = re.compile("(οπουλοσ|ιαδησ|ιδησ|αδησ|ακησ|ατοσ|εασ|ουδησ|ογλου|ησ|ασ|οσ|ου)$")


@cache
def _lines(name: str) -> tuple[str, ...]:
    return tuple(gzip.decompress((LISTS / f"{name}.txt.gz").read_bytes()).decode().split("\n")[:-1])


@cache
def _gendered(name: str, gender: str) -> tuple[str, ...]:
    return tuple(row.split("\t")[0] for row in _lines(name) if row.endswith(gender))


@cache
def _english(mark: str) -> tuple[str, ...]:
    rows = gzip.decompress(EN_NAMES.read_bytes()).decode().splitlines()
    return tuple(name for name, marks in (row.split(" ", 1) for row in rows if " " in row) if mark in marks)


def fill(slot: str, rng: random.Random) -> str:
    """A value for one slot. Raises KeyError for a slot that does not exist."""
    head, *rest = slot.split(".")
    if head in _GROUPS or head[1:] in _GROUPS:
        count = _GROUPS.get(head) or _GROUPS[head[1:]]
        return codes.group(rng, count, "el" if head in _GROUPS else "en") if rest else codes.figures(rng, count)
    return _SLOTS[head](rng, rest)


def _name(rng: random.Random, rest: list[str], lists: tuple[str, ...]) -> str:
    gender, case = rest
    names = (
        [row for name in lists for row in _gendered(name, gender)] if len(lists) > 1 else _gendered(lists[0], gender)
    )
    return inflected(rng.choice(names), gender, case, rng)


def _surname(rng: random.Random, rest: list[str]) -> str:
    gender, case = rest
    names = _lines("surname")
    name = rng.choice(names)
    if rng.random() < 0.35:
        stem = name.split()[0]
        cut = _TAILS.search(folded(stem))
        ending = rng.choice(own("surname-ending"))
        name = (stem[: cut.start()] if cut and cut.start() > 1 else stem[:5]) + ending
        if rng.random() < 0.12:
            name = rng.choice(("Παπα", "Χατζη", "Καρα", "Κοντο")) + name.lower()
    if gender == "f":
        name = feminine(name)
        if rng.random() < 0.04:
            name = f"{name}-{feminine(rng.choice(names))}"
        return name
    return inflected(name, "m", case, rng)


def feminine(surname: str) -> str:
    """A woman's form of a man's surname."""
    form = folded(surname)
    if form.endswith(("οσ", "ιδησ", "αδησ")):
        return surname[:-2] + "ου"
    if form.endswith(("ησ", "ασ", "εσ", "ισ")):
        return surname[:-1]
    return surname


def inflected(name: str, gender: str, case: str, rng: random.Random) -> str:
    """A name in a case, by its ending; a name without a Greek ending stays."""
    form = folded(name)
    if gender == "m":
        if form.endswith("οσ"):
            voc = name[:-2] + (rng.choice("οε") if len(form) > 7 else "ο")
            return {"nom": name, "gen": name[:-2] + "ου", "acc": name[:-1], "voc": voc}[case]
        if form.endswith(("ησ", "ασ", "εσ", "ισ")) and case != "nom":
            return name[:-1]
        return name
    if case == "gen" and form.endswith(("α", "η", "ω")):
        return name + "ς"
    return name


def _town(rng: random.Random, rest: list[str]) -> str:
    name = rng.choice(_lines("town"))
    case = rest[0] if rest else "nom"
    if case == "nom":
        return name
    head, _, last = name.rpartition(" ")
    head += " " if head else ""
    form = folded(last)
    if case == "gen":
        if form.endswith(("α", "η", "ω")):
            return head + last + "ς"
        if form.endswith(("ο", "οσ")):
            return head + last.rstrip("ςσ")[:-1] + "ου"
        return name[:-1] if form.endswith("σ") else head + last
    return name[:-1] if form.endswith(("οσ", "ησ", "ασ")) and not form.endswith("εσ") else name


def greeklish(text: str, rng: random.Random) -> str:
    """Greek in Latin letters, by sound or by looks, one style for the whole text."""
    looks = rng.random() < 0.4
    out = folded(text)
    for pair in own("greeklish-look" if looks else "greeklish-sound"):
        greek, latin = pair.split(":")
        out = out.replace(greek, latin)
    return _cased(text, out)


def _cased(text: str, out: str) -> str:
    if text.isupper():
        return out.upper()
    if not text.istitle() and not any(word[:1].isupper() for word in text.split()):
        return out
    words = text.split(" ")
    latin = out.split(" ")
    if len(words) != len(latin):
        return out
    return " ".join(b[:1].upper() + b[1:] if a[:1].isupper() else b for a, b in zip(words, latin, strict=True))


def _greek_latin(rng: random.Random, slot: str) -> str:
    return greeklish(fill(slot, rng), random.Random(1) if rng.random() < 0.7 else rng)


def _birth(rng: random.Random, rest: list[str], language: str) -> str:
    if rest:
        return said.birth(rng, language)
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1931, 2015)
    forms = [
        "{d:02}/{m:02}/{y}",
        "{d}/{m}/{y}",
        "{d}-{m}-{y}",
        "{d:02}.{m:02}.{y}",
        "{d}/{m}/{s:02}",
        "{y}-{m:02}-{d:02}",
    ]
    if language == "en":
        forms += ["{m:02}/{d:02}/{y}", "{d} March {y}", "June {d}, {y}", "{d} Nov {y}"]
    else:
        forms += ["{d} Μαρτίου {y}", "{d} Οκτωβρίου {y}", "{d} Ιουλίου {y}", "{d} Σεπ {y}"]
    return rng.choice(forms).format(d=day, m=month, y=year, s=year % 100)


def _number(rng: random.Random, rest: list[str]) -> str:
    number = rng.randint(1, 220)
    if rest:
        return said.greek(number)
    return f"{number}{rng.choice(('', '', '', '', '', 'Α', 'Β', '-' + str(number + 2), 'α'))}"


def _zip(rng: random.Random, rest: list[str]) -> str:
    zip_code = f"{rng.randint(104, 853)}{rng.randint(0, 99):02}"
    if rest:
        return said.greek(int(zip_code[:3])) + " " + said.digits(rng, zip_code[3:])
    return rng.choice((zip_code, f"{zip_code[:3]} {zip_code[3:]}"))


def _said_or_not(rng: random.Random, rest: list[str], number: str, language: str = "el") -> str:
    return codes.read(rng, number, language) if rest else number


def _card(rng: random.Random, rest: list[str], language: str) -> str:
    number = codes.figures(rng, 16, rng.choice("45"))
    if not rest:
        return number if rng.random() < 0.4 else " ".join(number[i : i + 4] for i in range(0, 16, 4))
    groups = [codes.read(rng, number[i : i + 4], language) for i in range(0, 16, 4)]
    return rng.choice((" ", " ", ", ", ". ")).join(groups)


def _plate(rng: random.Random, letters: str | None, *shapes: str) -> str:
    return codes.shaped(rng, rng.choice(shapes), letters or string.ascii_uppercase)


def _code(rng: random.Random) -> str:
    shapes = ("LLDDDDDD", "LL-DDDDD", "DDDDDDL", "LLL DDDDDDD", "LDDDDDDDD", "LL/DDDD/DD", "DDDD-DDD-L", "LLLDDDDLL")
    return codes.shaped(rng, rng.choice(shapes))


def _mail(rng: random.Random, rest: list[str]) -> str:
    if rest:
        greek = folded(f"{fill('f.m.nom', rng)}{rng.choice('.-_')}{fill('s.m.nom', rng)}".replace(" ", ""))
        return codes.mail(rng, rng.choice((_user(rng, []), greek.replace("σ-", "ς-"))), "el")
    return _user(rng, []) + "@" + rng.choice(("gmail.com", "yahoo.gr", "hotmail.com", "otenet.gr"))


def _english_phone(rng: random.Random) -> str:
    return codes.figures(
        rng, *rng.choice(((11, "07"), (11, "07"), (11, "020"), (11, "01"), (10, rng.choice("234579"))))
    )


def _time(rng: random.Random, rest: list[str]) -> str:
    if rest:
        return codes.hour(rng, "el")
    return f"{rng.randint(8, 21)}:{rng.choice(('00', '15', '30', '45'))}"


def _english_amount(rng: random.Random, rest: list[str]) -> str:
    return codes.amount(rng) if rest else f"{rng.choice('£$€')}{rng.randint(3, 900)}.{rng.randint(0, 99):02}"


def _amount(rng: random.Random, rest: list[str]) -> str:
    euros = rng.choice((rng.randint(3, 120), rng.randint(20, 1800)))
    if rest:
        return said.greek(euros) + rng.choice(
            (" ευρώ", " ευρώ", " ευρώ και " + said.greek(rng.randint(2, 99)) + " λεπτά")
        )
    return rng.choice(
        (f"{euros}€", f"{euros},{rng.randint(0, 99):02} €", f"{euros} ευρώ", f"{euros},{rng.randint(0, 99):02} ευρώ")
    )


def _date(rng: random.Random, _: list[str]) -> str:
    day, month = rng.randint(1, 28), rng.randint(1, 12)
    return rng.choice(
        (f"{day}/{month}", f"{day}/{month}/2026", f"{day:02}-{month:02}-2025", f"{day:02}.{month:02}.2026")
    )


def _user(rng: random.Random, _: list[str]) -> str:
    first = greeklish(fill("f.m.nom", rng), rng).lower()
    last = greeklish(fill("s.m.nom", rng), rng).lower()
    form = rng.choice(
        (
            "{f}.{l}",
            "{i}{l}",
            "{l}{n}",
            "{f}_{n}",
            "{i}.{l}",
            "user{n}{n}",
            "{l}{i}",
            "{f}{l3}{n}",
            "{f}-{l}",
            "{l}_{n}",
        )
    )
    return form.format(f=first, i=first[0], l=last, l3=last[:3], n=rng.randint(1, 99)).replace(" ", "")


def _password(rng: random.Random, _: list[str]) -> str:
    word = greeklish(rng.choice(_lines("town")).split()[0], rng)
    letters = string.ascii_letters + string.digits
    if rng.random() < 0.4:
        return "".join(rng.choice(letters + rng.choice(("", "!@#$%&*?"))) for _ in range(rng.randint(7, 12)))
    form = rng.choice(("{W}{y}", "{w}{s}{n}", "{W}@{y}", "{w}{n}", "{w4}-{n}-{l}", "{W}{n}{s}"))
    short = word.lower()
    return form.format(
        W=word, w=short, w4=word[:4].upper(), y=rng.randint(1960, 2026), n=rng.randint(1, 999), s=rng.choice("!@#$%*"),
        l=rng.choice(string.ascii_lowercase),
    )  # fmt: skip


def _english_zip(rng: random.Random) -> str:
    if rng.random() < 0.4:
        return codes.figures(rng, 5)
    letters = [rng.choice(string.ascii_uppercase) for _ in range(4)]
    return f"{letters[0]}{letters[1]}{rng.randint(1, 28)} {rng.randint(1, 9)}{letters[2]}{letters[3]}"


def _english_name(rng: random.Random, mark: str) -> str:
    return rng.choice(_english(mark if rng.random() < 0.7 else mark.lower())).title()


def _english_street(rng: random.Random, _: list[str]) -> str:
    head = rng.choice(own("street-word")) if rng.random() < 0.5 else _english_name(rng, "S")
    return f"{head} {rng.choice(own('street-kind'))}"


def _reference(rng: random.Random, _: list[str]) -> str:
    return rng.choice(("", "", "INC", "#")) + codes.figures(rng, rng.randint(5, 9))


def _phone(rng: random.Random, rest: list[str]) -> str:
    return _said_or_not(rng, rest, codes.figures(rng, 10, rng.choice(("69", "210", "2310", "26", "28"))))


def _floor(rng: random.Random, _: list[str]) -> str:
    return rng.choice(own("floor"))


_GROUPS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10}
_SLOTS: dict[str, Callable[[random.Random, list[str]], str]] = {
    "f": lambda rng, rest: _name(rng, rest, ("first",)) if rng.random() < 0.7 else _name(rng, rest, ("short",)),
    "s": _surname,
    "d": lambda rng, rest: _name(rng, rest, ("short",)),
    "xf": lambda rng, _: rng.choice(_lines("foreign_first")),
    "xs": lambda rng, _: rng.choice(_lines("foreign_last")),
    "ef": lambda rng, _: _english_name(rng, "F"),
    "es": lambda rng, _: _english_name(rng, "S"),
    "gf": lambda rng, rest: _greek_latin(rng, f"f.{rest[0]}.nom"),
    "gs": lambda rng, rest: _greek_latin(rng, f"s.{rest[0]}.nom"),
    "street": lambda rng, _: rng.choice(_lines("street")),
    "gstreet": lambda rng, _: _greek_latin(rng, "street"),
    "num": _number,
    "floor": _floor,
    "zip": _zip,
    "town": _town,
    "gtown": lambda rng, _: _greek_latin(rng, "town.nom"),
    "estreet": _english_street,
    "ezip": lambda rng, rest: codes.read(rng, _english_zip(rng), "en") if rest else _english_zip(rng),
    "etown": lambda rng, _: rng.choice(own("english-town")),
    "birth": lambda rng, rest: _birth(rng, rest, "el"),
    "ebirth": lambda rng, rest: _birth(rng, rest, "en"),
    "age": lambda rng, rest: said.greek(rng.randint(1, 97)) if rest else str(rng.randint(1, 97)),
    "eage": lambda rng, _: said.english(rng.randint(1, 97)),
    "user": _user,
    "pass": _password,
    "company": lambda rng, _: rng.choice(own("company")),
    "ecompany": lambda rng, _: rng.choice(own("english-company")),
    "brand": lambda rng, _: rng.choice(own("brand")),
    "amount": _amount,
    "eamount": _english_amount,
    "date": lambda rng, rest: codes.day(rng, "el") if rest else _date(rng, rest),
    "edate": lambda rng, _: codes.day(rng, "en"),
    "time": _time,
    "etime": lambda rng, _: codes.hour(rng, "en"),
    "qty": lambda rng, _: said.greek(rng.randint(1, 999)),
    "eqty": lambda rng, _: said.english(rng.randint(1, 999)),
    "ref": _reference,
    "phone": _phone,
    "ephone": lambda rng, rest: _said_or_not(rng, rest, _english_phone(rng), "en"),
    "afm": lambda rng, rest: _said_or_not(rng, rest, codes.figures(rng, 9)),
    "id": lambda rng, _: codes.shaped(rng, "LL" + rng.choice(("", "", " ", "-")) + "DDDDDD", codes.GREEK),
    "iban": lambda rng, rest: _said_or_not(rng, rest, "GR" + codes.figures(rng, 25)),
    "email": _mail,
    "eemail": lambda rng, _: codes.mail(rng, _user(rng, []), "en"),
    "card": lambda rng, rest: _card(rng, rest, "el"),
    "ecard": lambda rng, rest: _card(rng, rest, "en"),
    "plate": lambda rng, rest: _said_or_not(rng, rest, _plate(rng, codes.GREEK, "LLL DDDD", "LLLDDDD", "LLL-DDDD")),
    "eplate": lambda rng, rest: _said_or_not(rng, rest, _plate(rng, None, "LLDD LLL", "LLDDLLL", "DLLLDDD"), "en"),
    "code": lambda rng, rest: _said_or_not(rng, rest, _code(rng)),
    "ecode": lambda rng, rest: _said_or_not(rng, rest, _code(rng), "en"),
    "enino": lambda rng, rest: _said_or_not(rng, rest, codes.shaped(rng, "LLDDDDDDL"), "en"),
    "mac": lambda rng, _: ":".join(f"{rng.randint(0, 255):02x}" for _ in range(6)),
    "ip": lambda rng, _: ".".join(str(rng.randint(1, 254)) for _ in range(4)),
    "kwh": lambda rng, _: f"{rng.randint(90, 3000)} kWh",
}  # fmt: skip
