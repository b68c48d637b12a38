"""Texts that could make detection slow: what repeats without end, what nearly matches, what never ends."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable

_REPEATED = {
    "one Latin letter": "a",
    "one Greek letter": "α",
    "Greek capitals": "Α",
    "Latin capitals": "QWERTY",
    "capital words": "ΑΒΓΔ ΕΖΗΘ ",
    "endless digits": "1234567890",
    "zeros": "0",
    "digits in groups": "123 456 7890 ",
    "digits with hyphens": "12-34-",
    "letters and digits in turn": "a1",
    "Greek letters and digits in turn": "α1",
    "a@": "a@",
    "e-mail without end": "a.b@c.d.",
    "at signs": "@",
    "dots": ".",
    "dashes": "-",
    "underscores": "_",
    "slashes": "1/",
    "plus signs": "+30",
    "brackets": "(",
    "brackets in pairs": "[(<{}>)]",
    "placeholders": "<PERSON> ",
    "tags": "<b a='1'>",
    "quotes": "\"'«»",
    "commas": ",",
    "semicolons and blanks": "; ",
    "CSV with a header": "name,phone,afm,iban\n,,,\n",
    "colons": ":",
    "IPv6": "fe80:",
    "IPv4": "10.0.",
    "http://": "http://",
    "www.": "www.",
    "path without end": "/a%20b?c=",
    "combining accents": "\u0301",
    "letters with many accents": "α\u0301\u0308",
    "emoji": "😀",
    "joined emoji": "👩\u200d👧",
    "zero width": "\u200b",
    "letters with zero width": "6\u200b",
    "right to left marks": "\u202eα",
    "control characters": "\x01\x02",
    "ligatures": "ﬃ",
    "full-width digits": "１２３",
    "Arabic digits": "١٢٣ ",
    "superscripts": "²³",
    "newlines": "\n",
    "carriage returns": "\r\n",
    "one letter a line": "α\n",
    "record breaks": "\n\f\n",
    "blanks": " ",
    "tabs": "\t",
    "no-break blanks": "\u00a0",
    "rf18": "rf18",
    "RF in groups": "RF18 5390 ",
    "IBAN-like": "GR1601101250000000012300",
    "IBAN in groups": "GR16 0110 ",
    "IBAN begun": "GR16 ",
    "cards": "4111 1111 1111 1111 ",
    "cards one digit short": "411111111111111 ",
    "plates": "ΥΖΑ-1234 ",
    "identity cards": "ΑΒ 123456 ",
    "dates": "01/02/1980 ",
    "zero, spoken": "μηδέν ",
    "tens, spoken": "εξήντα εννέα ",
    "English numbers, spoken": "double five oh ",
    "number words joined": "έναδύοτρία",
    "number words with fillers": "δύο, εε, ",
    "spelled letters": "Α Β Γ ",
    "spelled names": "άλφα βήτα ",
    "spoken e-mail": "παπάκι τελεία ",
    "spoken e-mail, English": "dot at ",
    "labels": "ΑΦΜ: ",
    "labels without colon": "τηλέφωνο κινητό αριθμός ",
    "English labels": "phone number account card ",
    "label and value": "κωδικός πελάτη 12 ",
    "password label": "password: ",
    "titles": "κύριε ",
    "English titles": "Mr. Dr. ",
    "introductions": "με λένε ",
    "names": "Γιώργος Παπαδόπουλος ",
    "names in lower case": "γιώργος παπαδόπουλος ",
    "English names": "John Smith ",
    "names joined": "Παπαδόπουλος",
    "initials": "Γ. Π. ",
    "streets": "οδός Ερμού 12 ",
    "towns": "Αθήνα, ",
    "greeklish": "me lene Giorgo ",
    "illnesses": "διαβήτης ",
    "look-alikes": "АΑAеεe",
    "JSON": '{"name":[',
}


def texts(size: int) -> dict[str, Callable[[], str]]:
    """Makers of texts of `size` bytes of UTF-8, by kind; the same at every call."""
    makers: dict[str, Callable[[], str]] = {
        kind: lambda unit=unit: _fill(unit, size)  # type: ignore[misc]
        for kind, unit in _REPEATED.items()
    }
    makers["random base64"] = lambda: _cut(base64.b64encode(random.Random(1).randbytes(size)).decode(), size)
    makers["random Greek words"] = lambda: _words("αβγδεζηθικλμνξοπρστυφχψω", size)
    makers["random Greek names"] = lambda: _words("αβγδεζηθικλμνξοπρστυφχψω", size, capital=True)
    makers["random Latin words"] = lambda: _words(string.ascii_lowercase, size)
    makers["random Latin names"] = lambda: _words(string.ascii_lowercase, size, capital=True)
    makers["random digits and blanks"] = lambda: _words(string.digits, size)
    makers["random identifiers"] = lambda: _words("ΑΒΓΕΖABCEZ0123456789-./", size)
    makers["random ASCII"] = lambda: _characters(string.printable, size)
    makers["random two alphabets"] = lambda: _characters("αaеοoоАAΑ ", size)
    return makers


def _fill(unit: str, size: int) -> str:
    return _cut(unit * (size // len(unit.encode()) + 1), size)


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def _words(alphabet: str, size: int, *, capital: bool = False) -> str:
    source = random.Random(2)
    words, length = [], 0
    while length < size:
        word = "".join(source.choices(alphabet, k=source.randint(2, 11)))
        words.append(word.capitalize() if capital else word)
        length += len(word.encode()) + 1
    return _cut(" ".join(words), size)


def _characters(alphabet: str, size: int) -> str:
    return _cut("".join(random.Random(3).choices(alphabet, k=size)), size)
