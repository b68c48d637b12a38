"""Tokens behind the words for a user name or a password: which stretch of text is the secret, and how sure that is.

A token is taken when it is shaped like a secret (letters with digits, signs inside, case changing inside), wherever it
stands near its label; a plain word only when a colon, "is" or a question says that it is the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from redactor.normalize import folded
from redactor.recognizers import vocabulary
from redactor.recognizers.context import coupon
from redactor.recognizers.el.phrases import STOP, words
from redactor.recognizers.labels import LANGUAGES, places, table
from redactor.recognizers.view import View, look_alike

_NEAR = 110
"""Characters behind a label in which a token shaped like a secret is looked for, over three lines at most."""
_LINES = 3
_TOKEN = re.compile(r"[^\s«»“”\"<>|;,]{3,64}")
_TIGHT = re.compile(
    r"[ \t\"'»)]{0,3}(?:(?:μου|μ|m|σου|σασ|sas|του|τησ|ειναι|einai|to|το|τα|is|was|be|ωσ|no|num|are|my|for|in|"
    r"app|sthn|sto|στην|στο|εφαρμογη|πελατη|the|your|wifi|wi-fi|που|εβαλα|βαζω|εβαζα|"
    r"κανω|dinw|vazw|evala|bazw)[ \t:]{1,3}){0,4}"
    r"(?P<mark>[:=#>\-–]{0,2})[ \t\"'«“]{0,3}\n?"
)
_FILLED = re.compile(r"[ \t.!]{0,3}(?:\Z|[\n\t\"'»”<>|}&]|[,;][ ]?[\w \-]{1,24}[:=])")
"""Behind a token that is all there is in its line, quote, cell or element, or before the next key."""
_NOUN = re.compile(r"[ \t](?:του |τησ )?([^\W\d_]+)")
_COLUMN = re.compile(r"[ \t]?[|;\t,][ \t]?(?:προιον|ειδοσ|περιγραφη|product|item|description)(?![^\W_])")
_GOODS = re.compile(r"[ \t]*(?:προιον|ειδοσ|ποσοτητα|product|item|quantity)[ \t]?:")
_NUMBER = re.compile(r"[ \t]?:[ \t]?\d+[ \t]*(?:\n|\Z)")
_ABOVE = 160
_SPEAKER = re.compile(r"^[^\n\w]{0,3}(?:[\d:.]{4,8}[\] -]{1,4})?([^\W\d_]{2,20}):[ \t]+([^\n]*)", re.MULTILINE)
_OFTEN = 2
"""Lines of one speaker in a chat, at least."""
_CODED = re.compile(
    r"(?<![^\W_])(?:errors?|σφαλμα\w{0,3}|λαθουσ|faults?|dispute|asset tag(?: on the \w+ is)?|"
    r"εκδοση|version|αρχειο|file)[ ](?:code |κωδικο[συ]? )?[(\"'«]?\Z"
)
"""In front of the code of an error, a version, a file."""
_BEFORE = 40
_SAYS = re.compile(r"(?<![^\W_])(?:is|was|einai|ειναι|itan|ηταν)[ ][ \"'«“]{0,2}\Z")
_VERB = 10
_KEY = re.compile(r"[\"']?[ \t]?[:=]")
_SAID = re.compile(r"[:=#]|(?<![^\W_])(?:is|was|einai|ειναι|itan|ηταν)(?![^\W_])")
_ASKED = re.compile(r"[^\n]{0,60}[;?:][ \t]{0,2}\n(?:[ \t]*[^\n:\]]{1,24}[:\]][ \t]{1,2})?")
"""A question or heading that ends its line, and the name of the next speaker."""
_BARE = frozenset(
    look_alike(folded(word)) for word in ("username", "user name", "user id", "userid", "login name", "όνομα χρήστη")
)
"""Labels that stand before nothing but a name."""
_BARE_LETTERS = 5
_LABEL_END = " : "
"""Behind the keys of data (`tax_id : 123456783`)."""
_PLAIN = _BARE | frozenset(
    look_alike(folded(word)) for word in ("user", "login", "χρήστης", "onoma xristi", "onoma xrhsth")
)
"""Labels behind which a token that is in no word list is a name, if nothing parts the two."""
_ACRONYM = 5
_PHRASE = re.compile(r"(?:[ ][^\s.,;:!?()\[\]<>\"]{1,20}){1,5}(?=[ \t]?(?:[.!,\n]|\Z))")
"""The other words of a password of several, up to the end of its clause."""
_CODES = frozenset(look_alike(folded(word)) for word in ("κωδικός", "κωδικό"))
"""Labels that in front of quotes are of errors and goods as well."""
_QUOTED = re.compile(r"(?:[ ](?:is|was|ειναι|ηταν|einai))?:?[ ][\"«“']([^\n\"»”']{3,40})[\"»”']")
_INSIDE = re.compile(r"[^\W_][_.#!$%&*+@\\/\-][^\W_]|[^\W_]{3}[!#$%&*@+]+$")


@cache
def _remarks() -> frozenset[str]:
    """Words that follow a label without being its value ("my password is wrong")."""
    rows = (row for language in LANGUAGES for _, row in table(language, "remarks.tsv"))
    return frozenset(folded(word) for row in rows for word in row[0].split())


def secrets(text: View, entity: str) -> Iterator[tuple[int, int, float]]:
    """`(start, end, score)` of each value behind a label of `entity`; `USERNAME` or `PASSWORD`."""
    for start, at in places(text, entity):
        # Inside a key ("userAgent") the rest of the key follows, and no value.
        if entity == "PASSWORD" and _of_goods(text, start, at):
            continue
        if entity == "USERNAME" and _speaks(text, start, at):
            continue
        whole = not text.plain[at : at + 1].isalpha()
        value = _value(text, at, text.latin[start:at]) if whole else None
        if value is not None and not (entity == "USERNAME" and _called(text, *value)):
            yield value[0], _phrase(text, *value) if entity == "PASSWORD" else value[1], 0.6
        if (
            entity == "PASSWORD"
            and whole
            and text.latin[start:at] not in _CODES
            and (quoted := _quoted(text, at)) is not None
        ):
            yield *quoted, 0.6
        for first, last in _shaped(text, at):
            yield first, last, 0.5


def _value(text: View, at: int, label: str) -> tuple[int, int] | None:
    """The token behind a label that ends at `at`; an answer on the next line only when its own line has no value."""
    tight = _tight(text, at, bare=label in _BARE) or (_unlisted(text, at) if label in _PLAIN else None)
    if tight is not None or _given(text, at) is not None:
        return tight
    return _answer(text, at)


def _phrase(text: View, start: int, end: int) -> int:
    """The end of a password of several words ("sunny side up 4"); `end` itself where little words say it is none.

    A number at the end is of the password whatever stands before it.
    """
    more = _PHRASE.match(text.plain, end)
    if more is None or not text.plain[start:end].isalpha():
        return end
    others = more.group().split()
    little = any(word in _remarks() or (word in STOP and not word.isdigit()) for word in others)
    numbered = any(map(str.isdigit, others[-1]))
    return more.end() if numbered or not little else end


def _quoted(text: View, at: int) -> tuple[int, int] | None:
    """What stands in quotes right behind a label, be it of several words; no remark on it ('password "invalid"')."""
    quoted = _QUOTED.match(text.plain, at)
    if quoted is None:
        return None
    said = quoted.group(1).split()
    remark = not said or said[0] in STOP or any(word.strip(".!") in _remarks() for word in said)
    return None if remark else quoted.span(1)


def _given(text: View, at: int) -> tuple[int, int] | None:
    """The token behind a colon or an equals sign on the label's own line, or in its element."""
    gap = _TIGHT.match(text.plain, at)
    if gap is None or "\n" in gap.group():
        return None
    value = _token(text, gap.end()) if gap["mark"] else None
    if value is None or set(gap["mark"]) & set(":="):
        return value
    return value if gap["mark"] == ">" and text.plain.startswith("</", value[1]) else None


