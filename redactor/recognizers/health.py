"""HEALTH (GDPR article 9): conditions, injuries, operations, treatments, drugs, disability that somebody tells of.

>>> HealthRecognizer().spans("έχει κολπική μαρμαρυγή")
['κολπική μαρμαρυγή', 'μαρμαρυγή']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.health_asked import answers
from redactor.recognizers.health_denied import denied, in_general, nobody_has, questions
from redactor.recognizers.health_fields import field_values
from redactor.recognizers.health_lexicon import MENTIONS, Info, Term, info, joined, keys
from redactor.recognizers.health_reach import reach
from redactor.recognizers.view import View, Word

_SURE, _TOLD, _WIDE = 0.6, 0.5, 0.45
_BEFORE, _BEHIND, _WEAK = 6, 3, 2
"""Words before and behind a told one in which the person is looked for; a weak sign must be this near."""
_CLINIC_BEFORE, _CLINIC_BEHIND = 25, 10
"""Words around a mild one in which medicine is looked for."""
_COMPANY = 5
_VOID = 7
_GENERAL = 10
_SOMEBODY = 25
"""Words before and behind a mention in which a person is looked for, where nobody seems to be meant."""
_PART_BEFORE, _PART_BEHIND = 4, 3
_LONGEST_GAP = 3
_OPEN_WORDS = 4
_ENDS = frozenset(".!?;\n")
_OWNERS = {
    "/my": frozenset({"me", "his", "her", "our", "their", "him", "them", "us"}),
    "/myself": frozenset({"himself", "herself", "themselves", "ourselves"}),
}
"""Words that may stand where a term has an English word for its owner."""
_TWO_LABELS = re.compile(r" / [^\W\d_]+(?: [^\W\d_]+){0,2}:")
"""The label of a form again in another language: "Αλλεργίες / Allergies:"."""
_SIGNS = frozenset({"clinic", "stranger", "person", "weak", "heading", "general", "nobody", "ruled"})
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """Words `[start, end)` of a text that are one term."""

    start: int
    end: int
    term: Term


class HealthRecognizer(FoldedRecognizer):
    """Words of the health lexicon where they are personal, each with what describes it.

    Conditions and drugs count wherever they stand; words that have another meaning ("πίεση", "operation") where a
    person is said to have them or medicine is spoken of; parts of the body beside a trouble ("πονάει η μέση μου").
    What follows "πάσχει από" or "allergic to", stands in a field "Διάγνωση:" or answers "any allergies?", counts
    whatever it is.
    """

    ENTITIES = ("HEALTH",)

    def matches(self, text: View) -> Iterable[Match]:
        """Each mention by itself."""
        words = text.words
        known = [info(word.text) for word in words]
        if not any(found is not None and (found.mentions or found.begins) for found in known):
            return
        hits = list(_hits(text, words, known))
        if not any(hit.term.kind in MENTIONS for hit in hits):
            return
        asked_for = [*denied(text.plain), *in_general(text.plain)]
        hits = [
            h
            for h in hits
            if h.term.kind == "asks"
            or not nobody_has(text.plain, asked_for, words[h.start].start, words[h.end - 1].end)
        ]
        talk = _Talk(text, words, known, _phrases(hits))
        open_ = list(questions(text.plain))
        for hit, score in _told(talk, hits):
            match = _match(talk, hit.start, hit.end, score, drug=hit.term.kind in {"drug", "remedy"})
            if not (_nobodys(talk, hit.start, hit.end) or _asks(talk, hit, match, open_)):
                yield match
        for start, end in (*_parts(talk, hits), *_opened(talk, hits)):
            if not _nobodys(talk, start, end):
                yield _match(talk, start, end, _WIDE)
        for start, end in field_values(
            text, words, [(h.start, h.end, h.term) for h in hits if h.term.kind == "heading"]
        ):
            yield Match(start, end, "HEALTH", _WIDE)
        asked = [h.end - 1 for h in hits if h.term.kind == "asks" and not (_void(talk, h) or _general(talk, h))]
        for start, end in answers(text, words, asked, talk.kinds):
            yield Match(start, end, "HEALTH", _WIDE)


@dataclass(frozen=True, slots=True)
class _Talk:
    """A text with its words and what each may mean."""

    text: View
    words: Sequence[Word]
    known: Sequence[Info | None]
    phrases: dict[int, frozenset[str]]
    """Kinds of the terms of several words that begin at a word."""

    def kinds(self, at: int) -> frozenset[str]:
        """Kinds of what begins with the word at index `at`; none outside the text."""
        found = self.known[at] if 0 <= at < len(self.known) else None
        return (found.kinds if found else _NONE) | self.phrases.get(at, _NONE)

    def gap(self, at: int) -> str:
        """What stands between the words at `at` and `at` + 1."""
        return self.text.plain[self.words[at].end : self.words[at + 1].start]

    def together(self, first: int, last: int) -> bool:
        """True when neither a comma nor "and" parts the words at `first` and `last`."""
        between = self.text.plain[self.words[first].end : self.words[last].start]
        return "," not in between and " and " not in between

    def before(self, at: int, most: int) -> Iterator[int]:
        """Indexes of the words before `at` in its sentence, nearest first."""
        for i in range(at - 1, max(-1, at - 1 - most), -1):
            if not _ENDS.isdisjoint(self.gap(i)):
                return
            yield i

    def behind(self, at: int, most: int) -> Iterator[int]:
        """Indexes of the words from `at` on, in the sentence of the word before."""
        for i in range(at, min(len(self.words), at + most)):
            if i and not _ENDS.isdisjoint(self.gap(i - 1)):
                return
            yield i


def _hits(text: View, words: Sequence[Word], known: Sequence[Info | None]) -> Iterator[Hit]:
    """Every term that stands in the text, the longest of each kind at each word, torn words joined."""
    for i, found in enumerate(known):
        if found is None:
            continue
        seen: set[str] = set()
        several = bool(found.terms) and len(found.terms[0].keys) > 1
        may_follow = _may_follow(text, words, i + 1) if several else _NONE
        for term in found.terms:
            if len(term.keys) > 1 and may_follow is not None and term.keys[1] not in may_follow:
                continue
            if len(term.keys) == 1 and term.kind not in MENTIONS:
                continue  # What one word is to others, `_Talk.kinds` tells.
            if term.kind not in seen and (end := _end(text, words, i, term)) is not None:
                seen.add(term.kind)
                yield Hit(i, end, term)
        if found.begins and i + 1 < len(words) and text.plain[words[i].end : words[i + 1].start] in {" ", "-"}:
            whole = joined(words[i].text, words[i + 1].text)
            for term in whole.terms if whole else ():
                if term.kind in {"sure", "drug"} and len(term.keys) == 1:
                    yield Hit(i, i + 2, term)


def _may_follow(text: View, words: Sequence[Word], at: int) -> frozenset[str] | None:
    """Second keys of the terms that may go on with the word at `at`; None for an owner, which any may stand behind."""
    if not _joined(text, words, at):
        return _NONE
    word = words[at]
    if "owner" in _kinds(word):
        return None
    return frozenset((*keys(word.text), *(key for key in _OWNERS if _owns(word, key))))


def _phrases(hits: Sequence[Hit]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for hit in hits:
        if hit.end - hit.start > 1 and hit.term.kind in _SIGNS:
            found[hit.start] = found.get(hit.start, _NONE) | {hit.term.kind}
    return found


def _end(text: View, words: Sequence[Word], at: int, term: Term) -> int | None:
    """Index behind the last word of `term`, which begins at `at`; "μου" may stand inside. None when it is not there."""
    i = at
    for key in term.keys[1:]:
        i += 1
        if _joined(text, words, i) and key not in keys(words[i].text) and "owner" in _kinds(words[i]):
            i += 1
        if not _joined(text, words, i) or not (key in keys(words[i].text) or _owns(words[i], key)):
            return None
    return i + 1


def _owns(word: Word, key: str) -> bool:
    """True for another owner where a term has "my": "put her back out" is a term when "put my back out" is."""
    return key in _OWNERS and word.text in _OWNERS[key]


def _joined(text: View, words: Sequence[Word], at: int) -> bool:
    """True when the word at `at` follows the one before on its line."""
    if at >= len(words):
        return False
    gap = text.plain[words[at - 1].end : words[at].start]
    return len(gap) <= _LONGEST_GAP and "\n" not in gap


def _kinds(word: Word) -> frozenset[str]:
    found = info(word.text)
    return found.kinds if found else _NONE


def _told(talk: _Talk, hits: Sequence[Hit]) -> Iterator[tuple[Hit, float]]:
    """The hits that are personal, with their scores."""
    sure = [h for h in hits if h.term.kind in {"sure", "drug"} and not _void(talk, h) and not _label(talk, h)]
    sure = [h for h in sure if not (_stranger(talk, h) or _general(talk, h)) or _person(talk, h, weak=False)]
    told = [h for h in hits if h.term.kind in {"told", "remedy"} and not _void(talk, h) and not _label(talk, h)]
    company = {i for h in sure for i in range(h.start, h.end)}
    told = [h for h in told if _person(talk, h) or _beside(talk, h, company) or _answers(talk, h)]
    told = [h for h in told if not (_stranger(talk, h) or _general(talk, h)) or _beside(talk, h, company)]
    company |= {i for h in told for i in range(h.start, h.end)}
    mild = [h for h in hits if h.term.kind == "mild" and (_beside(talk, h, company) or _clinic(talk, h))]
    yield from ((h, _SURE) for h in sure)
    yield from ((h, _TOLD) for h in (*told, *mild))


def _void(talk: _Talk, hit: Hit) -> bool:
    """True when a word nearby shows that something else is meant."""
    if not hit.term.unless:
        return False
    near = (*talk.before(hit.start, _VOID), *talk.behind(hit.end, _VOID))
    return any(not hit.term.unless.isdisjoint(keys(talk.words[i].text)) for i in near)


def _label(talk: _Talk, hit: Hit) -> bool:
    """True when it is the label of a field, in one language or two, and not what stands there."""
    plain, start, end = talk.text.plain, talk.words[hit.start].start, talk.words[hit.end - 1].end
    bracketed = plain[start - 1 : start] == "(" and plain[end : end + 1] == ")"
    labels = bracketed or plain[end : end + 1] == ":" or _TWO_LABELS.match(plain, end) is not None
    return labels and "heading" in talk.kinds(hit.start)


def _asks(talk: _Talk, hit: Hit, match: Match, asked: Sequence[tuple[int, int]]) -> bool:
    """True for the word of a question that names no condition: "any allergies?", "έχετε κάποια πάθηση;"."""
    first, last = talk.words[hit.start].start, talk.words[hit.end - 1].end
    bare = (match.start, match.end) == (first, last) and "heading" in talk.kinds(hit.start)
    return bare and any(start <= first and last <= end for start, end in asked)


def _stranger(talk: _Talk, hit: Hit) -> bool:
    """True when it belongs to the name of an institution or of goods."""
    near = (*talk.before(hit.start, 1), *talk.behind(hit.end, 2))
    return any("stranger" in talk.kinds(i) for i in near)


def _general(talk: _Talk, hit: Hit) -> bool:
    """True when what a policy covers or a leaflet is about is told, and not what somebody has."""
    return any("general" in talk.kinds(i) for i in talk.before(hit.start, _GENERAL))


def _nobodys(talk: _Talk, start: int, end: int) -> bool:
    """True when it is told of whoever has it ("people with asthma") or of what a rule says of it ("asthma is covered").

    Where somebody speaks of themselves or of a relative near by, it may be theirs.
    """
    before = [talk.kinds(i) for i in talk.before(start, _GENERAL)]
    behind = [talk.kinds(i) for i in talk.behind(end, _GENERAL)]
    whoever = any("nobody" in kinds for kinds in before)
    told = any("person" in kinds for kinds in (*before, *behind))
    if not (whoever or (not told and any("ruled" in kinds for kinds in behind))):
        return False
    return not any("self" in talk.kinds(i) for i in range(start - _SOMEBODY, end + _SOMEBODY))


def _person(talk: _Talk, hit: Hit, *, weak: bool = True) -> bool:
    """True when somebody is said to have it, take it or undergo it; `weak` signs may do when they stand beside it."""
    for n, i in enumerate(talk.before(hit.start, _BEFORE)):
        kinds = talk.kinds(i)
        if "person" in kinds or (weak and "weak" in kinds and n < _WEAK):
            return True
    if talk.words[hit.start].latin:
        return False  # "πίεση έχω" is Greek; behind an English word, somebody else has something else.
    for n, i in enumerate(talk.behind(hit.end, _BEHIND)):
        kinds = talk.kinds(i)
        if "person" in kinds or (n == 0 and not kinds.isdisjoint({"owner", "weak"} if weak else {"owner"})):
            return True
    return False


def _beside(talk: _Talk, hit: Hit, company: set[int]) -> bool:
    """True when another word of health stands near it in the sentence."""
    near = (*talk.before(hit.start, _COMPANY), *talk.behind(hit.end, _COMPANY))
    return any(i in company for i in near)


def _clinic(talk: _Talk, hit: Hit) -> bool:
    """True when medicine is spoken of in its sentence."""
    near = (*talk.before(hit.start, _CLINIC_BEHIND), *talk.behind(hit.end, _CLINIC_BEHIND))
    return any("clinic" in talk.kinds(i) for i in near)


def _answers(talk: _Talk, hit: Hit) -> bool:
    """True when medicine is spoken of shortly before, in whatever sentence: a question, and its answer."""
    if hit.term.kind == "remedy":
        return False
    for i in range(hit.start - 1, max(-1, hit.start - 1 - _CLINIC_BEFORE), -1):
        gap = talk.gap(i)
        if "." in gap or "!" in gap:
            return False
        if "clinic" in talk.kinds(i) and not gap.startswith(":"):
            return True
    return False


def _parts(talk: _Talk, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """Parts of the body with the trouble beside them, as ranges of words."""
    troubles = [h for h in hits if h.term.kind in {"trouble", "ailment"} and not _void(talk, h)]
    ends = {h.end - 1: h for h in troubles}
    starts = {h.start: h for h in troubles if h.term.kind == "trouble" or talk.words[h.start].latin}
    for part in hits:
        if part.term.kind != "part" or _void(talk, part) or _general(talk, part):
            continue
        short = talk.words[part.start].latin
        for i in talk.before(part.start, _PART_BEFORE - short):
            if i in ends and ends[i].end <= part.start and talk.together(i, part.start):
                yield ends[i].start, part.end
                break
        for i in talk.behind(part.end, _PART_BEHIND - short):
            if i in starts and talk.together(part.end - 1, i):
                yield part.start, starts[i].end
                break


def _opened(talk: _Talk, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """What follows words that only a condition can follow, as ranges of words."""
    for hit in hits:
        if hit.term.kind != "open" or _void(talk, hit):
            continue
        start = hit.end
        while start < len(talk.words) and "article" in talk.kinds(start):
            start += 1
        end = start
        for i in talk.behind(start, _OPEN_WORDS):
            gap = talk.gap(i - 1)
            if (
                "stop" in talk.kinds(i)
                or (i > start and not gap.isspace() and gap != "-")
                or any(map(str.isdigit, gap))
            ):
                break
            end = i + 1
        if end > start and _ENDS.isdisjoint(talk.gap(start - 1)) and not any(map(str.isdigit, talk.gap(start - 1))):
            named = not talk.kinds(hit.start).isdisjoint({"sure", "told", "head"})
            yield hit.start if named else start, end


def _match(talk: _Talk, start: int, end: int, score: float, *, drug: bool = False) -> Match:
    a, b = reach(talk.text, talk.words, talk.kinds, start, end, drug=drug)
    return Match(a, b, "HEALTH", score)
