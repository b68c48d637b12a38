"""What a coordinator and its child process say to each other: an order for each file, an answer to each order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from redactor.errors import (
    EngineError,
    ExitCode,
    LedgerError,
    MediaError,
    MissingEngineError,
    PolicyError,
    RedactorError,
    WithheldError,
)
from redactor.names import Outputs
from redactor.protocols import Kind

MOST_INDEXED = 20_000
"""Rows of the index of persons for one item; a longer list says no more of who is in it."""
_KIND = re.compile(r"[a-z][a-z_]{0,30}")
_MAC = re.compile(r"[0-9a-f]{32}")
_CLASSES: dict[int, type[RedactorError]] = {
    int(cls.exit_code): cls
    for cls in (PolicyError, MissingEngineError, MediaError, EngineError, WithheldError, LedgerError)
}


@dataclass(frozen=True, slots=True)
class Order:
    """One file to redact into drafts."""

    item: str
    """Its digest, see `Item.digest` (64 hex digits)."""
    path: str = field(repr=False)
    """A local file that stays as it is until the answer. Never shown: file names can hold personal data."""
    kind: Kind
    format: str
    """As in `Media`."""
    outputs: Outputs
    """The places that its drafts are for; the receipt and the sidecar name them."""
    store: str = "redact"
    speaker: str = ""
    """As in `Media`."""
    before: tuple[str, tuple[str, ...]] | None = None
    """What an earlier run made of it and still stands: source digest, and those of the files whose values were looked
    for in it. None when it has to be done."""
    day: str = ""
    """ISO date of the recording; empty when it is not known."""
    index_key: str = field(default="", repr=False)
    """Key of the client for the index of persons (64 hex digits); empty: nobody is indexed."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "item": self.item,
            "path": self.path,
            "kind": self.kind,
            "format": self.format,
            "outputs": self.outputs.as_json(),
            "store": self.store,
            "speaker": self.speaker,
            "before": None if self.before is None else [self.before[0], list(self.before[1])],
            "day": self.day,
            "index_key": self.index_key,
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Order:
        """The order that `as_dict` wrote."""
        before = body["before"]
        return cls(
            body["item"],
            body["path"],
            body["kind"],
            body["format"],
            Outputs.from_json(body["outputs"]),
            body["store"],
            body["speaker"],
            None if before is None else (before[0], tuple(before[1])),
            body["day"],
            body["index_key"],
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way from one process to another."""

    code: int
    """Exit code of its class, see `ExitCode`."""
    reason: str
    message: str
    """Free of personal data, as every message of a `RedactorError`."""

    @classmethod
    def of(cls, error: RedactorError) -> Failure:
        """What is told of an error."""
        return cls(int(error.exit_code), error.reason, str(error))

    def error(self) -> RedactorError:
        """An error of the same exit code, reason and message."""
        return _CLASSES.get(self.code, RedactorError)(self.message, reason=self.reason)


@dataclass(frozen=True, slots=True)
class Drafts:
    """Verified drafts of one item, not published."""

    receipt: Mapping[str, Any]
    """As `Receipt.as_dict` gives it; `Receipt.from_dict` takes it back."""
    files: tuple[tuple[str, str], ...] = field(repr=False)
    """Each draft (a local path) with its place below the output folder, the medium last."""
    index: tuple[tuple[str, str, float], ...] = field(default=(), repr=False)
    """Kind, keyed hash (32 hex digits) and score of what tells who is spoken of or shown; empty: not indexed."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        files, index = [list(pair) for pair in self.files], [list(one) for one in self.index]
        return {"receipt": dict(self.receipt), "files": files, "index": index}

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Drafts:
        """The other way. Raises `ValueError`, `KeyError` or `TypeError` for what is none."""
        files = tuple((str(draft), str(place)) for draft, place in body["files"])
        index = tuple((str(kind), str(mac), float(score)) for kind, mac, score in body["index"])
        if len(index) > MOST_INDEXED or not all(_indexed(*one) for one in index):
            raise ValueError("the index of persons holds keyed hashes only")
        return cls(dict(body["receipt"]), files, index)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one order ended: drafts, an error, or neither when what an earlier run made of it still stands."""

    item: str
    drafts: Drafts | None = None
    error: Failure | None = None
    seconds: float = 0.0
    """Wall-clock seconds of its own, reading included."""

    @property
    def unchanged(self) -> bool:
        """True when the earlier outputs stand: nothing new is known that could stand in them."""
        return self.drafts is None and self.error is None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        drafts, error = self.drafts, self.error
        return {
            "item": self.item,
            "drafts": drafts and drafts.as_dict(),
            "error": error and [error.code, error.reason, error.message],
            "seconds": round(self.seconds, 4),
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Answer:
        """The answer that `as_dict` wrote. Raises `ValueError`, `KeyError` or `TypeError` for what is none."""
        drafts, error = body["drafts"], body["error"]
        if drafts is not None and error is not None:
            raise ValueError("an answer is one thing or the other")
        item, seconds = body["item"], float(body["seconds"])
        if not isinstance(item, str):
            raise TypeError("an item is named by its digest")
        if drafts is not None:
            return cls(item, Drafts.from_dict(drafts), seconds=seconds)
        if error is not None:
            code, reason, message = error
            return cls(item, error=Failure(int(ExitCode(code)), str(reason), str(message)), seconds=seconds)
        return cls(item, seconds=seconds)


def _indexed(kind: str, mac: str, score: float) -> bool:
    return _KIND.fullmatch(kind) is not None and _MAC.fullmatch(mac) is not None and 0.0 <= score <= 1.0
