"""Places on real servers."""

import hashlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from redactor.boundary import Place
from redactor.errors import DraftGoneError, StoreError
from redactor.places import open_place
from tests.servers import s3_server, sftp_server

P = PurePosixPath
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(params=["s3", "sftp"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    needs = ("s3fs", "moto") if request.param == "s3" else ("paramiko",)
    if missing := [name for name in needs if importlib.util.find_spec(name) is None]:
        pytest.skip(f"not installed: {missing}")
    with (s3_server if request.param == "s3" else sftp_server)() as (url, options):
        yield open_place(url, options, create=True)


def test_the_whole_way_of_a_file(place: Place, tmp_path: Path) -> None:
    assert list(place.walk()) == []
    content = os.urandom(5_000_000)
    draft = tmp_path / "draft"
    draft.write_bytes(content)
    temporary = P(".redactor.tmp/ab-1/x.wav")
    place.put(draft, temporary)
    assert place.digest(temporary) == hashlib.sha256(content).hexdigest()
    assert list(place.drafts()) == ["ab-1"]
    place.rename(temporary, P("caf\u00e9/x.wav"))
    place.put(draft, P("cafe\u0301/[x]*.wav"))
    place.put(draft, temporary)
    place.rename(temporary, P("caf\u00e9/x.wav"))
    place.put(draft, temporary)
    place.clear("ab-1")
    place.clear("ab-1")
    assert list(place.drafts()) == []
    with pytest.raises(DraftGoneError):
        place.rename(temporary, P("y.wav"))
    seen = [s for part in place.walk() for s in part]
    assert [str(s.relative) for s in seen] == ["cafe\u0301/[x]*.wav", "caf\u00e9/x.wav"]
    assert [place.look(s.relative).stamp for s in seen] == [s.stamp for s in seen]  # type: ignore[union-attr]
    assert place.stamps([s.relative for s in seen]) == {s.relative: s.stamp for s in seen}
    place.fetch(P("caf\u00e9/x.wav"), tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content
    for s in seen:
        place.remove(s.relative)
    assert [s for part in place.walk() for s in part] == []


def test_hostile_keys_are_refused_or_left_out(tmp_path: Path) -> None:
    s3fs = pytest.importorskip("s3fs")
    pytest.importorskip("moto")
    with s3_server() as (url, options):
        raw = s3fs.S3FileSystem(**options, use_listings_cache=False)
        for key in ("a/../../b.wav", "a//b.wav", "a/full/", "a/c.wav", "./d.wav"):
            raw.call_s3("put_object", Bucket="night", Key=f"root/{key}", Body=b"x")
        raw.call_s3("put_object", Bucket="night", Key="root/empty/", Body=b"")
        seen = [s for part in open_place(url, options).walk() for s in part]
        told = {str(s.relative): s.refusal.reason if s.refusal else "" for s in seen}
        print(told)
        assert told["a/c.wav"] == ""
        assert [name for name, reason in told.items() if not reason] == ["a/c.wav"]
        assert len(told) == 5


def test_a_server_that_nobody_knows_is_not_trusted(tmp_path: Path) -> None:
    pytest.importorskip("paramiko")
    with sftp_server() as (url, options), pytest.raises(StoreError) as caught:
        open_place(url, {**options, "known_hosts": str(tmp_path / "none")}, create=True)
    assert caught.value.reason == "STORE_DENIED"