def _tight(text: View, at: int, *, bare: bool) -> tuple[int, int] | None:
    """The token right behind a label, with only little words and a sign between them."""
    gap = _TIGHT.match(text.plain, at)
    start = gap.end() if gap else at
    value = _token(text, start)
    if value is None or any(p.fullmatch(text.plain, *value) for p in (_MEASURE, _FAULT)) or _writes(text, *value):
        return None
    given = value == _given(text, at)
    said = given or _SAID.search(text.plain, at, start) is not None
    if not said and coupon(text, *value):
        return None
    plain = text.plain[value[0] : value[1]]
    stops = plain in STOP and not (given and _fills(text, *value))
    if shaped(text, *value) or (said and plain not in _remarks() and not stops and not plain.isdigit()):
        return value
    if bare and len(plain) >= _BARE_LETTERS and plain.isascii() and plain not in _remarks() and plain not in STOP:
        return value
    return value if said and plain.isdigit() and len(plain) >= 4 else None


def _unlisted(text: View, at: int) -> tuple[int, int] | None:
    """The Latin token right behind a label, when it is in no list of words ("user gpap", not "user guide")."""
    start = at
    while text.plain[start : start + 1] in {" ", '"', "'"}:
        start += 1
    value = _token(text, start) if start > at else None
    if value is None:
        return None
    plain = text.plain[slice(*value)]
    acronym = len(plain) <= _ACRONYM and text.capitals(*value)
    if not (plain.isascii() and plain.isalpha()) or acronym or plain in _remarks() or plain in STOP:
        return None
    return None if vocabulary.english(plain) or vocabulary.greeklish(plain) else value


