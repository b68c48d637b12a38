"""EMAIL_ADDRESS: anything around an @, also with blanks beside it or with its dots lost.

Mailboxes of a company's departments (RFC 2142 and the like: info@, support@) are nobody's and score low.

>>> EmailRecognizer().spans("γράψτε στο nikos.p @gmail.com")
['nikos.p @gmail.com']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_AT = re.compile(r"[ \t]?(?:@|\((?:at|παπακι)\)|\[(?:at|παπακι)\])[ \t]?")
_LOCAL = re.compile(r"[\w.+'%\-]{1,64}$")
_DOMAIN = re.compile(r"(?:[\w\-]{1,63}(?:\.|[ ]\.[ ]?|\.[ ](?=(?:gr|com|net|org|eu|de|uk)\b))){1,8}[\w\-]{2,63}")
_ROLE = re.compile(
    r"(?:no|do)?[._\-]?(?:not)?[._\-]?reply|info|support|help|helpdesk|sales|contact|customer[._\-]?(?:service|care|support)s?|complaints|"
    r"registry|lettings|admissions|enrol(?:l)?ments?|enquiries|inquiries|claims|returns|refunds|payments|invoices?|finance|"
    r"reception|frontdesk|hello|hi|team|media|marketing|legal|compliance|security|bookings?|reservations|billing|accounts?|orders?|service|office|press|privacy|dpo|postmaster|abuse|webmaster|newsletter|"
    r"exypiretisi|eksypiretisi|parapona|cs|crm|hr|careers|jobs|feedback|notifications?|alerts?|updates?|mailer-daemon"
)
_FREE = re.compile(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|otenet|forthnet|windowslive|protonmail|proton|gmx)\."
)
_BARE = re.compile(r"[\w\-]{2,63}")


class EmailRecognizer(FoldedRecognizer):
    """E-mail addresses in any script."""

    ENTITIES = ("EMAIL_ADDRESS",)

    def matches(self, text: View) -> Iterable[Match]:
        """Every @ with something on both sides; a full domain scores higher."""
        for at in _AT.finditer(text.plain):
            local = _LOCAL.search(text.plain[max(0, at.start() - 64) : at.start()])
            if local is None:
                continue
            start = at.start() - len(local.group())
            domain = _DOMAIN.match(text.plain, at.end())
            if domain is not None:
                role = _ROLE.fullmatch(local.group()) is not None and _FREE.match(domain.group()) is None
                yield Match(start, domain.end(), "EMAIL_ADDRESS", 0.3 if role else 0.95)
            elif bare := _BARE.match(text.plain, at.end()):
                yield Match(start, bare.end(), "EMAIL_ADDRESS", 0.5)
