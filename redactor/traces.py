"""Where a removed value still stands in a text, in whatever form: the other way to look than that of the detector.

The detector asks what looks personal; this asks for the very values that were taken out, so it finds them where no
label and no pattern gives them away. Case, accents, look-alikes of the other script, Greeklish and cases of names,
figures or number words, blanks and signs between the parts, spelled letters, addresses that are said ("παπάκι") do not
matter. Which values are worth looking for stands in `sought`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

import ahocorasick

from redactor import name_keys
from redactor.findings import Finding, resolve
from redactor.known import told
from redactor.normalize import NormalizedText, fold, folded
from redactor.recognizers import vocabulary
from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.labels import table
from redactor.recognizers.spoken_lexicon import lexicon
from redactor.regions import Span
from redactor.removed import Removed
from redactor.sought import (
    AT,
    LOOKS,
    SHORTEST_NUMBER,
    WINDOW,
    WORD,
    Sought,
    everyday,
    mail_key,
    number_forms,
    sought,
    told_numbers,
)

DETECTOR = "trace"
_CUE = re.compile(r"^(?:\d+[ \t]*\r?\n)?\d{1,2}:[\d:.,]+ --> .*$", re.MULTILINE)
"""The line of a subtitle that says when, with the number before it: words go on behind it."""
_FIGURES = re.compile(r"\d+")
_THETA = re.compile(r"[a-z]*(?:8[a-z]+)+")
"""A Greeklish word with 8 for θ."""
MANY = 60
"""Of more values than these, as in a table, parts (six digits, a name alone) stand elsewhere by chance."""
_GAP = 6
"""Characters besides blanks that may stand between two parts of a value."""
_WIDE = 60
_LOOSE = 8
"""Letters and digits of a value that is found inside a longer word, too."""
_STEM = 3
_SEEDS = 3
"""So many number words or letters near each other may be an identifier that is said."""
_REACH = 4
_MARGIN = 3
_BEFORE_AT = 14
_BEHIND_STREET = 8


def traces(text: str, removed: Sequence[Removed], *, placeholder: str = "[{type}]") -> tuple[Finding, ...]:
    """Where `text` still says one of `removed`: spans of `text`, detector `trace`, score 1; overlaps are united.

    Placeholders (a pattern with `{type}`) never count.
    """
    return Search(removed, placeholder).find(text)


class Search:
    """Looks for the same values in many texts; made once for an item."""

    def __init__(self, removed: Sequence[Removed], placeholder: str = "[{type}]") -> None:
        self._placeholder = re.compile(re.escape(placeholder).replace(re.escape("{type}"), "[A-Z][A-Z0-9_]*"))
        self._written = ahocorasick.Automaton()
        self._mail: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._capitals: dict[str, str] = {}
        self._together: dict[str, set[int]] = {}
        self._streets: dict[str, set[tuple[str, str]]] = {}
        self._spoken = False
        whole = len(removed) > MANY
        for number, forms in enumerate(sought(removed)):
            self._add(number, forms.whole() if whole else forms)
        self._any = len(self._written) > 0 or bool(self._names or self._streets or self._mail or self._together)
        if len(self._written):
            self._written.make_automaton()

    def _add(self, number: int, forms: Sought) -> None:
        kind = forms.entity_type
        for strings, whole in ((forms.phrases, "phrase"), (forms.codes, "code"), (forms.numbers, "number")):
            # A window may stand anywhere, so it counts for more than a whole number of the same digits.
            for string in strings - forms.windows:
                if self._written.get(string, ("", "", ""))[2] != "window":
                    self._written.add_word(string, (len(string), kind, whole))
        for string in forms.letters - forms.codes:
            if string not in self._written:
                self._written.add_word(string, (len(string), kind, "letters"))
        for run in forms.windows:
            self._written.add_word(run, (len(run), kind, "window"))
        self._spoken = self._spoken or any(len(digits) >= WINDOW for digits in forms.numbers) or bool(forms.names)
        self._mail |= dict.fromkeys(forms.mail, kind)
        self._capitals |= dict.fromkeys(forms.capitals, kind)
        for word in forms.names:
            for key in name_keys.keys(word):
                self._names[key] = kind
        for word in forms.together:
            for key in name_keys.keys(word):
                self._together.setdefault(key, set()).add(number)
        for street, house in forms.streets:
            for key in name_keys.keys(street):
                self._streets.setdefault(key, set()).add((house, kind))

    def __bool__(self) -> bool:
        """False when no value is worth looking for."""
        return self._any

    def find(self, text: str) -> tuple[Finding, ...]:
        """Where `text` says one of the values, see `traces`."""
        if not self._any:
            return ()
        blank = _CUE.sub(lambda match: " " * len(match.group()), text)
        # A sign that is neither blank nor letter: nothing is found across a placeholder.
        masked = self._placeholder.sub(lambda match: "\x1f" * len(match.group()), blank)
        seen = _Text(masked)
        found = [
            *self._as_written(seen),
            *self._as_names(seen),
            *self._as_said(seen),
            *self._as_mail(seen),
        ]
        return resolve(Finding(span, kind, 1.0, DETECTOR) for span, kind in found)

    def _as_written(self, seen: _Text) -> Iterator[tuple[Span, str]]:
        if not len(self._written):
            return
        for end, (size, kind, form) in self._written.iter(seen.stream):
            first, last = seen.at(end + 1 - size), seen.at(end)
            if seen.holds(end + 1 - size, end + 1, first, last, size, form):
                yield seen.source(end + 1 - size, end + 1, first, last), kind

    def _as_names(self, seen: _Text) -> Iterator[tuple[Span, str]]:
        if not (self._names or self._capitals or self._together or self._streets):
            return
        keyed = {word: self._keys(word) for word in set(seen.words)}
        before: tuple[int, frozenset[str]] | None = None
        for i, word in enumerate(seen.words):
            if word in self._capitals and seen.capital(i):
                yield seen.span(i, i), self._capitals[word]
            keys = keyed[word]
            if not keys:
                continue
            known = next((self._names[k] for k in keys if k in self._names), "")
            if known and len(word) > _STEM and (not _common(word) or seen.capital(i)):
                yield seen.span(i, i), known
            if before is not None and before[0] == i - 1 and seen.near(i) and word != seen.words[i - 1]:
                mine = set().union(*(self._together.get(k, ()) for k in keys))
                if mine & set().union(*(self._together.get(k, ()) for k in before[1])) and not keys & before[1]:
                    yield seen.span(i - 1, i), "PERSON"
            yield from self._house(seen, i, keys)
            before = (i, keys)
        for match in _THETA.finditer(seen.plain):
            if known := next((self._names[k] for k in name_keys.keys(match.group()) if k in self._names), ""):
                yield seen.normalized.to_source(Span(match.start(), match.end())), known

    def _keys(self, word: str) -> frozenset[str]:
        if len(word) < name_keys.SHORTEST or word.isdigit():
            return frozenset()
        keys = name_keys.keys(word)
        return keys if any(k in self._names or k in self._together or k in self._streets for k in keys) else frozenset()

    def _house(self, seen: _Text, i: int, keys: frozenset[str]) -> Iterator[tuple[Span, str]]:
        """The number of a street beside its name, in figures or words, behind it or (in English) before it."""
        wanted = {place for k in keys for place in self._streets.get(k, ())}
        if not wanted:
            return
        first, last = max(0, i - 4), min(len(seen.words), i + _BEHIND_STREET)
        start, end = seen.starts[first], seen.ends[last - 1]
        part = seen.plain[start:end]
        figures = [(match.start(), match.end(), frozenset({match.group()})) for match in _FIGURES.finditer(part)]
        for begin, stop, read in (*figures, *told_numbers(part)):
            kind = next((kind for house, kind in wanted if house in read), "")
            here, there = min(start + begin, seen.starts[i]), max(start + stop, seen.ends[i])
            if kind and "\x1f" not in seen.plain[here:there]:
                yield seen.normalized.to_source(Span(here, there)), kind

    def _as_said(self, seen: _Text) -> Iterator[tuple[Span, str]]:
        if not self._spoken:
            return
        for start, end in seen.zones():
            part = NormalizedText(
                seen.plain[start:end], seen.normalized.starts[start:end], seen.normalized.ends[start:end]
            )
            for span, read, spelled in told(part):
                kind = self._spelled(read) if spelled else self._read(read)
                if kind:
                    yield span, kind

    def _spelled(self, read: frozenset[str]) -> str:
        for word in read:
            if known := next((self._names[k] for k in name_keys.keys(word) if k in self._names), ""):
                return known
        return ""

    def _read(self, read: frozenset[str]) -> str:
        """The type of the value that one of the readings of a number is, or gives away."""
        for digits in read if len(self._written) else ():
            for _, (_size, kind, form) in self._written.iter(digits):
                if form in ("number", "window"):
                    return str(kind)
        return ""

    def _as_mail(self, seen: _Text) -> Iterator[tuple[Span, str]]:
        if not self._mail:
            return
        for i in seen.ats():
            for first in range(max(0, i - _BEFORE_AT), i):
                kind = self._mail.get(mail_key(seen.plain[seen.starts[first] : seen.ends[i - 1]]))
                if kind:
                    yield seen.span(first, i - 1), kind
                    break


class _Text:
    """A folded text, its words, and all of its letters and digits as one string."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.normalized = fold(text)
        self.plain = self.normalized.text
        found = [(match.group(), match.start(), match.end()) for match in WORD.finditer(self.plain)]
        self.words = [word for word, _, _ in found]
        self.starts = [start for _, start, _ in found]
        self.ends = [end for _, _, end in found]
        self.stream = "".join(self.words).translate(LOOKS)
        self._places = list(accumulate(map(len, self.words), initial=0))

    def at(self, place: int) -> int:
        """The word that holds the character `place` of the stream."""
        return bisect_right(self._places, place) - 1

    def source(self, start: int, end: int, first: int, last: int) -> Span:
        """The span of the text behind a stretch of the stream."""
        here = self.starts[first] + start - self._places[first]
        return self.normalized.to_source(Span(here, self.starts[last] + end - self._places[last]))

    def span(self, first: int, last: int) -> Span:
        """The span of the text that some words cover."""
        return self.normalized.to_source(Span(self.starts[first], self.ends[last]))

    def near(self, i: int) -> bool:
        """True when a word follows the one before so closely that both may be parts of one value."""
        gap = self.plain[self.ends[i - 1] : self.starts[i]]
        return len(gap) <= _WIDE and "\x1f" not in gap and len("".join(gap.split())) <= _GAP

    def capital(self, i: int) -> bool:
        """True for a word with a capital."""
        return self.text[self.normalized.starts[self.starts[i]]].isupper()

    def holds(self, start: int, end: int, first: int, last: int, size: int, form: str) -> bool:
        """True when a stretch of the stream may be a value of this form and size, as the words part it."""
        if not all(self.near(i) for i in range(first + 1, last + 1)):
            return False
        whole = start == self._places[first] and end == self._places[last + 1]
        if form == "window":
            return True
        if form == "number":
            return whole or size > SHORTEST_NUMBER + 1
        if not whole and size < _LOOSE:
            return False
        # Parted otherwise than by letters or at digits, a short word would be found in "τα νια" and the like.
        pieces = self.words[first : last + 1]
        spelled = all(len(piece) == 1 for piece in pieces)
        if form == "letters":
            return spelled
        return form == "phrase" or size >= _LOOSE or spelled or len(pieces) == 1 or any(map(str.isdigit, pieces))

    def zones(self) -> Iterator[tuple[int, int]]:
        """Stretches of the folded text in which numbers or letters are told in words."""
        seeds, letters = _stems(), _letters()
        known = {word: word.isdigit() or word[:_STEM] in seeds or word in letters for word in set(self.words)}
        places = [i for i, word in enumerate(self.words) if known[word]]
        run: list[int] = []
        for i in [*places, None]:
            if run and (i is None or i - run[-1] > _REACH):
                if len(run) >= _SEEDS:
                    first, last = max(0, run[0] - _MARGIN), min(len(self.words) - 1, run[-1] + _MARGIN)
                    yield self.starts[first], self.ends[last]
                run = []
            if i is not None:
                run.append(i)

    def ats(self) -> Iterator[int]:
        """The words that an @ stands before, and those that say it."""
        for match in re.finditer("@", self.plain):
            i = bisect_right(self.starts, match.start())
            if i:
                yield i
        yield from (i for i, word in enumerate(self.words) if word in AT and i)


def _common(word: str) -> bool:
    """True for a folded word of the text that is an everyday word where it stands; Greeklish ones are none."""
    if not word.isascii():
        return everyday(word)
    return word in STOP or (0 < vocabulary.english(word) < vocabulary.CAPITALISED and everyday(word))


@cache
def _stems() -> frozenset[str]:
    return frozenset(form[:_STEM] for form in number_forms())


@cache
def _letters() -> frozenset[str]:
    names = {word for _, (kind, _, forms) in table("el", "spoken.tsv") if kind == "letter" for word in forms.split()}
    english = {name for name in lexicon().letters if not name.startswith("~")}
    return frozenset(map(folded, names)) | english | frozenset("abcdefghijklmnopqrstuvwxyz")
