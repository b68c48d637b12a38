"""The last look at all that is about to leave: the medium's bytes and container, transcripts, sidecar and names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from redactor.byte_traces import byte_traces_of
from redactor.errors import WithheldError
from redactor.removed import Removed
from redactor.surrogates import TYPES
from redactor.traces import Search
from redactor.witnesses.artefacts import carried
from redactor.witnesses.text import of_transcripts, trace_left

_COMPUTED = frozenset({"at", "source_digest", "output_digest", "policy_digest"})
"""Keys of a sidecar: when it was written, and digests."""


def require_nothing_left(
    medium: Path,
    format: str,
    places: Sequence[PurePosixPath],
    sidecar: str,
    transcripts: Mapping[str, str],
    removed: Sequence[Removed],
    placeholder: str,
    *,
    searched: bool,
) -> None:
    """No artefact of one item says what was removed from it, and its container carries nothing but its content.

    Args:
        medium: the draft, `format` as in `Media.format`.
        places: where the outputs will be, below the output folder.
        sidecar: its text (JSON).
        transcripts: the text of each form (`txt`, `json`, ...).
        removed: what to look for.
        placeholder: `text.placeholder` of the policy.
        searched: the bytes were searched before, by the witness of texts.

    Raises `WithheldError`: `TRACE_LEFT` with the entity types, `CONTAINER_CARRIES`.
    """
    search = Search(removed, placeholder)
    _, *strings = carried(medium, format)
    if named := {f.entity_type for place in places for f in search.find(str(place))}:
        types = ", ".join(sorted(named))
        message = f"the name of the output says what was removed ({types}); rename the input, or set names.template"
        raise WithheldError(message, reason="TRACE_LEFT")
    # Numbers of a sidecar are places and times; what is computed tells nothing, but a date may hold a number's digits.
    said = (*strings, *_strings({key: value for key, value in json.loads(sidecar).items() if key not in _COMPUTED}))
    # What kind of value was found is from a fixed list, however much a surname sounds like it (Κόντου, IBAN_CODE).
    left = {f.entity_type for text in dict.fromkeys(said) if text not in TYPES for f in search.find(text)}
    left |= {kind for kinds in of_transcripts(transcripts, removed, placeholder).values() for kind in kinds}
    left |= set() if searched else set(byte_traces_of(medium, removed))
    if left:
        raise trace_left(left)


def _strings(body: Any) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict):
        for key, value in body.items():
            yield key
            yield from _strings(value)
    elif isinstance(body, list):
        for value in body:
            yield from _strings(value)
