"""The turn of the witnesses: what readings by other means say of a draft, or of an output that was published before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from redactor.findings import Redaction
from redactor.policy import VerifyPolicy
from redactor.protocols import Media, Scope, Witness
from redactor.regions import Box, Region, TimeRange, overlap
from redactor.removed import Removed

_WIDER_MS = 300
"""What a witness hears is covered with this much of the sound on both sides of it."""
_WIDER_SHARE = 0.5
"""What it sees, with this share of its height around it."""
_DIGEST_BITS = 32


def scope_of(policy: VerifyPolicy, digest: str) -> Scope | None:
    """How much of an output is looked at; None: nothing, as it is not among those that `sample` chose.

    `digest` is the SHA-256 (hex) of the source, so that each run chooses the same; without one all is looked at.
    """
    if policy.mode != "sample":
        return policy.mode
    drawn = int(digest[: _DIGEST_BITS // 4], 16) / 2**_DIGEST_BITS if digest else 0.0
    return "full" if drawn < policy.sample_share else None


def witnessed(
    witness: Witness,
    output: Media,
    covers: Sequence[Redaction],
    removed: Sequence[Removed],
    extent: Sequence[Region],
    scope: Scope,
) -> tuple[Redaction, ...]:
    """What `witness` still finds in `output`, with wider margins inside of `extent` (see `Evidence.extent`)."""
    left = witness.left(output, covers, removed, scope)
    return tuple(replace(r, regions=tuple(_wider(region, extent) for region in r.regions)) for r in left)


def _wider(region: Region, extent: Sequence[Region]) -> Region:
    whole = next((whole for whole in extent if overlap(region, whole)), None)
    if isinstance(region, TimeRange) and isinstance(whole, TimeRange):
        wide = region.padded(_WIDER_MS)
        return TimeRange(region.channel, max(wide.start_ms, whole.start_ms), min(wide.end_ms, whole.end_ms))
    if isinstance(region, Box) and isinstance(whole, Box):
        return region.padded(round(_WIDER_SHARE * (region.bottom - region.top)), whole.right, whole.bottom)
    return region
