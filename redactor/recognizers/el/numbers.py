"""Number words of house numbers and ages, up to 999, as one expression on folded text."""

from __future__ import annotations

_GREEK = (
    r"μηδεν|ενα[σν]?|μια|δ[υι]ο|τρι?α|τρε?[ιί]σ|τεσσερ\w{1,2}|πεντε|εξι|εφτα|επτα|οχτω|οκτω|εννια|εννεα|δεκα\w{0,8}|εντεκα|δωδεκα|εικοσι|τριαντα|σαραντα|"
    r"πενηντα|εξηντα|εβδομηντα|ογδοντα|ενενηντα|εκατον?|διακοσια|τριακοσια|τετρακοσια|πεντακοσια|εξακοσια|εφτακοσια|επτακοσια|οχτακοσια|οκτακοσια|"
    r"εννιακοσια|εννεακοσια"
)
_ENGLISH = (
    r"zero|one|two|three|four(?:teen)?|five|six(?:teen|ty)?|seven(?:teen|ty)?|eight(?:een|y)?|nine(?:teen|ty)?|ten|eleven|twelve|thirteen|fifteen|twenty|"
    r"thirty|forty|fifty|hundred"
)
ONE_WORD = rf"(?:{_GREEK}|{_ENGLISH})"
WORDS = rf"(?:{_GREEK}|{_ENGLISH})(?![^\W_])(?:[ \-](?:and )?(?:{_GREEK}|{_ENGLISH})(?![^\W_])){{0,5}}"
"""One number in words."""
