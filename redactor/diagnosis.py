"""Is everything here that a run needs? `redactor doctor` prints these checks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redactor.engines.inventory import inventory
from redactor.engines.models import catalogue
from redactor.errors import LedgerError, RedactorError
from redactor.ledger import Ledger
from redactor.library import Redactor
from redactor.policy import NO_NAMES, Policy, default_ledger_url

_PROBE = "ο αριθμός μου είναι 6971234567"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a run needs."""

    name: str
    ok: bool
    note: str
    """What is here, or what to do."""


def diagnose(policy: Policy) -> Iterator[Check]:
    """Engines, models, detection, ledger, and the folders of every store."""
    for row in inventory():
        if row.needed or row.version:
            yield Check(row.name, bool(row.version), row.version or row.remedy)
    chosen = {policy.models.transcriber, policy.models.names}
    needed = chosen | {"silero-vad", "tesseract-ell", "tesseract-eng"}
    if {"faces", "documents"} & set(policy.image.marks.detect):
        needed.add("centerface")
    if policy.models.names == NO_NAMES and "en" in policy.detection.languages:
        needed.add("en_core_web_sm")
    for model in catalogue().values():
        state = model.state()
        if model.name in needed or state != "missing":
            yield Check(
                f"model {model.name}", state in {"ok", "unpinned"}, state if state != "missing" else model.how_to_get()
            )
    yield _detection(policy)
    yield _ledger(policy)
    for store in policy.stores:
        source = Path(store.source)
        yield Check(f"store {store.name} source", source.is_dir(), "here" if source.is_dir() else "no such folder")
        yield _writable(f"store {store.name} output", Path(store.output))


def _detection(policy: Policy) -> Check:
    try:
        found = Redactor(policy).detect(_PROBE)
    except RedactorError as error:
        return Check("detection", False, str(error))
    return Check("detection", bool(found), "a test number is found" if found else "a test number is not found")


def _ledger(policy: Policy) -> Check:
    try:
        ledger = Ledger(policy.ledger.url or default_ledger_url())
        count = ledger.verify()
        ledger.close()
    except LedgerError as error:
        return Check("ledger", False, str(error))
    return Check("ledger", True, f"chain of {count} entries is whole")


def _writable(name: str, folder: Path) -> Check:
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            return Check(name, True, "can be written")
    except OSError as error:
        return Check(name, False, f"cannot be written ({error.strerror})")
