"""Anchors: signed lines that say how the chain ended at a time. A chain that was cut or made anew contradicts them.

Who can change the ledger and read the signing key can change both: copies of the anchors belong on another machine.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redactor.chain import hash_at, tip_of
from redactor.errors import LedgerError
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.signatures import is_signed, public_key_of, signed
from redactor.stores import cannot_write

KIND = "redactor-anchor/1"
_NONE = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong with the evidence."""

    reason: str
    """Upper-case constant."""
    message: str
    """What, free of personal data."""
    seq: int | None = None
    """The entry that it is about, where there is one."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"reason": self.reason, "message": self.message, "seq": self.seq}


def anchor(ledger: Ledger, keyring: Keyring, path: Path) -> dict[str, Any] | None:
    """Append an anchor of the last entry; durable when it returns. None: the ledger is empty.

    When the last anchor says the same already, it is returned. Raises `LedgerError` (`LEDGER_CUT`,
    `LEDGER_REWRITTEN`) when the ledger contradicts it, `WithheldError` when the file cannot be written.
    """
    key = keyring.signing()
    with _locked(path) as stream:
        lines = _whole_lines(stream)
        last = _parsed(lines[-1]) if lines else None
        ours = last is not None and is_signed(last, public_key_of(key))
        if last is not None and ours and (found := _contradiction(ledger, last)) is not None:
            raise LedgerError(f"no anchor was made: {found.message}; run redactor audit verify", reason=found.reason)
        tip = tip_of(ledger.database)
        if not tip.seq or (last is not None and ours and last["seq"] == tip.seq):
            return last if ours else None
        body = {
            "kind": KIND,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "seq": tip.seq,
            "count": tip.seq,
            "hash": tip.hash,
            "ledger": hash_at(ledger.database, 1),
            "previous": _digest(lines[-1]) if lines else _NONE,
        }
        made = signed(body, key)
        os.write(stream, json.dumps(made, sort_keys=True).encode() + b"\n")
        os.fsync(stream)
    return made


def check(ledger: Ledger, path: Path, public_key: str | None, *, required: bool) -> list[Finding]:
    """What the anchors in a file say against the ledger, which was walked before. Raises `LedgerError`.

    `public_key`: base64, None when there is none to believe. `required`: that there is no file is a finding.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        message = "something was signed before, but the file of anchors is gone; compare with a copy of it"
        return [Finding("ANCHORS_GONE", message)] if required else []
    except OSError as error:
        raise LedgerError(f"the file of anchors cannot be read ({error.strerror}); check its permissions") from None
    lines = content.split(b"\n")
    if public_key is None:
        gone = "anchors are there, but the key that signed them is not; give --public-key with a copy of it"
        return [Finding("KEY_GONE", gone)] if any(lines) else []
    if not any(lines):
        return [Finding("ANCHORS_GONE", "the file of anchors is empty; compare with a copy of it")] if required else []
    findings = [] if not lines[-1] else [Finding("ANCHOR_DAMAGED", "the last anchor is not whole")]
    return findings + list(_of_lines(ledger, lines[:-1], public_key))


def missing(path: Path, copy: Path) -> list[Finding]:
    """Anchors of an exported copy that the file no longer has."""
    try:
        here = set(path.read_bytes().split(b"\n")) if path.exists() else set()
        lost = sum(1 for line in copy.read_bytes().split(b"\n") if line.strip() and line not in here)
    except OSError as error:
        raise LedgerError(f"a file of anchors cannot be read ({error.strerror}); check its permissions") from None
    message = f"{lost} anchors of the copy are no longer in the file of anchors"
    return [Finding("ANCHORS_GONE", message)] if lost else []


def _of_lines(ledger: Ledger, lines: Sequence[bytes], public_key: str) -> Iterator[Finding]:
    before, seq, at = _NONE, 0, ""
    for number, line in enumerate(lines, 1):
        body = _parsed(line)
        if body is None:
            yield Finding("ANCHOR_DAMAGED", f"line {number} of the anchors is no anchor")
        elif body["key"] != public_key:
            yield Finding("ANCHOR_FOREIGN", f"line {number} of the anchors was signed with another key", body["seq"])
        elif not is_signed(body, public_key):
            yield Finding("ANCHOR_FORGED", f"line {number} of the anchors is not as it was signed", body["seq"])
        else:
            if body["previous"] != before or body["seq"] < seq or body["at"] < at:
                message = f"line {number} of the anchors does not follow the one before: one was taken out or moved"
                yield Finding("ANCHORS_MOVED", message, body["seq"])
            if (found := _contradiction(ledger, body)) is not None:
                yield found
            seq, at = body["seq"], body["at"]
        before = _digest(line)


def _contradiction(ledger: Ledger, body: dict[str, Any]) -> Finding | None:
    seq = int(body["seq"])
    there = hash_at(ledger.database, seq)
    if there is None:
        last = tip_of(ledger.database).seq
        message = f"the ledger was cut: it ends with entry {last}, but {seq} were anchored at {body['at']}"
        return Finding("LEDGER_CUT", message, last + 1)
    if there != body["hash"] or hash_at(ledger.database, 1) != body["ledger"]:
        message = f"the ledger was made anew: entry {seq}, or one before it, is not what was anchored at {body['at']}"
        return Finding("LEDGER_REWRITTEN", message, seq)
    return None


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(line)
    except ValueError:
        return None
    kinds = {"seq": int, "at": str, "hash": str, "ledger": str, "previous": str, "key": str, "signature": str}
    if not isinstance(body, dict) or body.get("kind") != KIND:
        return None
    whole = all(type(body.get(name)) is kind for name, kind in kinds.items()) and 0 < body["seq"] < 2**31
    return body if whole else None


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, open to append, by one process at a time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)
        if new:
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise cannot_write(error) from error


def _whole_lines(handle: int) -> list[bytes]:
    """The lines that end; a last one that a power cut left without its end was never told to anybody, and goes."""
    with os.fdopen(os.dup(handle), "rb") as stream:
        stream.seek(0)
        content = stream.read()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.ftruncate(handle, whole)
    return [line for line in content[:whole].split(b"\n") if line]
