"""CUSTOMER_ID: customer, contract, supply, meter, policy, membership and vehicle numbers, by their label only.

Sources disagree about their length (an electricity supply number has 9 to 12 digits), so the label decides.

>>> CustomerRecognizer().spans("αρ. παροχής 1 23456789-01 2, policy no. TRV-88120-KV")
['1 23456789-01 2', 'TRV-88120-KV']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.context import amount_follows
from redactor.recognizers.identifier import DIGITS, NO_AMOUNT, START, IdentifierRecognizer
from redactor.recognizers.view import View, look_alike

_INSURED = re.compile(
    look_alike(
        r"(?<![^\W_])α\.?μ\.?α\.?(?![^\W_])[ \t.:=#\-]{0,3}"
        r"(?:(?:ικα|ι\.κ\.α|ε-?φκα|ε\.φ\.κ\.α|μου|του|τησ|σασ|ειναι)[ \t.:=#\-;]{1,3}){0,3}"
        r"(?:\n(?:[^\n:\d]{1,24}:)?[ \t]{0,2})?(\d(?:[ .\-]?\d){5,8})(?![^\W_]|[ .\-/]?\d)"
    )
)
"""Αριθμός Μητρώου Ασφαλισμένου: six to nine digits right behind its letters, as "άμα" is also "if"."""

_NO_VERB = r"(?!(?:ειναι|ηταν|einai|htan|itan|is|was|no|nr|number|το|του|τησ|στο|μου|και|and)[ ])"
_NO_DATE = r"(?!(?:19|20)\d\d-\d\d-\d\d(?!\d))(?!\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d(?!\d))"
_NO_LINK = r"(?!(?:eur|και|kai|and|για|gia|απο|με|στο|στη|η|ή|for|is|at|on|in|to|or)(?![^\W_]))"
"""Words beside a number that are no part of it."""
_METER = re.compile(look_alike(r"μετρητησ?|metritis?|metrhths?"))
_READS = re.compile(
    look_alike(
        r"(?<![^\W_])(?:ηταν|htan|itan|δειχν\w{1,4}|εδειχν\w{1,3}|deixnei|edeixne|εγραφε|γραφει|grafei|λεει|ελεγε|μετρησε|was|reads|"
        r"shows|showed|said|says)(?![^\W_])"
    )
)
_READING = re.compile(look_alike(r"(?<![^\W_])(?:ενδειξ\w{1,3}|endeiksi|endixi|reading)(?![^\W_])[^.;!?\n]{0,20}\Z"))
_SHOWN = re.compile(look_alike(r"(?<![^\W_])(?:ενδειξ\w{1,3}|endeiksi|endixi|reading)[ :=]{1,3}(?:is |ειναι )?\Z"))
"""What stands right behind this word is read from a meter, not the meter's own number."""
_NUMBER = re.compile(look_alike(r"(?<![^\W_])(?:αριθμο\w?|κωδικο\w?|αρ\.|number|no\.)[ ](?:του )?\Z"))
_FIGURE = re.compile(r"\d+|\d{1,3}(?:[.,]\d{3})+(?:[.,]\d)?|\d+[.,]\d")
"""Figures of one amount, as readings are written: 45902, 45.902, 45902,7."""
_LAW = re.compile(
    look_alike(r"(?:ν|νομο\w|π\.?δ|ν\.?δ|α\.?ν|υ\.?α|κ\.?υ\.?α|φεκ|law|act|directive|regulation)")
    + r"[. ]{0,2}\d{1,5}/(?:19|20)\d\d"
)
"""A law or a decision, by which a contract goes: "η σύμβαση διέπεται από τον Ν. 4001/2011"."""
_MOST_READ = 6
"""Digits of a meter reading."""


class CustomerRecognizer(IdentifierRecognizer):
    """Numbers and codes that stand for a person in a company's books, behind their label."""

    ENTITY = "CUSTOMER_ID"
    VALUE = (
        START + r"(?!\d{1,2}:\d)(?:" + _NO_VERB + r"(?:[^\W\d_]{1,5}[ \-./#]{0,2})?" + _NO_DATE + DIGITS + r"{4,17}"
        r"(?:[ \-/]{0,2}" + _NO_LINK + r"[^\W\d_]{1,3})?(?![^\W_])"
        r"|[^\W\d_]{1,5}[\-/.](?:[^\W_]{1,12}[\-/.]){0,4}[^\W_]*\d[^\W_]*(?:[\-/.][^\W_]{1,12}){0,3}(?![^\W_])"
        r"|[a-z]{1,5}\d[a-z\d]{4,14}(?![^\W_])"
        r"|(?=[a-z]{0,12}\d)[a-z\d]{17}(?![^\W_])"
        r"|\d{2,4}(?!st|nd|rd|th)[a-z]{1,2}[ \-]?\d{4,8}(?![^\W_])"
        r"|\d{3}/[a-z]{1,2}\d{1,6}(?![^\W_])"
        r"|[a-z]{1,4}[\-/][a-z]{1,4} \d{4,10}(?![^\W_])"
        r")" + NO_AMOUNT
    )
    LABELLED = 0.75
    FEWEST = 6

    def counts(self, text: View, label: range, value: range) -> bool:
        """False for a law, and for what a meter reads ("ο μετρητής δείχνει 45678", "τελική ένδειξη 21.884")."""
        if _LAW.fullmatch(text.latin, value.start, value.stop) is not None:
            return False
        digits = sum(char.isdigit() for char in text.latin[value.start : value.stop])
        if digits <= _MOST_READ and _SHOWN.search(text.latin, max(label.stop, value.start - 30), value.start):
            return False
        if _METER.fullmatch(text.latin, label.start, label.stop) is None:
            return True
        written = text.latin[value.start : value.stop]
        if sum(char.isdigit() for char in written) > _MOST_READ or not _FIGURE.fullmatch(written):
            return True
        before = text.latin[max(0, label.start - 40) : label.start]
        if _NUMBER.search(before) is not None:
            return True
        return _READING.search(before) is None and _READS.search(text.latin, label.stop, value.start) is None

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Insured people's numbers behind ΑΜΑ."""
        for match in _INSURED.finditer(text.latin):
            if not amount_follows(text, match.end(1)):
                yield Match(*match.span(1), "CUSTOMER_ID", 0.75)
