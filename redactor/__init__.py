"""redactor: finds personal data in Greek and English calls, pictures and texts, and gives back de-identified copies.

    import redactor
    r = redactor.Redactor()
    r.redact_text("...")                   # -> RedactedText(text, findings)
    r.redact_file("call.wav", "out")       # -> Receipt; also bytes or a file object, with name="call.wav"
    redactor.redact_files(["call.wav", "screen.png"], "out")    # of one interaction -> [(path, Receipt or error), ...]
    r.detect("...")                        # -> [Finding, ...]

Importing this package loads the standard library only; engines load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from redactor._version import __version__
from redactor.errors import (
    BusyError,
    EngineError,
    ExitCode,
    LedgerError,
    MediaError,
    MissingEngineError,
    PolicyError,
    RedactorError,
    WithheldError,
)
from redactor.evidence import Evidence, Word
from redactor.findings import Finding, Redaction
from redactor.receipt import Receipt
from redactor.regions import Box, Span, TimeRange

if TYPE_CHECKING:
    from redactor.functions import detect, redact, redact_files, verify
    from redactor.ledger import Ledger
    from redactor.library import RedactedText, Redactor
    from redactor.policy import Policy
    from redactor.policyfile import load_policy

__all__ = [
    "Box",
    "BusyError",
    "EngineError",
    "Evidence",
    "ExitCode",
    "Finding",
    "Ledger",
    "LedgerError",
    "MediaError",
    "MissingEngineError",
    "Policy",
    "PolicyError",
    "Receipt",
    "RedactedText",
    "Redaction",
    "Redactor",
    "RedactorError",
    "Span",
    "TimeRange",
    "WithheldError",
    "Word",
    "__version__",
    "detect",
    "load_policy",
    "redact",
    "redact_files",
    "verify",
]
_LAZY = {
    "Ledger": "redactor.ledger",
    "Policy": "redactor.policy",
    "RedactedText": "redactor.library",
    "Redactor": "redactor.library",
    "detect": "redactor.functions",
    "load_policy": "redactor.policyfile",
    "redact": "redactor.functions",
    "redact_files": "redactor.functions",
    "verify": "redactor.functions",
}


def __getattr__(name: str) -> object:
    if (module := _LAZY.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value
