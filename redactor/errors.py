"""Errors: one tree, each class with the exit code that the command line ends with.

    RedactorError               1  something that should not happen
    ├── PolicyError             2  the configuration or the command line is wrong
    ├── MissingEngineError      3  an engine, a model or a system program is not here
    ├── MediaError              4  the input cannot be read, or must not be
    ├── EngineError             5  an engine failed while it worked
    │   └── ChildDiedError      5  the process that worked on it crashed, hung or grew too large
    ├── WithheldError           6  not redacted: the output was withheld
    │   └── StoreError          6  a store did not answer, or answered nonsense
    │       └── DraftGoneError  6  a draft was taken away before it was published
    └── LedgerError             7  the ledger cannot be read or written
        ├── BusyError           7  another run is at work on the same output folder
        └── LeaseLostError      7  another worker has taken over the item

Messages never hold personal data: they name what is wrong, where, and what to do next. A `reason` is a short constant
that reports and tests can count (for example ``EMPTY_FILE``).
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the command line ends with; the table in README.md is compared with this enum by a test."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    MISSING_ENGINE = 3
    UNREADABLE = 4
    ENGINE_FAILED = 5
    WITHHELD = 6
    LEDGER = 7
    PARTLY_FAILED = 8
    INTERRUPTED = 130


class RedactorError(Exception):
    """Base of every error that this library raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason or _constant(type(self).__name__)
        """Upper-case constant, free of personal data, for counting (`NO_SPEECH`, `EMPTY_FILE`, ...)."""


class PolicyError(RedactorError):
    """The configuration is wrong: the message names the file, the line, and what is allowed there."""

    exit_code = ExitCode.USAGE


class MissingEngineError(RedactorError):
    """An engine, a model or a system program is missing: the message says what to install."""

    exit_code = ExitCode.MISSING_ENGINE


class MediaError(RedactorError):
    """The input cannot be read, or must not be read (a bomb, a link that leaves its folder, an unsafe name)."""

    exit_code = ExitCode.UNREADABLE


class EngineError(RedactorError):
    """A foreign engine failed or answered nonsense."""

    exit_code = ExitCode.ENGINE_FAILED


class ChildDiedError(EngineError):
    """The process that worked on an item ended without an answer, or was ended because it would never give one."""

    def __init__(self, message: str, *, reason: str = "", item: str = "") -> None:
        super().__init__(message, reason=reason)
        self.item = item
        """Digest of the item that it was at; empty when it had begun none, or more than one is to blame."""


class WithheldError(RedactorError):
    """The output could not be verified, judged or written: nothing was published."""

    exit_code = ExitCode.WITHHELD


class StoreError(WithheldError):
    """A store did not answer or answered nonsense (`STORE_DOWN`, `STORE_TRUNCATED`, `STORE_DENIED`, ...)."""


class DraftGoneError(StoreError):
    """The draft that was to be published is not there: another run cleared it, and has the item now."""


class LedgerError(RedactorError):
    """The ledger cannot be opened, read or written; without it nothing is published."""

    exit_code = ExitCode.LEDGER


class BusyError(LedgerError):
    """Another run holds the lock of the output folder."""


class LeaseLostError(LedgerError):
    """Another worker has taken over the item, because this one did not answer in time: what it made is dropped."""


def _constant(name: str) -> str:
    words = "".join(f"_{c}" if c.isupper() else c for c in name.removesuffix("Error")).strip("_")
    return words.upper()
