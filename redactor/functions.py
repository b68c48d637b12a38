"""Module-level shortcuts for scripts: one shared `Redactor` per policy."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from redactor import together
from redactor.errors import RedactorError
from redactor.findings import Finding
from redactor.library import RedactedText, Redactor
from redactor.policy import Policy
from redactor.receipt import Receipt
from redactor.reread import Verdict, reread

_shared: dict[str, Redactor] = {}
_lock = threading.Lock()


def redact(text: str, policy: Policy | None = None) -> RedactedText:
    """Replace every value found in `text`, see `Redactor.redact_text`."""
    return _redactor(policy).redact_text(text)


def detect(source: str | Path, policy: Policy | None = None) -> list[Finding]:
    """Findings in a text (`str`) or a file (`Path`), see `Redactor.detect`."""
    return _redactor(policy).detect(source)


def redact_files(
    paths: Sequence[str | Path], out_dir: str | Path, policy: Policy | None = None
) -> list[tuple[Path, Receipt | RedactorError]]:
    """Redact the files of one interaction, see `redactor.together.redact_files`."""
    return together.redact_files(_redactor(policy), paths, out_dir)


def verify(path: str | Path, policy: Policy | None = None) -> list[Verdict]:
    """Read outputs again; one verdict per file, see `redactor.reread`."""
    return list(reread(_redactor(policy), Path(path)))


def _redactor(policy: Policy | None) -> Redactor:
    policy = policy or Policy()
    with _lock:
        return _shared.setdefault(policy.digest(), Redactor(policy))