def _fills(text: View, start: int, end: int) -> bool:
    """True for all that its line or its quotes hold, but for placeholders."""
    return text.plain[start - 1] not in "[(<" and _FILLED.match(text.plain, end) is not None


def _answer(text: View, at: int) -> tuple[int, int] | None:
    """The first token of the next line, when the label's own line ends in a question or a colon."""
    asked = _ASKED.match(text.plain, at)
    value = _token(text, asked.end()) if asked else None
    if value is None:
        return None
    plain = text.plain[slice(*value)]
    if plain.rstrip("!") in _remarks() | STOP or _writes(text, *value):
        return None
    end_of_line = text.plain.find("\n", value[1])
    rest = text.plain[value[1] : end_of_line if end_of_line >= 0 else len(text.plain)].strip(" .!")
    return value if shaped(text, *value) or not rest else None


def _shaped(text: View, at: int) -> Iterator[tuple[int, int]]:
    """Tokens near a label that can be nothing but a secret."""
    lines = text.plain[at : at + _NEAR].split("\n")[: _LINES + 1]
    limit = at + len("\n".join(lines))
    for match in _TOKEN.finditer(text.plain, at, limit):
        start, end = _trimmed(text, *match.span())
        if text.plain.startswith(_LABEL_END, end):
            continue
        # "cardCvv:" is the next key.
        key = text.plain[start:end].isalpha() and _KEY.match(text.plain, end)
        common = _everyday(text.plain[start:end]) or _called(text, start, end) or _writes(text, start, end)
        common = common or _CODED.search(text.plain, max(0, start - _BEFORE), start) is not None
        common = common or coupon(text, start, end)
        if end - start >= 6 and not key and shaped(text, start, end) and not common:
            yield start, end


def _speaks(text: View, start: int, at: int) -> bool:
    """True for the label of a chat's lines ("User: ...", "Χρήστης: ..."), among those of others who speak."""
    if not text.plain.startswith(":", at):
        return False
    lines = [match.groups() for match in _SPEAKER.finditer(text.plain)]
    first = text.plain.rfind("\n", 0, start) + 1
    said = [what for who, what in lines if who == text.plain[start:at]]
    others = any(who in words("role") for who, _ in lines if who != text.plain[start:at])
    talks = others and len(said) >= _OFTEN and any(" " in what.strip() for what in said)
    return talks and not any(map(str.isalpha, text.plain[first:start]))


def _of_goods(text: View, start: int, at: int) -> bool:
    """True when a label is that of goods or papers, not a secret: "κωδικός είδους", "Προϊόν: ...", "Κωδικός: ..."."""
    if (noun := _NOUN.match(text.plain, at)) and noun[1] in words("code of"):
        return True
    line = text.plain.rfind("\n", 0, start) + 1
    if text.plain[line:start].strip():
        return False
    above = text.plain[max(0, line - _ABOVE) : line].split("\n")[-_LINES - 1 : -1]
    numbered = _NUMBER.match(text.plain, at) is not None and any(map(_GOODS.match, above))
    return numbered or _COLUMN.match(text.plain, at) is not None


def _token(text: View, start: int) -> tuple[int, int] | None:
    match = _TOKEN.match(text.plain, start)
    if match is None:
        return None
    start, end = _trimmed(text, *match.span())
    return (start, end) if end - start >= 3 else None


