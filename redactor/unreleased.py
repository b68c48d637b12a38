"""What the release gate holds back: verified outputs that stand beside their places, not in them.

A run under a gate puts an output into `.redactor.held/<run>/<place>` of its store. No walk shows that folder, nothing
sweeps it, and the ledger knows each file in it by its place and digest, as it knows those that were released.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from redactor.boundary import UNRELEASED, checked
from redactor.errors import StoreError

_ABOVE = 2
"""Folders above the final place of what is held back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One output of an item, as its row tells of it."""

    place: PurePosixPath = field(repr=False)
    """Where it stands."""
    final: PurePosixPath = field(repr=False)
    """Where it stands when it is released; the same for what is."""
    stamp: str
    digest: str
    """SHA-256 (hex)."""

    @property
    def held(self) -> bool:
        """True while it is held back."""
        return self.place != self.final


def held_place(run: str, final: PurePosixPath) -> PurePosixPath:
    """Where an output of a run is held back. Raises `StoreError` when the name of the run is more than a name."""
    if "/" in run:
        raise StoreError("a place leaves its store; nothing was done there", reason="STORE_LEFT")
    return checked(PurePosixPath(UNRELEASED)) / checked(PurePosixPath(run)) / checked(final)


def is_held(place: PurePosixPath) -> bool:
    """True for the place of something that is held back."""
    return len(place.parts) > _ABOVE and place.parts[0] == UNRELEASED


def final_of(place: PurePosixPath) -> PurePosixPath:
    """The place that an output gets when it is released; `place` itself where nothing is held back."""
    return PurePosixPath(*place.parts[_ABOVE:]) if is_held(place) else place


def run_of(place: PurePosixPath) -> str:
    """The run that is held back, of one of its places; empty for any other place."""
    return place.parts[1] if is_held(place) else ""


def standing_of(output_stamps: str) -> list[Standing]:
    """All outputs that a row tells of (`Row.output_stamps`), held back or not, in its order."""
    return [
        Standing(PurePosixPath(place), final_of(PurePosixPath(place)), str(stamp), str(digest))
        for place, (stamp, digest) in json.loads(output_stamps or "{}").items()
    ]


def newest(standing: Iterable[Standing]) -> dict[PurePosixPath, Standing]:
    """The outputs of the last commit by their final places: what is held back replaces what was released before."""
    listed = list(standing)
    held = {one.final: one for one in listed if one.held}
    return held or {one.final: one for one in listed}


def place_now(output_stamps: str, final: PurePosixPath) -> PurePosixPath:
    """Where the output of a row that belongs at `final` stands now: there, or where it is held back."""
    found = newest(standing_of(output_stamps)).get(final)
    return final if found is None else found.place


def stamps_json(stamps: Mapping[PurePosixPath, tuple[str, str]]) -> str:
    """`Row.output_stamps` from place -> stamp and digest."""
    return json.dumps({str(place): list(known) for place, known in stamps.items()}, ensure_ascii=False)
