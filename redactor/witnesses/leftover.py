"""What another reading of an output still says of the values that were removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redactor.evidence import Evidence, locate
from redactor.findings import Finding, Redaction, resolve
from redactor.removed import Removed
from redactor.repeats import Values, Words
from redactor.traces import traces
from redactor.verify import inside

_LEAST_DIGITS = 5
"""A number of fewer digits is also a price or a count."""
_LEAST_LETTERS = 6
"""A name of fewer letters is also a common word."""
_LEAST_RARE = 12
"""Other values of fewer letters are cities and offices, which stand elsewhere for themselves."""
_ALIKE = str.maketrans("αβγεζηικμνορτυχvu", "abyezhikmnoptyxny")
"""Folded Greek letters and the Latin ones that look the same, small or capital (ν is v, and N is N)."""
_DIGITS = str.maketrans("οoιilσsβbζz", "00111558822")
"""Folded letters that a reader takes for digits."""


def leftover(
    evidence: Evidence, covers: Sequence[Redaction], removed: Sequence[Removed], placeholder: str, witness: str
) -> tuple[Redaction, ...]:
    """Where `evidence` of an output says one of `removed` outside of `covers`.

    Args:
        evidence: of the output, read again.
        covers: what was made unrecognisable in it.
        removed: values that were taken out.
        placeholder: stands in `evidence` for what is in place of each cover; with `{type}`.
        witness: who says so.

    Returns:
        One redaction for each place, its regions those of the words that say it.
    """
    hidden = [region for cover in covers for region in cover.regions]
    text = evidence.text
    found = resolve((*traces(text, removed, placeholder=placeholder), *misread(text, removed, witness)))
    said = locate(Evidence(evidence.words), found)
    parts = [(place, tuple(region for region in place.regions if not inside(region, hidden))) for place in said]
    return tuple(Redaction(place.entity_type, regions, 1.0, witness) for place, regions in parts if regions)


def misread(text: str, removed: Sequence[Removed], detector: str) -> Iterator[Finding]:
    """Where `text` says a value as characters are misrecognised, which nobody does who writes one in another form.

    Greek and Latin letters of one shape are one letter, and in numbers letters that look like digits are digits. Looked
    for are whole values, however they are parted: numbers of five digits and more, addresses of e-mail, names of six
    letters and more, other values of twelve letters and more. What is shorter stands on a screen for itself as well.
    """
    by_type: dict[str, set[str]] = {}
    for value in removed:
        by_type.setdefault(value.entity_type, set()).update(_keys(value))
    words = Words(text)
    words.tokens = [(_as_seen(token), start, end) for token, start, end in words.tokens]
    for entity_type, keys in by_type.items():
        for span in Values(keys).places(words):
            yield Finding(span, entity_type, 1.0, detector)


def _keys(value: Removed) -> Iterator[str]:
    whole = "".join(_as_seen(token) for token, _, _ in Words(value.text).tokens)
    digits = sum(sign.isdigit() for sign in whole)
    least = _LEAST_LETTERS if value.entity_type == "PERSON" else _LEAST_RARE
    if digits >= _LEAST_DIGITS or "@" in value.text or len(whole) >= least:
        yield whole


def _as_seen(token: str) -> str:
    """A folded word with one sign for all that look the same; in a number letters are digits."""
    return token.translate(_DIGITS if 2 * sum(sign.isdigit() for sign in token) >= len(token) else _ALIKE)
