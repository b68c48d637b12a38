"""The receipt of one redaction: digests, counts and versions, nothing that can hold personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done to one file, provable afterwards."""

    source_digest: str
    """SHA-256 (hex) of the source file."""
    output_digest: str
    """SHA-256 (hex) of the redacted file."""
    policy_digest: str
    """SHA-256 (hex) of the policy, see `Policy.digest`."""
    output: str
    """Path of the redacted file below the output folder, free of personal data."""
    kind: str
    """`audio`, `image` or `text`."""
    engines: tuple[str, ...]
    """Names and versions of what read, judged and verified."""
    counts: tuple[tuple[str, int], ...]
    """Redactions per entity type, sorted by type."""
    uncertain_ms: int
    """Milliseconds of speech that gave no words and were masked."""
    rounds: int
    """How often the output was rendered until its second reading showed nothing."""
    verdict: str
    """`verified`: the output was read again and nothing was left."""
    at: str
    """UTC time of publication, ISO 8601."""
    seconds: tuple[tuple[str, float], ...]
    """Wall-clock seconds per stage (`read`, `detect`, `render`, `verify`, and the reader's own)."""
    interaction: tuple[str, ...] = ()
    """Source digests of the other files of its interaction whose certain values were looked for in it, sorted."""
    marks: tuple[str, ...] = ()
    """What retention must know of the original: `minor`, `card-code`; sorted."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types; pairs become objects."""
        body = asdict(self)
        body["counts"], body["seconds"] = dict(self.counts), dict(self.seconds)
        return body

    @staticmethod
    def from_dict(body: Mapping[str, Any]) -> Receipt:
        """The other way; keys that are none of a receipt's are left aside. Raises `KeyError` when one is missing."""
        # Receipts of earlier releases have no marks.
        body = {"marks": (), **body}
        values: dict[str, Any] = {f.name: body[f.name] for f in fields(Receipt)}
        values |= {name: tuple(body[name].items()) for name in ("counts", "seconds")}
        values |= {name: tuple(body[name]) for name in ("engines", "interaction", "marks")}
        return Receipt(**values)
