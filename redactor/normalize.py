"""Text folded for matching, with the way back to the original characters.

`clean` undoes what hides text from any recognizer (compatibility forms, invisible and bidirectional marks, odd blanks,
dashes and digits of other scripts, escapes of JSON inside a text). `fold` goes on to lower case without accents, for
matching Greek and English "as it sounds on paper". Both keep, for each character, where it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from redactor.regions import Span

_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣-", "-")
_ESCAPE = re.compile(
    r"(?<!\\)\\++(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\++u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u(?P<code>[0-9a-fA-F]{4})|[nrt](?![a-z]))"
)
"""Of JSON (RFC 8259), however often it was escaped; one that breaks a line could also begin a folder (`c:\\new`)."""
_ROUNDS = 5
"""So often an escape may be what another one stands for."""
_QUOTES = dict.fromkeys("‘’ʼ´`΄᾽", "'")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A folded text and the source offsets of its characters."""

    text: str = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    """For each character of `text`: the offset of the first source character it stands for."""
    ends: Sequence[int] = field(repr=False)
    """For each character of `text`: one past the last source character it stands for."""

    @property
    def unmoved(self) -> bool:
        """True when each character stands where its source stands."""
        return isinstance(self.starts, range)

    def to_source(self, span: Span) -> Span:
        """The source characters behind `span` of the folded text (at least one folded character long)."""
        if not 0 <= span.start < span.end <= len(self.text):
            raise ValueError(f"[{span.start}, {span.end}) is outside a text of {len(self.text)} characters")
        return Span(self.starts[span.start], self.ends[span.end - 1])


def clean(text: str) -> NormalizedText:
    """Compatibility-composed text without invisible characters; blanks, dashes, quotes and digits made plain ASCII."""
    return _build(text, _CLEANED)


def fold(text: str) -> NormalizedText:
    """`clean`, then lower case without accents, final sigma as sigma: the form in which Greek is compared."""
    return _build(text, _FOLDED)


def folded(text: str) -> str:
    """The text of `fold`, for word lists."""
    return fold(text).text


class _Forms(dict[int, str]):
    """Code point -> its form, filled as characters are met; `str.translate` reads it at the speed of C."""

    def __init__(self, change: Callable[[str], str]) -> None:
        self._change = change
        self.even: set[str] = set()
        """Characters that stand for exactly one character by themselves, as far as they were met."""
        self.same: set[str] = set()
        """Those that stand for themselves."""

    def __missing__(self, code: int) -> str:
        form = self.cluster(chr(code))
        if len(self) < _MOST_FORMS:
            self[code] = form
        return form

    def cluster(self, cluster: str) -> str:
        """The form of a character with the combining marks behind it."""
        return self._change(cluster)


def _build(text: str, forms: _Forms, rounds: int = _ROUNDS) -> NormalizedText:
    if rounds and "\\" in text and _ESCAPE.search(text):
        return _unescaped(text, forms, rounds - 1)
    chars = set(text)
    if forms.same.issuperset(chars):
        return NormalizedText(text, range(len(text)), range(1, len(text) + 1))
    if text.isascii() or forms.even.issuperset(chars) or not any(_uneven(char, forms) for char in chars):
        return NormalizedText(text.translate(forms), range(len(text)), range(1, len(text) + 1))
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        for char in forms[ord(text[at])] if end == at + 1 else forms.cluster(text[at:end]):
            out.append(char)
            starts.append(at)
            ends.append(end)
        at = end
    return NormalizedText("".join(out), tuple(starts), tuple(ends))


def _unescaped(text: str, forms: _Forms, rounds: int) -> NormalizedText:
    """As `_build`, each escape as the character that it stands for."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for escape in _ESCAPE.finditer(text):
        out += [text[at : escape.start()], _character(escape)]
        starts += [*range(at, escape.start()), escape.start()]
        ends += [*range(at + 1, escape.start() + 1), escape.end()]
        at = escape.end()
    out.append(text[at:])
    starts += range(at, len(text))
    ends += range(at + 1, len(text) + 1)
    plain = _build("".join(out), forms, rounds)
    return NormalizedText(plain.text, [starts[at] for at in plain.starts], [ends[at - 1] for at in plain.ends])


def _character(escape: re.Match[str]) -> str:
    if escape["high"]:
        return chr(0x10000 + ((int(escape["high"], 16) & 0x3FF) << 10) + (int(escape["low"], 16) & 0x3FF))
    char = chr(int(escape["code"], 16)) if escape["code"] else "\n"
    category = unicodedata.category(char)
    return "\ufffd" if category == "Cs" else " " if category == "Cc" and char != "\n" else char


def _uneven(char: str, forms: _Forms) -> bool:
    """True when a character does not stand for exactly one character by itself."""
    if unicodedata.combining(char) != 0 or len(forms[ord(char)]) != 1:
        return True
    if len(forms.even) < _MOST_FORMS:
        forms.even.add(char)
        if forms[ord(char)] == char:
            forms.same.add(char)
    return False


def _clean_char(cluster: str) -> str:
    if cluster.isascii():
        return cluster
    result = []
    for char in unicodedata.normalize("NFKC", cluster):
        category = unicodedata.category(char)
        if category == "Cf":
            continue
        if category == "Nd":
            result.append(str(unicodedata.digit(char)))
        elif category == "Zs":
            result.append(" ")
        else:
            result.append(_DASHES.get(char) or _QUOTES.get(char) or char)
    return "".join(result)


def _fold_char(cluster: str) -> str:
    if cluster.isascii():
        return cluster.lower()
    plain = unicodedata.normalize("NFD", _clean_char(cluster).lower())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ς", "σ")


_MOST_FORMS = 20_000
_CLEANED, _FOLDED = _Forms(_clean_char), _Forms(_fold_char)
