"""Questions for health that are answered with no, and what is told of everybody: nobody has what they speak of.

>>> text = "agent: Any allergies? Do you wear a pacemaker?\\ncustomer: No, nothing at all."
>>> [text[start:end] for start, end in denied(text.lower())]
['Any allergies?', 'Do you wear a pacemaker?']
>>> list(denied("do you still have your inhaler?\\nno"))
[]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_ASKED = re.compile(r"[?;](?=\s|\Z)")
_ENDS = ".!?;\n"
_SHORTEST, _LONGEST = 3, 160
"""Characters of a question."""
_ASKS = re.compile(
    r"(?<![^\W_])(?:do(?:es)? (?:you|he|she|they|anyone|anybody)|have you(?: ever)?|are you|is (?:he|she|there|anyone)|"
    r"any|could you be|εχετε|εχεισ|εχει|εχουν|παιρνετε|παιρνεισ|παιρνει|υπαρχ\w{2,4}|εισ(?:τε|αι)|πασχ\w{2,4}|κανετε|"
    r"κανεισ|κανει|καποι\w{1,3}|καμια|exete|exeis|pairnete|iparxei|yparxei)(?![^\W_])"
)
_PRESUMES = re.compile(
    r"(?<![^\W_])(?:still|again|yet|anymore|your|his|her|their|my|ακομ[αη]|παλι|πια|σασ|σου|του|τησ|τουσ|μου|"
    r"akoma|sas|sou)(?![^\W_])"
)
"""Whoever asks like this knows that there is something: "do you still take your insulin?"."""
_KNOWN = re.compile(r"(?<![^\W_])(?:the|that|this|αυτ\w{1,3}|το|την?|τον|τα|τισ) \Z")
_LABEL = r"[ \t]{0,4}(?:\[[^\]\n]{1,20}\][ ]?)?(?:[^\W\d_][^\n:;?!]{0,30}:|-|—|>)?[ \t]{0,4}"
_NO = re.compile(
    rf"[^\n]*\n{{1,2}}{_LABEL}(?:(?:ε+|α+|um+|uh|er|ah|oh|well)[ ,.]{{1,3}})?"
    r"(?P<no>(?:no|nope|nah|none|nothing|never|οχι|μπα|τιποτα|τιποτε|κανενα|καμια|oxi|tipota)(?![^\W_])[^\n]{0,60})(?=\n|\Z)"
)
"""The rest of the turn that asks, and an answer that denies."""
_RESTRICTS = re.compile(
    r"(?<![^\W_])(?:but|only|just|except|apart|although|though|used|had|was|have|take|took|αλλα|μονο|εκτοσ|ομωσ|απλα|"
    r"ειχα|ειχε|παλια|πριν|παιρνω|εχω|κανω|alla|mono|eixa|exw)(?![^\W_])"
)

_GENERAL = re.compile(
    r"(?<![^\W_])(?:(?:if (?:a person|someone|somebody|anyone|anybody)|whoever|people who|those who) (?:has|have)|"
    r"(?:anyone|anybody) with|for (?:people|those) with|(?:οποιοσ|οποια|οποιον|οσοι|οσεσ) (?:εχ|πασχ|παιρν)(?:ει|ουν)|"
    r"(?:κανει|καταλληλ\w{1,2}) για (?:ατομα με|(?=διαβητικ|κοιλιοκακ|αλλεργικ|υπερτασικ)))[^.!?;\n]{3,80}"
)
_OFFERED = re.compile(
    r"(?<![^\W_])(?:τι (?:εξετασεισ )?(?:περιλαμβαν\w{1,4}|περιεχει)|what (?:does|do|is|tests)[^.!?;\n]{2,40}"
    r"includ\w{0,3}|what's included)[^.!?;\n]{0,60}[.?;]?\n" + _LABEL + r"[^.!?;\n]{3,200}"
)
"""What a package has in it, question and answer."""
_HAS = re.compile(
    r"(?<![^\W_])(?:εχ(?:ω|ει|ουμε|ουν)|ειχα|ειχε|ειμαι|πασχ\w{1,4}|παιρν\w{1,4}|υποφερ\w{1,4}|εκανα|i|i'm|i've|have|has|had|"
    r"suffer\w{0,3}|take|takes)(?![^\W_])"
)
"""Whoever answers like this tells of somebody."""
_OWN = re.compile(
    r"(?<![^\W_])(?:i|me|we|us|he|she|my|our|your|his|her|like|μου|μασ|σου|σασ|τησ|εγω|εμεισ|οπωσ)(?![^\W_])"
)
"""Whoever speaks of everybody like this means somebody: "anyone with asthma like my wife"."""


def nobody_has(plain: str, places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """True for what stands in one of `places`, that `denied` or `in_general` found, unless "the" tells of one."""
    inside = any(a <= start and end <= b for a, b in places)
    return inside and _KNOWN.search(plain, max(0, start - 8), start) is None


def questions(plain: str) -> Iterator[tuple[int, int]]:
    """Offsets of the questions of a folded text that ask whether there is anything, from the word that asks on."""
    for start, end in _questions(plain):
        asks = _ASKS.search(plain, start, end)
        if asks is not None and not _PRESUMES.search(plain, asks.end(), end):
            yield asks.start(), end


def denied(plain: str) -> Iterator[tuple[int, int]]:
    """Offsets of the questions of a folded text that the next turn denies without any but."""
    for start, end in questions(plain):
        answer = _NO.match(plain, end)
        if answer is not None and not _RESTRICTS.search(answer["no"]):
            yield start, end


def in_general(plain: str) -> Iterator[tuple[int, int]]:
    """Offsets of what a folded text tells of everybody who has something ("if a person has diabetes ...") or offers."""
    for told in (*_GENERAL.finditer(plain), *_OFFERED.finditer(plain)):
        own = _OWN.search(plain, *told.span()) or (told.re is _OFFERED and _HAS.search(plain, *told.span()))
        if not own:
            yield told.span()


def _questions(plain: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences that end with a question mark, of a long one the end."""
    for mark in _ASKED.finditer(plain):
        earliest = max(0, mark.start() - _LONGEST)
        start = max(max(plain.rfind(end, earliest, mark.start()) for end in _ENDS) + 1, earliest)
        if mark.start() - start >= _SHORTEST:
            yield start, mark.end()
