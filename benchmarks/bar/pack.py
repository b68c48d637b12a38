"""What the bar consists of: the texts, calls and screens of `pack/`, and the calls and screens of the samples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

Group: TypeAlias = Literal["texts", "calls", "screens", "recordings"]
PACK = Path(__file__).parent / "pack"
SAMPLES = Path(__file__).parents[2] / "samples"
_LANGUAGES = {"el": "el", "en": "en"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to redact, with what must go from it."""

    name: str
    """Unique in its group; it says nothing personal."""
    group: Group
    language: str
    """`el`, `en` or `mixed`."""
    gold: Mapping[str, Any] = field(repr=False)
    """As it stands in the pack: `pii` and the rest."""
    source: Path | None = None
    """The medium; None for a text, which stands in the gold."""
    sample: bool = False
    """It belongs to the samples, which the nightly job redacts."""


def items() -> list[Item]:
    """Everything that is judged, in a fixed order."""
    lines = (PACK / "texts.jsonl").read_text(encoding="utf-8").splitlines()
    found = [Item(gold["id"], "texts", gold["language"], gold) for gold in map(json.loads, lines)]
    for folder, gold in ((PACK, PACK), (SAMPLES, SAMPLES / "gold")):
        for group in ("calls", "screens"):
            for path in sorted((gold / group).glob("*.json")):
                body = json.loads(path.read_text(encoding="utf-8"))
                # Samples without places in their gold are made of others.
                if medium := body.get("audio") or body.get("image") or body.get("video"):
                    found.append(_medium(body, folder / group / medium, sample=folder == SAMPLES))
    return found


def _medium(gold: dict[str, Any], source: Path, *, sample: bool) -> Item:
    spoken = gold["language"]
    language = spoken if isinstance(spoken, str) else "+".join(spoken)
    group: Group = "calls" if "audio" in gold else "screens" if "image" in gold else "recordings"
    return Item(source.stem, group, _LANGUAGES.get(language, "mixed"), gold, source, sample)


def digest(found: list[Item]) -> str:
    """SHA-256 of what must be redacted and of all media: a record holds for exactly one pack."""
    state = hashlib.sha256()
    for item in found:
        state.update(json.dumps([item.name, item.group, item.gold], ensure_ascii=False, sort_keys=True).encode())
        state.update(item.source.read_bytes() if item.source else b"")
    return state.hexdigest()
