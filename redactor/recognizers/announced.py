"""PERSON, Greek and English: names that something announces - a title, an introduction, a relative, a greeting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from redactor.recognizers import gazetteer
from redactor.recognizers.announcement import Announcement, announcements, tokens
from redactor.recognizers.base import Match
from redactor.recognizers.el.phrases import SPEAKERS
from redactor.recognizers.el.phrases import words as small_words
from redactor.recognizers.greeklish import greek_key
from redactor.recognizers.reading import Reading, Strength
from redactor.recognizers.turns import answered

_GAP = re.compile(r"[ \t]{0,3}[,\"'«(\-]{0,2}[ \t]{0,3}\"?")
_LINE_GAP = re.compile(r"\s{0,3}[:,\"'«(\-]{0,2}\s{0,3}")
_POINT = re.compile(r"\.[ \t]{0,3}|[ \t]{1,3}")
_FILLERS, _TITLE_FILLERS = small_words("filler"), small_words("address")
_NO_INITIALS = small_words("initial")
_MOST_FILLERS = 4
_POSSESSIVES = frozenset(map(greek_key, small_words("possessive")))
_ARTICLES = frozenset(map(greek_key, small_words("article")))
_ENGLISH_LINKS = small_words("link")
_STRENGTH = {
    "title": Strength.LIKELY,
    "trade": Strength.NEAR,
    "name": Strength.SURE,
    "surname": Strength.SURE,
    "is": Strength.LIKELY,
    "near": Strength.NEAR,
    "greeting": Strength.NEAR,
}
_AT = small_words("place")
"""Before an unknown word these rather tell a place."""
_SCORE = {"title": 0.8, "trade": 0.6, "name": 0.75, "surname": 0.75, "is": 0.6, "near": 0.4, "greeting": 0.6}


def announced_names(reading: Reading) -> Iterator[Match]:
    """One match for each announcement that a name follows; unknown names too."""
    for found in announcements(reading.text):
        if found.kind == "kin":
            yield from _relative(reading, found)
        elif found.kind == "behind":
            yield from _before(reading, found)
        elif found.kind == "asks":
            match = _after(reading, found.last + 1, Strength.LIKELY, 0.6, lines=False)
            yield from [match] if match else answered(reading, found.last + 1)
        else:
            yield from _named(reading, found)


def _named(reading: Reading, found: Announcement) -> Iterator[Match]:
    strength = _STRENGTH[found.kind]
    match = _after(reading, found.last + 1, strength, _SCORE[found.kind], title=found.kind in ("title", "trade"))
    if match is None:
        return
    if found.kind == "near" and reading.words[found.last].text in _AT and _unknown(reading, match):
        return
    if found.kind == "greeting" and _greets_a_company(reading, match):
        return
    yield match


def _after(
    reading: Reading, i: int, strength: Strength, score: float, *, title: bool = False, lines: bool = True
) -> Match | None:
    """The name that begins with word `i`, or behind a few small words, if one does."""
    words, plain = reading.words, reading.text.plain
    if i == 0 or i >= len(words):
        return None
    at = words[i - 1].end
    gap = _POINT if title else _LINE_GAP if strength == Strength.SURE and lines else _GAP
    for _ in range(_MOST_FILLERS):
        if i >= len(words) or gap.fullmatch(plain, at, words[i].start) is None:
            return None
        if title or words[i].text not in (_TITLE_FILLERS if strength == Strength.NEAR else _FILLERS):
            break
        at = words[i].end
        if plain[at : at + 1] == ".":
            at += 1
        i += 1
    if i >= len(words) or gap.fullmatch(plain, at, words[i].start) is None:
        return None
    if "\n" in plain[at : words[i].start] and plain.startswith(":", words[i].end) and words[i].text in SPEAKERS:
        return None
    if strength == Strength.NEAR and plain[at : words[i].start].strip(" \t,"):
        return None
    first = i
    while i < first + 3 and i + 1 < len(words) and words[i].end - words[i].start == 1 and strength > Strength.NEAR:
        if not re.fullmatch(r"\.?[ ]?", plain[words[i].end : words[i + 1].start]) or words[i].text in _NO_INITIALS:
            break
        i += 1
    named = title and strength == Strength.LIKELY and not reading.stopped(i) and reading.standing(i).listed
    if not (named or reading.opens(i, Strength.SURE if title and reading.cased(i) else strength)):
        return None
    last = reading.last(i, strength)
    if reading.organisation(i, last) and not title and reading.cased(i):
        return None
    return Match(words[first].start, reading.end(last), "PERSON", score)


def _greets_a_company(reading: Reading, match: Match) -> bool:
    """ "Good morning, Fairholt": whoever opens a call names the company; only listed names are persons there."""
    if not _unknown(reading, match):
        return False
    behind = reading.text.plain[match.end : match.end + 1]
    return behind not in (",", ".", "!", "\n", "") or match.end - match.start > 24


def _unknown(reading: Reading, match: Match) -> bool:
    """True when the first word of a match is in no list of names."""
    return not gazetteer.standing(reading.text.plain[match.start : match.end].partition(" ")[0]).listed


def _relative(reading: Reading, found: Announcement) -> Iterator[Match]:
    """ "ο γιος μου ο Στράτος", "η κόρη της Ντίνα", "my cousin Mandeep", "her husband's name is Femi"."""
    words, i = reading.words, found.last + 1
    steps = {"possessive": 0, "article": 0}
    while i < len(words) and sum(steps.values()) < 3 and _close(reading, i):
        token = tokens(words[i].text)
        key = greek_key(words[i].text) if not reading.latin(i) else next((t[1:] for t in token if t[0] == "~"), "")
        if key in _POSSESSIVES and not steps["possessive"] and not steps["article"]:
            steps["possessive"] += 1
        elif (key in _ARTICLES and not steps["article"]) or (
            words[i].text in _ENGLISH_LINKS and reading.latin(found.last)
        ):
            steps["article"] += 1
        else:
            break
        i += 1
    both = i > found.last + 1 and _is_both(reading, i - 1)
    strength = Strength.LIKELY if steps["article"] or both or reading.latin(found.last) else Strength.NEAR
    if steps["article"] and steps["possessive"] and not reading.latin(found.last):
        strength = Strength.SURE
    match = _after(reading, i, strength, 0.6, lines=False)
    if match is not None:
        yield match


def _is_both(reading: Reading, i: int) -> bool:
    """του and της are article and possessive: behind a relative the second reading is as likely."""
    return greek_key(reading.words[i].text) in _ARTICLES & _POSSESSIVES


def _close(reading: Reading, i: int) -> bool:
    gap = reading.text.plain[reading.words[i - 1].end : reading.words[i].start]
    return len(gap) <= 2 and not gap.strip(" ,")


def _before(reading: Reading, found: Announcement) -> Iterator[Match]:
    """A name before "speaking", "λέγομαι": listed ones, and capitalised ones inside a sentence."""
    words, i = reading.words, found.first - 1
    if i < 0 or not re.fullmatch(r"[ ,]{1,2}", reading.text.plain[words[i].end : words[found.first].start]):
        return
    if reading.stopped(i):
        return
    standing, inside = reading.standing(i), not reading.text.starts_sentence(words[i].start)
    beside = i > 0 and gazetteer.standing(words[i - 1].text).first == 2 and words[i - 1].end + 1 == words[i].start
    if beside and (standing.listed or standing.unknown):
        yield Match(words[i - 1].start, reading.end(i), "PERSON", 0.75)
        return
    spoken = standing.first > 0 and _says_a_name(words[found.last].text)
    if not standing.listed and _named_behind(reading, found.last + 1):
        return
    if standing.sure or spoken or (words[i].title and inside and (standing.listed or standing.unknown)):
        yield Match(words[i].start, reading.end(i), "PERSON", 0.6)


def _named_behind(reading: Reading, at: int) -> bool:
    """True when the name follows its verb: "Τράπεζα Κυκλάδων, με λένε Ορέστη"."""
    return at < len(reading.words) and _close(reading, at) and (reading.standing(at).listed or reading.words[at].title)


def _says_a_name(verb: str) -> bool:
    """True for the last word of "με λένε", "λέγομαι", "ονομάζομαι" in any spelling."""
    return any(token.startswith(("~len", "~lege", "~lego", "~onoma")) for token in tokens(verb))
