"""The files of one interaction, redacted together: all are read before any is written, each ends for itself.

A file that cannot be read or must be withheld stops no other; its values are missing for them if it could not be read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from redactor import stores
from redactor.errors import ExitCode, MediaError, RedactorError
from redactor.foreign import Interruptible
from redactor.interactions import FirstReading, Shared, shared
from redactor.library import Redactor
from redactor.names import Outputs
from redactor.protocols import Progress
from redactor.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Published:
    """What an earlier run made of a file that is still as it was."""

    source_digest: str
    others: frozenset[str]
    """Source digests of the files whose values were looked for in it."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an interaction."""

    item: stores.Item
    outputs: Outputs | None
    out_dir: Path
    store: str
    progress: Progress | None = None
    before: Published | None = None
    """None when it has to be done."""


@dataclass(slots=True)
class Ended:
    """How a file ended."""

    result: Receipt | RedactorError | None = field(default=None)
    """None when it had been done before, and nothing new is known that could stand in it."""
    seconds: float = 0.0


End: TypeAlias = Callable[[Member, Shared], Receipt]
"""How a member that has to be done ends, given what all readings gave. It raises a `RedactorError`."""


def redact_files(
    redactor: Redactor, paths: Sequence[str | Path], out_dir: str | Path
) -> list[tuple[Path, Receipt | RedactorError]]:
    """Write the de-identified copies of the files of one interaction into `out_dir`; each path with how it ended.

    What is certain in one (a name in the call) is covered in all (on its screens), whatever `[interactions]` says. The
    paths are told apart by their names. Raises `MediaError` for a folder, and `LedgerError`.
    """
    places = [Path(path) for path in paths]
    if any(place.is_dir() for place in places):
        raise MediaError("this is a folder; name the files of the interaction", reason="NOT_A_FILE")
    items = [next(iter(stores.scan(place))) for place in places]
    outputs = redactor.plan([(item, redactor.public_name(item.relative)) for item in items], "redact")
    members = [Member(*pair, Path(out_dir), "redact") for pair in zip(items, outputs, strict=True)]
    ended = redact_together(redactor, members)
    return [(place, end.result) for place, end in zip(places, ended, strict=True) if end.result is not None]


def redact_together(
    redactor: Redactor,
    members: Sequence[Member],
    *,
    overwrite: bool = False,
    interruptible: Interruptible = nullcontext,
    end: End | None = None,
) -> list[Ended]:
    """How each of `members` ended, in their order. Raises `LedgerError`; an interrupt gives up all that have not ended.

    `end` makes the outputs of one member; by default they are published (`Redactor.redact_item`).

    Members that were done before are left alone when every file that has something to share was known to them: a new or
    a changed file has the whole interaction read again, a file that is gone or cannot be read has not.
    """

    def published(member: Member, known: Shared) -> Receipt:
        return redactor.redact_item(
            member.item,
            member.outputs,
            member.out_dir,
            store=member.store,
            progress=member.progress,
            overwrite=overwrite,
            interruptible=interruptible,
            shared=known,
        )

    ended = [Ended() for _ in members]
    readings: dict[int, FirstReading] = {}
    open_ = set(range(len(members)))
    try:
        for at in sorted(open_):
            if members[at].before is None:
                readings[at] = _read(redactor, members[at], ended[at], interruptible)
        todo = _todo(members, readings)
        if any(at not in readings or readings[at].evidence is not None for at in todo):
            for at in sorted(open_ - readings.keys()):
                readings[at] = _read(redactor, members[at], ended[at], interruptible)
        for at, member in enumerate(members):
            open_.discard(at)
            if at in todo:
                _end(end or published, member, ended[at], shared(readings[at], list(readings.values())))
    except KeyboardInterrupt:
        for at in sorted(open_):
            redactor.give_up(members[at].item, members[at].store)
        raise
    return ended


def _todo(members: Sequence[Member], readings: dict[int, FirstReading]) -> set[int]:
    sharing = {member.before.source_digest for member in members if member.before}
    sharing |= {reading.source_digest for reading in readings.values() if reading.evidence is not None}
    return {
        at
        for at, member in enumerate(members)
        if member.before is None or not sharing <= member.before.others | {member.before.source_digest}
    }


def _read(redactor: Redactor, member: Member, ended: Ended, interruptible: Interruptible) -> FirstReading:
    began = time.perf_counter()
    reading = redactor.first_reading(member.item, member.progress, interruptible)
    ended.seconds += time.perf_counter() - began
    return reading


def _end(end: End, member: Member, ended: Ended, known: Shared) -> None:
    began = time.perf_counter()
    try:
        ended.result = end(member, known)
    except RedactorError as error:
        if error.exit_code == ExitCode.LEDGER:
            raise
        ended.result = error
    ended.seconds += time.perf_counter() - began
