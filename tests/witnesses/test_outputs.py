"""The last look at what leaves: what was removed must not stand in any artefact, and what is computed is no trace."""

import json
from pathlib import Path, PurePosixPath

import pytest

from redactor.errors import WithheldError
from redactor.removed import Removed
from redactor.witnesses.outputs import require_nothing_left

SIDECAR = {
    "output": "note.txt",
    "engines": ["word finder"],
    "source_digest": "0261134fd12d57c8",
    "at": "2026-11-30T02:09:00+00:00",
}


def look(tmp_path: Path, sidecar: dict[str, object], *more: Removed) -> None:
    (draft := tmp_path / "draft.txt").write_text("ο λογαριασμός [IBAN_CODE]", encoding="utf-8")
    removed = [Removed("GR81 0261 1345 4019 0864 6038 694", "IBAN_CODE", ()), *more]
    place = PurePosixPath("note.txt")
    require_nothing_left(draft, "txt", [place], json.dumps(sidecar), {}, removed, "[{type}]", searched=False)


def test_a_date_and_digests_that_share_digits_with_a_value_are_no_trace(tmp_path: Path) -> None:
    look(tmp_path, SIDECAR)


def test_a_surname_that_sounds_like_a_type_is_no_trace(tmp_path: Path) -> None:
    look(tmp_path, {**SIDECAR, "types": ["IBAN_CODE", "DATE_OF_BIRTH"]}, Removed("Κόντου", "PERSON", ()))


def test_a_value_in_a_sidecar_is_a_trace(tmp_path: Path) -> None:
    with pytest.raises(WithheldError) as caught:
        look(tmp_path, {**SIDECAR, "engines": ["word finder 0261 1345"]})
    assert caught.value.reason == "TRACE_LEFT"
