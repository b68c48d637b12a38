"""A correct output with all that it was made from, and copies of it that are broken and sealed again."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redactor.described import Described, described
from redactor.names import SIDECAR
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.regions import Region
from redactor.removed import Removed
from redactor.stores import sha256


@dataclass(frozen=True, slots=True)
class Good:
    """A correct output."""

    original: Media
    output: Media
    told: Described
    """What its sidecar says."""
    values: tuple[Removed, ...] = field(repr=False)
    """What was in the original."""
    text: str = field(repr=False)
    """All that was read in it."""
    policy: Policy = field(repr=False)

    @property
    def covers(self) -> tuple[Region, ...]:
        """The covered places, in order."""
        return tuple(region for cover in self.told.covers for region in cover.regions)

    @property
    def transcripts(self) -> list[Path]:
        """The files of a call that say what was said."""
        names = json.loads(self.sidecar.read_text(encoding="utf-8")).get("transcripts", {})
        return [self.output.path.with_name(name) for name in names]

    @property
    def sidecar(self) -> Path:
        """Its sidecar."""
        beside = (self.output.path.with_name(name + SIDECAR) for name in (self.output.path.name, self.output.path.stem))
        return next(path for path in beside if path.is_file() and described(self.output.path))


@dataclass(frozen=True, slots=True)
class Broken:
    """A copy of a correct output in a folder of its own, to be broken. Its sidecar is written anew afterwards."""

    good: Good
    folder: Path
    rng: random.Random

    @property
    def medium(self) -> Path:
        """The copy of the medium."""
        return self.folder / self.good.output.path.name

    @property
    def transcripts(self) -> list[Path]:
        """The copies of the transcripts."""
        return [self.folder / path.name for path in self.good.transcripts]

    def seal(self) -> None:
        """Give the sidecar the digests of what is there now: whoever breaks an output may write its sidecar, too."""
        path = self.folder / self.good.sidecar.name
        body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        body["output_digest"] = sha256(self.medium)
        body["transcripts"] = {path.name: sha256(path) for path in self.transcripts}
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


Sabotage = Callable[[Broken], bool]
"""Breaks a copy. False when this output cannot be broken in this way (a wrong channel of a call that has one)."""


def broken(good: Good, folder: Path, sabotage: Sabotage, seed: int) -> bool:
    """A broken copy of `good` in `folder`, which is made anew; False when there is none."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in (good.output.path, good.sidecar, *good.transcripts):
        shutil.copy(path, folder)
    copy = Broken(good, folder, random.Random(seed))
    if not sabotage(copy):
        return False
    copy.seal()
    return True
