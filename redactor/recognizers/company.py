"""Names of companies that look like names of persons: who greets a caller says whom they have called.

>>> from redactor.recognizers.view import view
>>> text = view("Thank you for calling Ridley and Sons. Santerra Bank, Ridley speaking")
>>> [of_company(text, Match(start, end, "PERSON", 0.9)) for start, end in ((22, 28), (39, 47), (54, 60))]
[True, True, False]
"""

from __future__ import annotations

import re

from redactor.recognizers.base import Match
from redactor.recognizers.el.phrases import words
from redactor.recognizers.gazetteer import standing
from redactor.recognizers.view import View

_GREETED = re.compile(
    r"(?<![^\W_])(?:thank you|thanks) for (?:calling|contacting|choosing|ringing)(?: the)? \Z|"
    r"(?<![^\W_])ευχαριστουμε που (?:καλεσατε|επιλεξατε|επικοινωνησατε με)(?: τη[νσ]?| το[νυ]?)? \Z"
)
_OFFICE = re.compile(
    r"(?<![^\W_])(?:δ\.?ο\.?υ\.?|εφορια|(?:υπο)?καταστημα(?:τοσ)?|παραρτημα(?:τοσ)?|γραφειο|πρωτοδικει\w{1,2}|ειρηνοδικει\w{1,2}|"
    r"ληξιαρχει\w{1,2}|δημαρχει\w{1,2}|αεροδρομι\w{1,2}|λιμαν\w{1,2}|κτελ)[ :]{1,2}(?:(?:τησ|του|των) )?\Z"
)
"""In front of the town of an office; a person may have one, too."""
_TAX_OFFICE = re.compile(r"(?<![^\W_])(?:δ\.?ο\.?υ\.?|εφορια)[ :]{1,2}\Z")
_BEFORE = 48
_BEHIND = re.compile(r" [^\W\d_]{2,20}(?:'[^\W\d_])?(?![^\W_:])")
_SURELY = 2
"""Standing of a first name that is nothing else: unpunctuated, a caller may be thanked by name."""
_WORDS = 2
"""So many words behind a name may tell what kind of company it is ("Calder Textiles Limited")."""


def of_institution(text: View, match: Match) -> bool:
    """True for the town of a hospital, a station or a tax office: "Harrogate hospital", "Δ.Ο.Υ. Καλύμνου"."""
    behind = _BEHIND.match(text.plain, match.end)
    last = text.plain[match.start : match.end].rpartition(" ")[2]
    if last in words("institution") or (behind is not None and behind.group()[1:] in words("institution")):
        return True
    return _OFFICE.search(text.plain, max(0, match.start - _BEFORE), match.start) is not None


def of_tax_office(text: View, match: Match) -> bool:
    """True for the town that a tax office is called by, which may be a first name, too: "Δ.Ο.Υ. Καλύμνου"."""
    return _TAX_OFFICE.search(text.plain, max(0, match.start - _BEFORE), match.start) is not None


def of_company(text: View, match: Match) -> bool:
    """True for what a caller is thanked for calling, and in front of a capitalised word for a kind of company."""
    first = text.plain[match.start : match.end].partition(" ")[0]
    if _GREETED.search(text.plain, max(0, match.start - _BEFORE), match.start) and standing(first).first < _SURELY:
        return True
    end = match.end
    for _ in range(_WORDS):
        behind = _BEHIND.match(text.plain, end)
        if behind is None or not text.upper(behind.start() + 1):
            return False
        if behind.group()[1:] in words("company"):
            return True
        end = behind.end()
    return False
