"""E-mail addresses that were said aloud: "dimitra τελεία κάπα παπάκι τζι μέιλ τελεία κομ", "at yahoo dot com"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.labels import LANGUAGES, table
from redactor.recognizers.sound import SLIP, misheard, sound
from redactor.recognizers.spoken_labels import Labels
from redactor.recognizers.spoken_tokens import Token

SURE = 0.95
"""The score of what was asked for, name and domain."""
_DOMAIN_WORDS = 5
_NAME_WORDS = 2
"""So many plain words in a row may belong to the local part: recognition tears names."""
_GARBLED_WORDS = 4
"""And so many before "παπάκι", which stands in no other talk."""
_LONGEST_ANSWER = 26
_QUESTION = frozenset(";!?")
_LOCAL_WORDS = 14
_SIGN_NEAR = 3
"""Tokens in front of "at", one of which is a dot or the like where the domain is cut short."""
_AT_SOUND = "papak"
"""Of "παπάκι", whatever ran together with it."""
_CLAUSE = frozenset(",.;!?\n")
_ENDS = frozenset(".!")
_APOSTROPHES = frozenset("'’")
_STOPS = frozenset(";:?!@\n")


@cache
def _kinds() -> dict[str, frozenset[str]]:
    kinds: dict[str, frozenset[str]] = {}
    for language in LANGUAGES:
        for _, (kind, slips, words) in table(language, "spoken_mail.tsv"):
            for word in words.split():
                key = " ".join(sound(part) for part in word.split("_"))
                for form in misheard(key, SLIP * float(slips)):
                    kinds[form] = kinds.get(form, frozenset()) | {kind}
    return kinds


def addresses(found: Sequence[Token], labels: Labels) -> Iterator[tuple[int, int, float]]:
    """`(start, end, score)` in the folded text of each spoken address."""
    done = 0
    kinds, first_words = _kinds(), _first_words()
    for i, key in enumerate([token.reading.key for token in found]):
        if i < done or not (key in kinds or key in first_words or _AT_SOUND in key):
            continue
        domain = _domain(found, i)
        if domain is None:
            continue
        end, score = domain
        typed = "@" in found[i].gap
        local = _local(found, i, done)
        first = _typed(found, i, done) if typed else min(local, _answer(found, labels, i, done))
        last = found[end - 1]
        first += first < i and found[first].word == "s" and found[first].gap in _APOSTROPHES  # "it's"
        asked = _asked(labels, i) is not None
        bare = first == i and is_kind(found[i], "weak") and not (typed or asked)
        whole = not any(". " in token.gap for token in found[first + 1 : i + 1])
        if asked and whole and not typed and first == local < i:
            score = max(score, SURE)
        if bare and _is_site(found, i + 1):
            continue  # "find it at lowes.com"
        if first < i or score > 0.7:
            yield found[first].start, last.end, score
            done = end


def is_kind(token: Token, kind: str) -> bool:
    """True when a token sounds like a word of a kind of spoken_mail.tsv."""
    return kind in _kinds().get(token.reading.key, ())


def dots(found: Sequence[Token]) -> list[int]:
    """Indexes of the tokens that say "dot"."""
    kinds = _kinds()
    return [i for i, token in enumerate(found) if "dot" in kinds.get(token.reading.key, ())]


@cache
def _first_words() -> frozenset[str]:
    """The first words of the phrases of two."""
    return frozenset(key.split(" ")[0] for key in _kinds() if " " in key)


def _pair(found: Sequence[Token], i: int, kind: str) -> bool:
    if i + 1 >= len(found) or found[i].reading.key not in _first_words() or not found[i + 1].close:
        return False
    return kind in _kinds().get(f"{found[i].reading.key} {found[i + 1].reading.key}", ())


def _domain(found: Sequence[Token], i: int) -> tuple[int, float] | None:
    """The index after the domain of an address whose "at" is token `i`, and how certain it is."""
    token = found[i]
    if is_kind(token, "at") or _AT_SOUND in token.reading.key:
        return top(found, i) or _clause_end(found, i), 0.9
    if is_kind(token, "weak"):
        end = top(found, i + 1)
        return (end, 0.8) if end and end - i <= _DOMAIN_WORDS + 1 else _bare(found, i)
    if is_kind(token, "where"):
        return _bare(found, i)
    if is_kind(token, "provider") or _pair(found, i, "provider2"):
        end = top(found, i)
        return (end, 0.7) if end else None
    return None


def _bare(found: Sequence[Token], at: int) -> tuple[int, float] | None:
    """A provider without its "dot com" behind what can be nothing but a local part: "μαρία τελεία ζώη στο τζιμέιλ"."""
    signs = (is_kind(token, "dot") or is_kind(token, "joiner") for token in found[max(0, at - _SIGN_NEAR) : at])
    if at + 1 >= len(found) or not any(signs):
        return None
    if is_kind(found[at + 1], "provider"):
        return at + 2, 0.7
    return (at + 3, 0.7) if _pair(found, at + 1, "provider2") else None


def _clause_end(found: Sequence[Token], at: int) -> int:
    """The index after what is left of a garbled domain: to the end of the clause, five words at most."""
    end = at + 1
    while end < len(found) and end - at <= _DOMAIN_WORDS and not _CLAUSE & set(found[end].gap):
        end += 1
    return end


def top(found: Sequence[Token], first: int) -> int:
    """The index after "dot com" at most five words after `first`, 0 when there is none."""
    for i in range(first + 1, min(first + _DOMAIN_WORDS, len(found))):
        if found[i].new_line:
            break
        spoken = is_kind(found[i], "dot") and i + 1 < len(found)
        at = i + 1 if spoken else i
        if not spoken and found[i].gap != ".":
            continue
        if _pair(found, at, "top2"):
            return at + 2
        if is_kind(found[at], "top"):
            return top(found, at) or at + 1
    return 0


def _answer(found: Sequence[Token], labels: Labels, at: int, done: int) -> int:
    """The first token of what was said since the address was asked for; `at` when nobody asked.

    The local part may hold any words, over several turns, when "e-mail" came before it.
    """
    asked = _asked(labels, at)
    if asked is None:
        return at
    first = max(asked + 1, done, at - _LONGEST_ANSWER)
    for i in range(at, first, -1):
        if _QUESTION & set(found[i].gap):
            first = i
            break
    first = _told(found, first, at)
    while first < at and _opens(found[first]):
        first += 1
    return first


def _told(found: Sequence[Token], first: int, at: int) -> int:
    """The first token of the sentence before "at" when what was said before it is talk and no part of an address."""
    begins = [i for i in range(first + 1, at) if found[i].new_line or _ENDS & set(found[i].gap)]
    if not begins or any(_part(found[i]) for i in range(first, begins[-1])):
        return first
    return begins[-1]


def _part(token: Token) -> bool:
    """True for a sign, a letter or a number, of which addresses are made."""
    sign = is_kind(token, "joiner") or is_kind(token, "dot") or "mark" in token.reading.roles
    said = (token.number or bool(token.reading.letter)) and token.word not in STOP
    return sign or said or len(token.word) == 1


def _asked(labels: Labels, at: int) -> int | None:
    """The last token of what asked for an address before token `at`."""
    return next((label.last for label in labels.before(at)[:2] if label.entity == "EMAIL_ADDRESS"), None)


def _is_site(found: Sequence[Token], first: int) -> bool:
    """True for a written domain of nobody's mail provider."""
    written = first + 1 < len(found) and found[first + 1].gap == "."
    return written and not (is_kind(found[first], "provider") or _pair(found, first, "provider2"))


