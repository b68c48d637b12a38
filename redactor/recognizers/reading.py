"""A text read for names: what each word is where it stands, whether a name may open with it, and how far it goes."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cached_property

from redactor.recognizers import places, vocabulary
from redactor.recognizers.announcement import tokens
from redactor.recognizers.el.ambiguous import AMBIGUOUS_SURNAMES, PLACES
from redactor.recognizers.el.phrases import GREEKLISH_STOP, ORGANISATIONS, RELATIVES, STOP, TITLES, words
from redactor.recognizers.gazetteer import Standing, is_town, standing
from redactor.recognizers.greeklish import greek_key
from redactor.recognizers.view import View, Word

MOST_WORDS = 4
"""Words of the longest name."""
_SOFT = re.compile(r"[ \t]{1,3}|[ ]?-[ ]?|[ ]?'[ ]?")
_POINT = re.compile(r"\.[ ]?")
_PARTICLES = words("particle")
_COMMON = 2
"""English words up to this level are too common to be taken for a surname in lower case."""
_GREEKLISH, _ENGLISH = words("function", "el"), words("function", "en")
_NEAR = 40
_SPEAKS = words("speaks")
_STOP_KEYS = frozenset("~" + greek_key(word) for word in STOP if not word.isascii() and len(word) > 3)
_NO_INITIALS = words("initial")
_SUFFIXES = words("suffix")
_MAKERS = words("maker")
_LETTERS, _SPELT_WITH = words("letter name"), words("spelt with")
"""Names of letters that are first names too, and what stands in front of the letter: "με γιώτα", "δύο γιώτα"."""


class Strength(IntEnum):
    """How much speaks for a name before the word itself is seen."""

    NEAR = 1
    """Names often stand here: only sure names and capitalised unknown words are taken."""
    LIKELY = 2
    """Unknown words are taken in any case."""
    SURE = 3
    """Doubtful names in lower case, and capitalised words of any kind too."""


class Reading:
    """The words of a view with their standing; made once for each text."""

    def __init__(self, text: View) -> None:
        self.text = text
        self.words = text.words
        self._forms = [_form(word.text) for word in self.words]
        self._latin = [not "α" <= word.text[0] <= "ω" for word in self.words]
        self._stopped: list[bool | None] = [None] * len(self.words)
        self._standing: list[Standing | None] = [None] * len(self.words)

    @cached_property
    def greeklish(self) -> bool:
        """True when the Latin words are rather Greek than English."""
        latin = [word.text for i, word in enumerate(self.words) if self.latin(i)]
        greek, english = (sum(form in known for form in latin) for known in (_GREEKLISH, _ENGLISH))
        if greek or english:
            return greek > english
        read = sum(vocabulary.english(form) == 0 and vocabulary.greeklish(form) for form in latin)
        return 2 * read > len(latin)

    @cached_property
    def punctuated(self) -> bool:
        """True when sentences begin with capitals: in such a text a name has one too, as a rule."""
        starts = [
            word.title
            for word in self.words
            if self.text.plain[word.end : word.end + 1] != ":" and self.text.starts_sentence(word.start)
        ]
        return 2 * sum(starts) > len(starts)

    def latin(self, i: int) -> bool:
        """True when the word is in Latin letters, with or without marks."""
        return self._latin[i]

    def form(self, i: int) -> str:
        """The folded word without an English genitive."""
        return self._forms[i]

    def end(self, i: int) -> int:
        """Where the word ends without an English genitive."""
        word = self.words[i]
        return word.end - 2 if word.text.endswith("'s") else word.end

    def standing(self, i: int) -> Standing:
        """What the word is; in Greeklish a Greek word is no English name."""
        known = self._standing[i]
        if known is None:
            known = self._standing[i] = self._stands(i)
        return known

    def _stands(self, i: int) -> Standing:
        form = self._forms[i]
        found = standing(form)
        if self._latin[i] and self.greeklish and vocabulary.greeklish(form):
            return Standing(min(found.first, 1), min(found.last, 1), word=True)
        return found

    def cased(self, i: int) -> bool:
        """True when the word has a capital that tells something: there is lower case near by."""
        word = self.words[i]
        return word.title or (word.capitals and self._lower_near(word))

    def stopped(self, i: int) -> bool:
        """A word that is no name whatever stands before it."""
        known = self._stopped[i]
        if known is None:
            known = self._stopped[i] = self._is_stopped(i)
        return known

    def _is_stopped(self, i: int) -> bool:
        word = self.words[i]
        form, plain = word.text, self.text.plain
        if len(form) < 2 or plain[word.end : word.end + 1].isdigit() or plain[word.start - 1 : word.start].isdigit():
            return True
        if form in _LETTERS and not word.title and i and self.words[i - 1].text in _SPELT_WITH:
            return True
        if word.title and form in GREEKLISH_STOP and not self.greeklish and not self.text.starts_sentence(word.start):
            return False
        made = form in _MAKERS and not standing(form).listed
        stopped = made or form in STOP or form in TITLES or _elided(form)
        if not stopped and len(form) > 3 and (self.greeklish or not self.latin(i)):
            stopped = not _STOP_KEYS.isdisjoint(tokens(form)) and not self.standing(i).sure
        return stopped or (form in RELATIVES and not (self.latin(i) and word.title))

    def place(self, i: int) -> bool:
        """A town or the like that is no first name."""
        form = self.form(i)
        return self.standing(i).first < 2 and (is_town(form) or places.town([form]))

    def organisation(self, first: int, last: int) -> bool:
        """True when words `first..last`, or the capitalised one behind them, name a company or a place of business."""
        if any(self.words[i].text in ORGANISATIONS for i in range(first, last + 1)):
            return True
        return self._soft(last) and self.words[last + 1].text in ORGANISATIONS and self.cased(last + 1)

    def opens(self, i: int, strength: Strength) -> bool:
        """True when a name may open with word `i` after an announcement of `strength`."""
        if i >= len(self.words) or self.stopped(i):
            return False
        if strength >= Strength.LIKELY and self._particle(i):
            behind = next((k for k in range(i, min(i + 4, len(self.words))) if not self._particle(k)), i)
            return behind > i and not self.stopped(behind) and not self._plain_word(behind)
        found = self.standing(i)
        if found.sure:
            if strength == Strength.NEAR and found.first < 2:
                return self.cased(i) and not self.place(i)
            return strength >= Strength.LIKELY or self.cased(i) or len(self.form(i)) > 3
        if found.listed:
            return self._opens_doubtful(i, strength)
        return self._opens_unknown(i, strength) if found.unknown else self._opens_word(i, strength)

    def _opens_doubtful(self, i: int, strength: Strength) -> bool:
        """A name that is a word too: with a capital, or where a name is asked for, or with a name behind it."""
        found, form = self.standing(i), self.form(i)
        if strength == Strength.NEAR and form in AMBIGUOUS_SURNAMES and not self._name_behind(i):
            return False
        product = vocabulary.english(form) >= vocabulary.CAPITALISED
        if (form in PLACES or product) and strength < Strength.SURE:
            return self.cased(i) and strength >= Strength.LIKELY - (form in PLACES) and self._name_behind(i)
        if self.cased(i):
            inside = not self.text.starts_sentence(self.words[i].start)
            return strength >= Strength.LIKELY or (inside and not self.place(i))
        if strength == Strength.SURE:
            return not 0 < vocabulary.english(form) <= _COMMON
        return strength == Strength.LIKELY and (self._name_behind(i) or (found.first > 0 and self._speaks(i)))

    def _opens_unknown(self, i: int, strength: Strength) -> bool:
        """A word of no dictionary; in a text of whole sentences a Greek one in lower case is rather misheard."""
        if len(self.form(i)) < 3 or self._coined(i) or (strength < Strength.SURE and self.place(i)):
            return False
        if strength == Strength.LIKELY and not (self.cased(i) or self.latin(i)) and self.punctuated:
            return False
        form = self.form(i)
        if form.endswith("in") and self.latin(i) and not self.cased(i) and vocabulary.english(form + "g"):
            return False  # "i'm workin from home"
        return self.words[i].title or strength >= Strength.LIKELY

    def _opens_word(self, i: int, strength: Strength) -> bool:
        """An ordinary word: only with a capital that nothing else explains."""
        product = vocabulary.english(self.form(i)) >= vocabulary.CAPITALISED or self.form(i) in ORGANISATIONS
        if product or not self.cased(i) or self._coined(i):
            return False
        return strength == Strength.SURE or (strength == Strength.LIKELY and self._name_behind(i))

    def _particle(self, i: int) -> bool:
        return self.words[i].text in _PARTICLES and self.latin(i)

    def _plain_word(self, i: int) -> bool:
        found = self.standing(i)
        return found.word and not found.listed

    def last(self, first: int, strength: Strength) -> int:
        """The last word of the name that opens with word `first`."""
        last = first
        while last + 1 < len(self.words) and last - first + 1 < MOST_WORDS and self._goes_on(first, last, strength):
            last += 1
            if self.words[last].text in _PARTICLES and last + 1 < len(self.words):
                last += 1
        return last

    def _goes_on(self, first: int, last: int, strength: Strength) -> bool:
        words, i = self.words, last + 1
        word = words[i]
        joint = (self.end(last), word.start)
        point = _initial(words[last]) and _POINT.fullmatch(self.text.plain, *joint)
        if not (point or _SOFT.fullmatch(self.text.plain, *joint)):
            return False
        if self._particle(i) and not word.capitals:
            return i + 1 < len(words) and self._may_follow(first, i + 1, strength)
        if _initial(word):
            return self._initial_follows(i)
        return self._may_follow(first, i, strength)

    def _may_follow(self, first: int, i: int, strength: Strength) -> bool:
        if self.words[i].text in _SUFFIXES:
            return True
        if self.stopped(i):
            return False
        words, found, head = self.words, self.standing(i), self.standing(first)
        if self.latin(i) != self.latin(first):
            return self.cased(i) and self.cased(first) and found.sure
        if self.cased(first):
            if not self.cased(i):
                return found.last == 2 and not found.word
            greek = not self.latin(i) or (self.greeklish and head.first > 0)
            return not (found.word and not found.listed) or strength == Strength.SURE or greek
        if words[first].capitals and words[i].capitals:
            return found.listed or found.unknown or strength == Strength.SURE
        if found.sure or (self.cased(i) and (found.listed or found.unknown)):
            return True
        likely = head.first == 2 or strength >= Strength.LIKELY
        if found.listed:
            return likely and not 0 < vocabulary.english(self.form(i)) < _COMMON
        return found.unknown and len(words[i].text) > 3 and (strength >= Strength.LIKELY or (likely and self.latin(i)))

    def _initial_follows(self, i: int) -> bool:
        """A single capital behind a name: with a point, or before the surname ("Patricia A Lindqvist")."""
        word = self.words[i]
        if not self.text.upper(word.start):
            after = i + 1
            lower = word.text not in _NO_INITIALS and self._soft(i) and not self.cased(i - 1)
            named = lower and not self.stopped(after) and self.standing(i - 1).first == 2
            return named and (self.standing(after).listed or self.standing(after).unknown)
        behind = self.text.plain[word.end : word.end + 1]
        if behind in (".", "", ":", ")", ",", ";", "\n", "]"):
            return behind != "," or self.text.plain[word.end + 1 : word.end + 2] != " "
        after = i + 1
        if after >= len(self.words) or self.stopped(after):
            return False
        return not self.standing(after).word or (self.cased(i - 1) and self.cased(after))

    def _coined(self, i: int) -> bool:
        """A short abbreviation or a word with a capital inside, which companies give their products."""
        word = self.words[i]
        if word.capitals and word.end - word.start < 4:
            return self._lower_near(word)
        starts, source = self.text.folded.starts, self.text.source
        inner = source[starts[word.start] + 1 : starts[word.end - 1] + 1]
        return word.title and not word.text.startswith(("mc", "mac", "o'", "d'")) and inner != inner.lower()

    def _soft(self, i: int) -> bool:
        """True when only a blank or a hyphen parts word `i` from the next."""
        after = i + 1
        return after < len(self.words) and bool(_SOFT.fullmatch(self.text.plain, self.end(i), self.words[after].start))

    def _speaks(self, i: int) -> bool:
        """ "rose calling", "mark, the plumber": what stands behind word `i` makes it a name."""
        if self._soft(i):
            return self.words[i + 1].text in _SPEAKS
        return self.latin(i) and self.text.plain[self.end(i) : self.end(i) + 1] in (",", "", "\n", "!", "?")

    def _name_behind(self, i: int) -> bool:
        if not self._soft(i):
            return False
        behind = self.standing(i + 1)
        return not self.stopped(i + 1) and (behind.sure or behind.unknown)

    def _lower_near(self, word: Word) -> bool:
        plain, starts = self.text.plain, self.text.folded.starts
        low, high = max(0, word.start - _NEAR), min(len(plain), word.end + _NEAR)
        return any(char.islower() for char in self.text.source[starts[low] : starts[high - 1] + 1])


def _elided(form: str) -> bool:
    """True for a small word that another one hangs on: "απ'το", "you'll"."""
    head, apostrophe, _ = form.partition("'")
    return bool(apostrophe) and len(head) > 1 and head in STOP


def _form(text: str) -> str:
    form = text.removesuffix("'s")
    return form if form.isalpha() else form.replace("'", "")


def _initial(word: Word) -> bool:
    return word.end - word.start == 1
