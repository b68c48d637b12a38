"""Words of a recording that a mask reaches into, and that say what was found elsewhere."""

from __future__ import annotations

from dataclasses import replace

from redactor.evidence import Evidence, locate
from redactor.findings import Redaction
from redactor.lookup import Lookup
from redactor.regions import TimeRange, mostly
from redactor.removed import Removed
from redactor.traces import traces


def half_covered(
    heard: Evidence, covers: tuple[Redaction, ...], values: tuple[Removed, ...], placeholder: str
) -> tuple[Redaction, ...]:
    """Words of a recording that say what was removed, and that a cover reaches into but leaves most of.

    No transcript shows them, so nothing else finds them once they are known to be personal.
    """
    places = [region for cover in covers for region in cover.regions if isinstance(region, TimeRange)]
    under = Lookup(((place,), place) for place in places)
    left = {
        word.region
        for word in heard.words
        if isinstance(word.region, TimeRange) and (over := under.under(word.region)) and not mostly(word.region, over)
    }
    if not left:
        return ()
    found = locate(heard, traces(heard.text, values, placeholder=placeholder))
    parts = ((one, tuple(region for region in one.regions if region in left)) for one in found)
    return tuple(replace(one, regions=regions) for one, regions in parts if regions)
