"""Places: the same promises for a local folder and for a store behind fsspec."""

import errno
import hashlib
import os
import time
import uuid
from pathlib import Path, PurePosixPath

import pytest

from redactor.boundary import Place
from redactor.engines.patience import Limits, Patience
from redactor.errors import DraftGoneError, PolicyError, StoreError, WithheldError
from redactor.places import open_place, resolved

P = PurePosixPath


@pytest.fixture(params=["local", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    url = str(tmp_path / "root") if request.param == "local" else f"memory://{uuid.uuid4().hex}"
    return open_place(url, create=True)


def stored(place: Place, tmp_path: Path, name: str, content: bytes) -> None:
    draft = tmp_path / "draft"
    draft.write_bytes(content)
    place.put(draft, P(name))


def test_a_draft_is_stored_read_again_and_published(place: Place, tmp_path: Path) -> None:
    stored(place, tmp_path, ".redactor.tmp/ab-1/x.wav", b"sound")
    assert place.digest(P(".redactor.tmp/ab-1/x.wav")) == hashlib.sha256(b"sound").hexdigest()
    assert list(place.drafts()) == ["ab-1"]
    assert list(place.walk()) == []
    stored(place, tmp_path, "day/x.wav", b"older")
    place.rename(P(".redactor.tmp/ab-1/x.wav"), P("day/x.wav"))
    place.clear("ab-1")
    place.clear("ab-1")
    assert list(place.drafts()) == []
    ((seen,),) = place.walk()
    assert (str(seen.relative), seen.size, seen.refusal) == ("day/x.wav", 5, None)
    assert place.look(P("day/x.wav")) == seen
    assert place.stamps([P("day/x.wav"), P("day/y.wav")]) == {P("day/x.wav"): seen.stamp}
    place.fetch(P("day/x.wav"), tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"sound"
    place.remove(P("day/x.wav"))
    place.remove(P("day/x.wav"))
    assert place.look(P("day/x.wav")) is None
    assert place.digest(P("day/x.wav")) is None


def test_a_draft_that_was_cleared_cannot_be_published(place: Place, tmp_path: Path) -> None:
    stored(place, tmp_path, ".redactor.tmp/ab-1/x.wav", b"sound")
    place.clear("ab-1")
    with pytest.raises(DraftGoneError):
        place.rename(P(".redactor.tmp/ab-1/x.wav"), P("x.wav"))
    assert place.look(P("x.wav")) is None


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", ""])
def test_nothing_leaves_the_root(place: Place, tmp_path: Path, name: str) -> None:
    for call in (place.look, place.path, place.digest, place.remove):
        with pytest.raises(StoreError) as caught:
            call(P(name))
        assert caught.value.reason == "STORE_LEFT"
    with pytest.raises(StoreError):
        place.clear(name or "..")


def test_stems_are_not_parted_and_names_are_sorted(place: Place, tmp_path: Path) -> None:
    for name in ("b.txt", "a-2.wav", "a.wav", "a.txt", "sub/c.wav", "[x]*.wav"):
        stored(place, tmp_path, name, b"x")
    names = [[str(s.relative) for s in part] for part in place.walk()]
    assert names == [["[x]*.wav", "a.txt", "a.wav", "a-2.wav", "b.txt"], ["sub/c.wav"]]


def test_an_output_folder_that_became_a_link_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    place = open_place(str(tmp_path / "root"), create=True)
    stored(place, tmp_path, ".redactor.tmp/ab-1/x.wav", b"sound")
    (tmp_path / "root" / "day").symlink_to(outside)
    with pytest.raises(WithheldError):
        place.rename(P(".redactor.tmp/ab-1/x.wav"), P("day/x.wav"))
    with pytest.raises(WithheldError):
        stored(place, tmp_path, "day/y.wav", b"sound")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "OUTPUT_FULL"),
        (errno.EIO, "OUTPUT_FAILED"),
        (errno.EMFILE, "OUTPUT_FAILED"),
        (errno.EROFS, "OUTPUT_NOT_WRITABLE"),
    ],
)
def test_a_disk_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str) -> None:
    place = open_place(str(tmp_path / "root"), create=True)

    def fails(handle: int) -> None:
        raise OSError(number, "why")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(WithheldError) as caught:
        stored(place, tmp_path, "x.wav", b"sound")
    assert caught.value.reason == reason


def test_a_dead_store_is_tried_again_and_then_left_alone() -> None:
    calls = []

    def dead() -> None:
        calls.append(1)
        raise ConnectionError

    patience = Patience(Limits(total_s=0.05, pause_s=0.001, failures=2, rest_s=60))
    for _ in range(2):
        with pytest.raises(StoreError):
            patience.call(dead)
    made = len(calls)
    assert made > 2
    with pytest.raises(StoreError) as caught:
        patience.call(dead)
    assert (caught.value.reason, len(calls)) == ("STORE_DOWN", made)


def test_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE_KEY", "s3cret")
    assert resolved({"a": ["${STORE_KEY}"]}) == {"a": ["s3cret"]}
    with pytest.raises(PolicyError, match="NOT_THERE"):
        resolved("${NOT_THERE}")


def test_a_stalled_store_is_given_up() -> None:
    began = time.monotonic()
    with pytest.raises(StoreError) as caught:
        Patience(Limits(call_s=0.05, total_s=0.05, pause_s=0.001)).call(lambda: time.sleep(3))
    assert caught.value.reason == "STORE_DOWN"
    assert time.monotonic() - began < 2
