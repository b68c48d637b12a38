"""Interactions: files that belong together (a call, its screens, its notes), and what each learns from the others.

Every file of an interaction is read and judged once before any is written. What is certain in one is then known in all.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import regex

from redactor.assembly import Assembly
from redactor.codes import judged
from redactor.errors import PolicyError, RedactorError
from redactor.evidence import Evidence
from redactor.known import Known, united
from redactor.protocols import Media, Progress
from redactor.storepolicy import InteractionsPolicy
from redactor.stores import Item

_MATCH_S = 1.0
"""Names come from outside; a rule that takes longer than this for one would hold up the run."""


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What the first reading of a file gave; it is not read again for its first draft."""

    source_digest: str
    """SHA-256 (hex) of the file when it was read; empty when not even that could be had."""
    evidence: Evidence | None = field(default=None, repr=False)
    error: RedactorError | None = None
    """Why there is no evidence."""
    known: Known = field(default_factory=Known, repr=False)
    """The values that are certain in it."""
    seconds: tuple[tuple[str, float], ...] = ()
    """Seconds per stage, as in a receipt."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a file of an interaction is redacted with."""

    own: FirstReading
    known: Known = field(repr=False)
    """The values of all files together."""
    others: tuple[str, ...] = ()
    """Source digests of the other files whose values are among them, sorted."""


def look(media: Media, digest: str, assembly: Assembly, progress: Progress) -> FirstReading:
    """Read a file and find what is certain in it. Raises a `RedactorError` when it cannot be read."""
    began = time.perf_counter()
    progress("read", 0.0)
    evidence = assembly.reader(media.kind).read(media)
    progress("read", 1.0)
    read = time.perf_counter()
    progress("detect", 0.0)
    detector = assembly.detector()
    parts = [detector.confirmed(evidence.text, celled=evidence.celled)]
    # A code says more than it shows: a card with name and number stands beside no label.
    parts += [detector.confirmed(mark.content) for mark in judged(evidence, detector).marks if mark.content]
    progress("detect", 1.0)
    spent = (("read", round(read - began, 4)), ("detect", round(time.perf_counter() - read, 4)))
    return FirstReading(digest, evidence, known=united(parts), seconds=spent)


def shared(own: FirstReading, readings: Sequence[FirstReading]) -> Shared:
    """What a file is redacted with, given all readings of its interaction; those that failed have nothing to share."""
    read = {reading.source_digest for reading in readings if reading.evidence is not None}
    return Shared(own, united(reading.known for reading in readings), tuple(sorted(read - {own.source_digest})))


def grouped(items: Iterable[tuple[Hashable, Item]], policy: InteractionsPolicy) -> list[list[int]]:
    """The indexes of `(source, item)` by interaction, in the order of the first of each; an item of none is alone.

    Only items of one source belong together. Raises `PolicyError` when the rule takes too long for a name.
    """
    groups: dict[Hashable, list[int]] = {}
    for at, (source, item) in enumerate(items):
        known = _interaction(item, policy) if item.media is not None else None
        groups.setdefault((at,) if known is None else (source, known), []).append(at)
    return list(groups.values())


def _interaction(item: Item, policy: InteractionsPolicy) -> str | None:
    if policy.by == "none":
        return None
    if policy.by == "folder":
        return str(item.path.parent)
    name = str(item.relative) if policy.by == "path" else item.relative.name
    rule = regex.compile(policy.pattern)
    try:
        match = rule.search(name, timeout=_MATCH_S)
    except TimeoutError:
        raise PolicyError("interactions.pattern takes too long for a file name; make it simpler") from None
    return match["id" if "id" in rule.groupindex else 1] if match else None
