"""ADDRESS, coordinates of a house on the map: a pair of degrees with four decimals and more, or in minutes and seconds.

Four decimals are some ten metres. https://en.wikipedia.org/wiki/Decimal_degrees
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redactor.recognizers.view import View

_DECIMAL = re.compile(
    r"(?<![\w.,])[+\-−]?(?:[1-8]?\d|90)\.\d{4,15}°?[ ]?[nsβν]?[ ]?[,;/][ ]?"
    r"[+\-−]?(?:1[0-7]\d|180|\d{1,2})\.\d{4,15}(?![\w]|\.\d)°?(?:[ ]?[ewαδ](?![^\W_]))?"
)
_PART = r"\d{1,3}[ ]?°[ ]?\d{1,2}(?:\.\d{1,8})?[ ]?['′’](?:[ ]?\d{1,2}(?:\.\d{1,6})?[ ]?(?:[\"″”]|'')?)?[ ]?"
_MINUTES = re.compile(rf"(?<![\w.,]){_PART}[nsβν][ ]?[,;/]?[ ]?{_PART}[ewαδ](?![^\W_])")


def coordinates(text: View) -> Iterator[tuple[int, int]]:
    """Characters `[start, end)` of each pair of latitude and longitude that is exact enough to show a house."""
    if text.plain.count(".") > 1:
        yield from (match.span() for match in _DECIMAL.finditer(text.plain))
    if "°" in text.plain:
        yield from (match.span() for match in _MINUTES.finditer(text.plain))
