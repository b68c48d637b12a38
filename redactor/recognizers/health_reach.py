"""How far a mention of health reaches: what describes it on both sides ("ένα ελαφρύ άσθμα", "sertraline, 50 mg")."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from redactor.recognizers.number_words import WORDS
from redactor.recognizers.view import View, Word

_JOINS_LEFT = frozenset({"quality", "head", "part", "sure", "drug", "told"})
_JOINS_RIGHT = frozenset({"quality", "head", "part", "sure", "drug"})
_LINKED = frozenset({"part", "quality", "sure"})
_MOST = 5
"""Words that may join on either side."""
_LINKS = 3
_SPACE = frozenset({" ", "-", "  ", "/"})
_NUMBER = rf"(?:\d{{1,5}}(?:[.,/]\d{{1,4}})?|{WORDS}|(?:a|half a) hundred(?: (?:and )?[^\W\d_]{{3,8}})?)"
_UNIT = (
    r"(?:mg|mcg|μg|ml|gr?|iu|units?|μοναδ\w{1,3}|milli(?:grams?|grammes?|liters?|litres?)|micrograms?|grams?|"
    r"μιλ+ιγκ?ραμ\w{0,4}|μικρογραμμ\w{0,4}|χιλιοστ\w{0,4}γραμμ\w{0,4}|γραμμαρι\w{1,2})"
)
_DEGREE = r"(?:τυπου|type|σταδιου|σταδιο|stage|βαθμου|grade|επιπεδου)"
_TAIL = re.compile(
    r"(?:"
    rf"[ ,(]{{0,3}}(?:σε δοση |των |of |at )?{_NUMBER}[ ]?{_UNIT}(?![^\W_])(?: (?:a day|(?:twice )?daily|την ημερα))?|"
    rf",? ?{_DEGREE} ?(?:\d|i{{1,3}}v?|iv|ενα|δυο|διο|τρια|one|two|three|four|a|b)(?![^\W_])|"
    r" (?:(?:[^\W\d_]{4,12}|\d{1,2}ου) )?σταδιου(?![^\W_])|"
    rf",? (?:(?:(?:{_NUMBER}|μια) φορ(?:α|εσ) )?(?:καθε|την?|τιν?) "
    rf"(?:πρωι|βραδυ|η?μερα|νυχτα|ε?βδομαδα)|"
    rf"καθε {_NUMBER} ωρεσ|(?:every|each) (?:morning|night|evening|day|week)|"
    rf"(?:once|twice|{_NUMBER} times) (?:a|per) (?:day|night|week))(?![^\W_])|"
    rf" (?:in|σε) {_NUMBER} (?:places|μερη|σημεια)(?![^\W_])|"
    rf",? ?(?:σε |με |του |τησ |with |at )?(?:ποσοστο\w? )?{_NUMBER} ?(?:%|τοισ εκατο|per ?cent)"
    r")"
)
_FRONT = re.compile(
    rf"(?<![^\W_])(?:{_DEGREE}(?: ?(?:\d|i{{1,3}}v?|iv|[^\W\d_]{{3,6}}))?|{_NUMBER} ?{_UNIT}(?: (?:of|του|τησ|το))?) \Z"
)
_MONTHS = r"(?:εβδομαδ\w{1,3}|βδομαδ\w{1,3}|μην[αεω][σν]?|μινον|mhnwn|minwn|minon|weeks?|months?)(?![^\W_])"
_EXPECTING = re.compile(r"(?:pregnan\w{1,2}|ε[νγ]?[γκ]{1,2}[υιη]\w{1,8}|κυησ\w{1,3}|eg[kg][yui]os)\Z")
_SO_FAR = re.compile(rf",? (?:{_NUMBER}|(?:στον? |in the )?[^\W\d_]{{4,10}}) ?{_MONTHS}(?: pregnant)?")
_BARE_DOSE = re.compile(r" \d{1,4}(?![\w:/%€$£-]|[.,]\d| ?(?:€|ευρω|eur|τεμ|tabs?|x))")
_EYE = r"(?:στο|στα|in the) [^\W\d_]{3,9}(?: ματι| eye)?"
_DIOPTRES = re.compile(rf" [-+]?{_NUMBER}(?: (?:και μισο|κομμα {_NUMBER}|point {_NUMBER}|βαθμ\w{{1,3}}))?(?: {_EYE})?")
_SIGHT = re.compile(r"(?:μιοπι|μυοπι|μυωπι|μιωπι|αστιγματισμ|πρεσβυωπι|υπερμετρωπι|shortsighted|myop)\w{0,4}\Z")
_WEEKS_BEFORE = re.compile(rf"(?<![^\W_]){_NUMBER} {_MONTHS} \Z")
_LONGEST_BEFORE = 40
_TAILS = 3


def reach(
    text: View, words: Sequence[Word], kinds: Callable[[int], frozenset[str]], start: int, end: int, *, drug: bool
) -> tuple[int, int]:
    """Offsets of words `[start, end)` with what describes them; `drug` allows a dose without unit."""
    start, end = _left(text, words, kinds, start), _right(text, words, kinds, end)
    a, b = words[start].start, words[end - 1].end
    for _ in range(_TAILS):
        tail = _TAIL.match(text.plain, b)
        if tail is None:
            break
        b = tail.end()
    if drug and (dose := _BARE_DOSE.match(text.plain, b)):
        b = dose.end()
    if _SIGHT.search(text.plain, a, b) and (power := _DIOPTRES.match(text.plain, b)):
        b = power.end()
    front = _FRONT.search(text.plain, max(0, a - _LONGEST_BEFORE), a)
    if _EXPECTING.search(text.plain, a, b):
        front = front or _WEEKS_BEFORE.search(text.plain, max(0, a - _LONGEST_BEFORE), a)
        if weeks := _SO_FAR.match(text.plain, b):
            b = weeks.end()
    if front is not None:
        a = front.start()
    return a, b


def _left(text: View, words: Sequence[Word], kinds: Callable[[int], frozenset[str]], start: int) -> int:
    for _ in range(_MOST):
        at = start - 1
        if at < 0 or _gap(text, words, at) not in _SPACE:
            break
        if not kinds(at).isdisjoint(_JOINS_LEFT):
            start = at
        elif "link" in kinds(at) and at and _gap(text, words, at - 1) in _SPACE and "head" in kinds(at - 1):
            start = at - 1
        else:
            break
    if start and _gap(text, words, start - 1) == " " and "count" in kinds(start - 1):
        start -= 1
        if start and _gap(text, words, start - 1) == " " and "article" in kinds(start - 1):
            start -= 1
    return start


def _right(text: View, words: Sequence[Word], kinds: Callable[[int], frozenset[str]], end: int) -> int:
    for _ in range(_MOST):
        if end >= len(words):
            break
        gap = _gap(text, words, end - 1)
        if gap == ", " and "quality" in kinds(end) and "sure" not in kinds(end):
            end += 1
        elif gap not in _SPACE:
            break
        elif not kinds(end).isdisjoint(_JOINS_RIGHT):
            end += 1
        elif (linked := _linked(text, words, kinds, end)) is not None:
            end = linked
        else:
            break
    return end


def _linked(text: View, words: Sequence[Word], kinds: Callable[[int], frozenset[str]], at: int) -> int | None:
    """The end of "στο αριστερό γόνατο", "of the breast" that begins at `at`, or None."""
    for i in range(at, min(len(words), at + _LINKS)):
        if i > at and _gap(text, words, i - 1) not in _SPACE:
            return None
        if i > at and not kinds(i).isdisjoint(_LINKED):
            return i + 1
        if "link" not in kinds(i):
            return None
    return None


def _gap(text: View, words: Sequence[Word], at: int) -> str:
    return text.plain[words[at].end : words[at + 1].start]