def _trimmed(text: View, start: int, end: int) -> tuple[int, int]:
    while end > start and text.plain[end - 1] in ".,:)]'/":
        end -= 1
    while start < end and text.plain[start] in "([':":
        start += 1
    return start, end


def shaped(text: View, start: int, end: int) -> bool:
    """True for letters with digits, a sign between letters, or capitals inside a word."""
    plain = text.plain[start:end]
    letters, digits = any(c.isalpha() for c in plain), any(c.isdigit() for c in plain)
    if not letters:
        return False
    written = [text.upper(k) for k in range(start, end)]
    inside = any(b and not a for a, b in pairwise(written))
    camel = inside and plain.isalnum() and not all(written[1:])
    return digits or camel or _INSIDE.search(plain) is not None


_MEASURE = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?|(?:19|20)\d\d-\d{2}-\d{2}(?:t\d{2}:\d{2}.*)?|[€$£]\d[\d.,]*|\d[\d.,]*[€$£%](?:/[^\W\d_]+)?"
)
"""Times, days and amounts as they are written: no secrets, whatever stands before them."""
_FAULT = re.compile(r"e-\d{3,6}|err(?:or)?(?:[_-][a-z]+)*[_-]?\d{1,6}")
"""Codes of errors as machines show them (E-4107, ERR_AUTH_31): no secrets, though they are called codes."""
_TECHNIQUE = re.compile(r"wpa\d|ikev\d|tls\d|sha\d{1,3}|md5|usb\d|hdmi\d")
_EVERYDAY = re.compile(
    r"\d{1,2}-?(?:digits?|ψηφι\w+|μην[οα]\w?|μερ[οα]\w?|ωρ[οα]\w?|χρον[οα]\w?|month|day|hour)|\d+mah|"
    r"[\w.+\-]{1,64}@.*|https?:.*|www\..*|\d{1,4}(?:gb|mb|tb|mbps|kwh|g|k|x|ησ|η|ο|οσ|α|th|st|nd|rd|am|pm|h|min|ms|px|w)|"
    r"(?:[^\W\d_]{1,20}[/\-.]){1,3}[^\W\d_]{1,20}|(?:wi-?fi|ipv?[46]|win\d{1,2}|ios\d*|4g|5g|3d|mp[34]|h264|covid-?19|co2|u2f|2fa)"
)


def coded(plain: str) -> bool:
    """True for the code of an error or the name of a technique (E-4107, WPA3), whatever it is called."""
    return _FAULT.fullmatch(plain) is not None or technique(plain)


def technique(plain: str) -> bool:
    """True for the name of a technique (WPA3, SHA256)."""
    return _TECHNIQUE.fullmatch(plain) is not None


def is_role(nick: str) -> bool:
    """True for "agent_04", "agent_b", "sales_bot", "guest_418": who writes is not told."""
    parts = [part for part in re.split(r"[._\d]+", nick) if part]
    tail = all(len(part) == 1 or part in words("role") for part in parts[1:])
    return tail and bool(parts) and len(nick) > len(parts[0]) and parts[0] in words("role")


def _writes(text: View, start: int, end: int) -> bool:
    """True for a role that begins a line of a chat: "sales_bot: ..."; elsewhere "admin_2024" may be a secret."""
    line = text.plain.rfind("\n", 0, start) + 1
    first = not any(map(str.isalpha, text.plain[line:start]))
    return first and text.plain[end : end + 2] in {":", ": "} and is_role(text.plain[start:end])


def _called(text: View, start: int, end: int) -> bool:
    """True for an ordinary word that is called out ("Καλησπέρα!"), and not said to be the secret ("is summer!")."""
    plain = text.plain[start:end]
    word = plain.rstrip("!")
    if word == plain or not word.isalpha() or _SAYS.search(text.plain, max(0, start - _VERB), start):
        return False
    opens = text.starts_sentence(start) or text.plain[:start].endswith((": ", "] "))
    if any(text.upper(at) for at in range(start, end)) and not opens:
        return False
    return bool(vocabulary.english(word) or vocabulary.greek(word) or vocabulary.greeklish(word))


def _everyday(plain: str) -> bool:
    """Addresses, dates, amounts, ordinals, words joined by a sign: near a label by chance."""
    return any(pattern.fullmatch(plain) for pattern in (_EVERYDAY, _MEASURE, _FAULT, _TECHNIQUE))
