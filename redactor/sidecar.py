"""The sidecar: a JSON beside each output with regions, types, scores, engines and layout; no personal data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from redactor import stores
from redactor.findings import Redaction
from redactor.receipt import Receipt
from redactor.regions import Box, Region, TimeRange, Track, overlap

if TYPE_CHECKING:
    # Publication asks whose a sidecar is, and needs no engine for that.
    from redactor.pipeline import Draft

PRODUCT = "redactor"


def sidecar(draft: Draft, receipt: Receipt, transcripts: Mapping[str, str] | None = None) -> str:
    """JSON text: the receipt, the extent of the medium, what was covered and why, and the boxes of words that stay.

    `transcripts`: file names of the transcripts of a call, each with the SHA-256 (hex) of its bytes.
    """
    boxes = [word.region for word in draft.evidence.words if isinstance(word.region, Box)]
    covers = [region for cover in draft.covers for region in cover.regions]
    body = {
        "product": PRODUCT,
        **receipt.as_dict(),
        "transcripts": dict(transcripts or {}),
        "extent": [_place(region) for region in draft.evidence.extent],
        "covers": _places(draft.covers),
        "explained": _places(draft.explained),
        "redactions": [_redaction(redaction) for redaction in draft.redactions],
        "layout": [asdict(box) for box in boxes if not any(overlap(box, cover) for cover in covers)],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def is_ours(sidecar_path: Path, medium: Path) -> bool:
    """True when `sidecar_path` is a sidecar of this product that names exactly the bytes of `medium`."""
    try:
        body = json.loads(sidecar_path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(body, dict) and body.get("product") == PRODUCT and body.get("output_digest") == stores.sha256(medium)
    )


def counts(redactions: tuple[Redaction, ...]) -> tuple[tuple[str, int], ...]:
    """Redactions per entity type, sorted by type."""
    return tuple(sorted(Counter(r.entity_type for r in redactions).items()))


def uncertain_ms(redactions: tuple[Redaction, ...]) -> int:
    """Milliseconds of speech that gave no words."""
    regions = [x for r in redactions if r.entity_type == "UNCERTAIN" for x in r.regions]
    return sum(len(x) for x in regions if isinstance(x, TimeRange))


def _places(redactions: tuple[Redaction, ...]) -> list[dict[str, object]]:
    return [{"type": r.entity_type, **_place(region)} for r in redactions for region in r.regions]


def _place(region: Region) -> dict[str, object]:
    if isinstance(region, Track):
        return {"stays": [asdict(stay) for stay in region.stays]}
    return asdict(region)


def _redaction(redaction: Redaction) -> dict[str, object]:
    regions = [_place(region) for region in redaction.regions]
    return {
        "type": redaction.entity_type,
        "score": round(redaction.score, 3),
        "detector": redaction.detector,
        "regions": regions,
    }
