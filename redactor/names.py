"""Where the outputs of an item go: planned for all items of a run together, so that no two ever meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from redactor.protocols import Kind

SIDECAR = ".redaction.json"
_ORDER: dict[Kind, int] = {"audio": 0, "image": 1, "text": 2}


@dataclass(frozen=True, slots=True)
class Outputs:
    """The places of one item's outputs below the output folder."""

    medium: PurePosixPath = field(repr=False)
    """`NAME.ext`, the same form as the source."""
    sidecar: PurePosixPath = field(repr=False)
    """`NAME.redaction.json`, or `NAME.ext.redaction.json` beside another item of the same stem."""
    transcript: PurePosixPath | None = field(default=None, repr=False)
    """`NAME.txt` of a call, or `NAME.ext.txt` when a text of that name is an item itself."""

    def all(self) -> tuple[PurePosixPath, ...]:
        """Every place, the medium last: it is the one that says that the item is done."""
        first = (self.sidecar,) if self.transcript is None else (self.sidecar, self.transcript)
        return (*first, self.medium)


def plan(items: Iterable[tuple[PurePosixPath, Kind]]) -> Iterator[Outputs | None]:
    """The outputs of each `(public path, kind)`, in order; None for an item whose medium place is already taken.

    Media keep their names; sidecars and transcripts step aside: calls before pictures before texts.
    """
    listed = list(items)
    taken: set[str] = set()
    media: list[bool] = []
    for place, _ in listed:
        media.append(_key(place) not in taken)
        taken.add(_key(place))
    planned: dict[int, Outputs] = {}
    for i in sorted(range(len(listed)), key=lambda i: (_ORDER[listed[i][1]], i)):
        place, kind = listed[i]
        if not media[i]:
            continue
        transcript = _free(place, ".txt", taken) if kind == "audio" else None
        planned[i] = Outputs(place, _free(place, SIDECAR, taken), transcript)
    for i in range(len(listed)):
        yield planned.get(i)


def _free(place: PurePosixPath, suffix: str, taken: set[str]) -> PurePosixPath:
    short = place.with_name(place.stem + suffix)
    chosen = short if _key(short) not in taken else place.with_name(place.name + suffix)
    taken.add(_key(chosen))
    return chosen


def _key(place: PurePosixPath) -> str:
    # Mounted shares are often case-insensitive: two names that differ in case only would overwrite each other there.
    return str(place).casefold()
