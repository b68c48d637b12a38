"""Is everything here that a run needs? `redactor doctor` prints these checks."""

from __future__ import annotations

from collections.abc import Iterator

from redactor.checkup import Check, checks
from redactor.engines.inventory import inventory
from redactor.engines.models import catalogue
from redactor.errors import RedactorError
from redactor.library import Redactor
from redactor.policy import NO_NAMES, Policy

_PROBE = "ο αριθμός μου είναι 6971234567"


def diagnose(policy: Policy) -> Iterator[Check]:
    """Engines, models, detection, ledger, and the places of every store."""
    for row in inventory():
        if row.needed or row.version:
            yield Check(row.name, bool(row.version), row.version or row.remedy)
    chosen = {policy.models.transcriber, policy.models.names}
    needed = chosen | {"silero-vad", "tesseract-ell", "tesseract-eng"}
    if {"faces", "documents"} & set(policy.image.marks.detect):
        needed.add("centerface")
    if policy.verify.mode != "changed":
        needed.add("text-spotter")
    if policy.models.names == NO_NAMES and "en" in policy.detection.languages:
        needed.add("en_core_web_sm")
    for model in catalogue().values():
        state = model.state()
        if model.name in needed or state != "missing":
            yield Check(
                f"model {model.name}", state in {"ok", "unpinned"}, state if state != "missing" else model.how_to_get()
            )
    yield _detection(policy)
    yield from checks(policy)


def _detection(policy: Policy) -> Check:
    try:
        found = Redactor(policy).detect(_PROBE)
    except RedactorError as error:
        return Check("detection", False, str(error))
    return Check("detection", bool(found), "a test number is found" if found else "a test number is not found")