def _opens(token: Token) -> bool:
    """True for what people say before an address: "ναι, γράψτε, είναι το ..."."""
    return token.speaker or token.filler or bool({"stop", "verb"} & token.reading.roles) or is_kind(token, "start")


def _typed(found: Sequence[Token], at: int, done: int) -> int:
    """The first token of the local part before a typed "@"; `at` when it was typed, too, and no part of it was said.

    Of what is said before a typed address ("email me the invoice, nick.p@gmail.com") only dots and the like join it.
    """
    first = _local(found, at - 1, done) if at > done else at
    said = any(is_kind(token, "joiner") or is_kind(token, "dot") for token in found[first : at - 1])
    return first if said else at


def _local(found: Sequence[Token], at: int, done: int) -> int:
    """The index of the first token of the local part that ends before token `at`."""
    most = _GARBLED_WORDS if _AT_SOUND in found[at].reading.key else _NAME_WORDS
    first, names = at, 0
    while first > max(done, at - _LOCAL_WORDS):
        token, gap = found[first - 1], found[first].gap
        joins = is_kind(token, "joiner") or is_kind(token, "dot")
        joined = gap in {".", "-", "_"} or (
            first < at and (is_kind(found[first], "joiner") or is_kind(found[first], "dot"))
        )
        if _STOPS & set(gap) or ("," in gap and not (joins or joined or first == at)):
            break
        spelled = joins or token.seed or bool(token.reading.letter) or len(token.word) == 1
        # "μ" is also short for "my", but not in front of another letter.
        run = first < at and len(token.word) == len(found[first].word) == 1
        if not (joins or joined or run) and (
            "stop" in token.reading.roles or token.word == "to" or token.filler or is_kind(token, "start")
        ):
            break
        if token.speaker or (not spelled and not joined and names >= most):
            break
        names = 0 if joins else names + (not spelled)
        first -= 1
    while first < at and (is_kind(found[first], "joiner") or is_kind(found[first], "dot")):
        first += 1
    return first
