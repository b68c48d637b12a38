"""What `erase` reaches, and what it refuses: folders of this machine, memory, S3 with versions and locks."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from redactor.boundary import Place
from redactor.engines import unlinking
from redactor.errors import StoreError
from redactor.places import open_place
from tests.disposals import applied, dues, hows
from tests.house import House, write
from tests.servers import s3_server

P = PurePosixPath


@pytest.fixture
def local(tmp_path: Path) -> Place:
    (tmp_path / "root/day").mkdir(parents=True)
    (tmp_path / "root/day/x.wav").write_bytes(b"sound" * 1000)
    return open_place(str(tmp_path / "root"))


def reason(place: Place, name: str = "day/x.wav", *, overwrite: bool = False) -> str:
    with pytest.raises(StoreError) as caught:
        place.erase(P(name), overwrite=overwrite)
    return caught.value.reason


def test_a_file_is_removed_and_a_second_time_is_not_there(local: Place, tmp_path: Path) -> None:
    assert local.erase(P("day/x.wav")) == "deleted"
    assert local.erase(P("day/x.wav")) == "not there"
    assert local.erase(P("no/such/folder/x.wav")) == "not there"
    local.prune(P("day"))
    local.prune(P("day"))
    assert list((tmp_path / "root").iterdir()) == []
    local.prune(P())
    assert (tmp_path / "root").is_dir()


def test_overwriting_changes_the_bytes_before_the_name_goes(
    local: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = tmp_path / "root/day/x.wav", []
    unlink = os.unlink

    def watched(name: str, **named: Any) -> None:
        seen.append(path.read_bytes())
        unlink(name, **named)

    monkeypatch.setattr(unlinking.os, "unlink", watched)
    assert local.erase(P("day/x.wav"), overwrite=True) == "overwritten (best effort)"
    assert len(seen[0]) == 5000
    assert b"sound" not in seen[0]
    assert not path.exists()


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_has_other_names_or_is_none_of_its_own_stays(local: Place, tmp_path: Path, overwrite: bool) -> None:
    path = tmp_path / "root/day/x.wav"
    os.link(path, tmp_path / "second")
    assert reason(local, overwrite=overwrite) == "HARD_LINKS"
    path.unlink()
    path.symlink_to(tmp_path / "second")
    assert reason(local, overwrite=overwrite) == "LINK_NOT_FOLLOWED"
    path.unlink()
    os.mkfifo(path)
    assert reason(local, overwrite=overwrite) == "NOT_A_FILE"
    assert (tmp_path / "second").read_bytes() == b"sound" * 1000


def test_nothing_is_removed_through_a_link_to_a_folder(local: Place, tmp_path: Path) -> None:
    (tmp_path / "root/day").rename(tmp_path / "outside")
    (tmp_path / "root/day").symlink_to(tmp_path / "outside")
    with pytest.raises(Exception, match=r"cannot be written|could not be written"):
        local.erase(P("day/x.wav"))
    assert (tmp_path / "outside/x.wav").exists()
    assert reason(local, "../outside/x.wav") == "STORE_LEFT"


def test_a_folder_that_holds_anything_stays(local: Place, tmp_path: Path) -> None:
    (tmp_path / "root/day/.redactor.lock").touch()
    local.erase(P("day/x.wav"))
    local.prune(P("day"))
    assert (tmp_path / "root/day/.redactor.lock").exists()


def test_a_disk_that_was_taken_away_is_not_taken_for_an_empty_one(local: Place, tmp_path: Path) -> None:
    (tmp_path / "root").rename(tmp_path / "away")
    (tmp_path / "root").mkdir()
    assert reason(local) == "STORE_DOWN"


def test_other_stores_say_that_versions_are_theirs(tmp_path: Path) -> None:
    place = open_place(f"memory://{tmp_path.name}", create=True)
    write(place, "day/x.txt", "text")
    assert place.erase(P("day/x.txt")) == "deleted (versions are the store's)"
    assert place.erase(P("day/x.txt")) == "not there"
    place.prune(P("day"))
    assert list(place.buried()) == []


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, dict[str, Any]]]:
    if missing := [name for name in ("s3fs", "moto", "boto3") if importlib.util.find_spec(name) is None]:
        pytest.skip(f"not installed: {missing}")
    with s3_server() as running:
        yield running


def bucket(server: tuple[str, dict[str, Any]], name: str, *, versions: bool = True, lock: bool = False) -> Any:
    """A client, and a bucket of that name."""
    import boto3

    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}
    client = boto3.client("s3", **server[1]["client_kwargs"], **keys)
    client.create_bucket(Bucket=name, **({"ObjectLockEnabledForBucket": True} if lock else {}))
    if versions:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return client


def left(client: Any, name: str) -> list[str]:
    said = client.list_object_versions(Bucket=name)
    return sorted(one["Key"] for kind in ("Versions", "DeleteMarkers") for one in said.get(kind, ()))


@pytest.mark.filterwarnings("ignore")
def test_every_version_and_marker_of_exactly_this_object_goes(server: tuple[str, dict[str, Any]]) -> None:
    client = bucket(server, "versions")
    for _ in range(3):
        client.put_object(Bucket="versions", Key="root/a/x.txt", Body=b"one")
        client.delete_object(Bucket="versions", Key="root/a/x.txt")
        client.put_object(Bucket="versions", Key="root/a/x.txt", Body=b"two")
    client.put_object(Bucket="versions", Key="root/a/x.txt.redaction.json", Body=b"beside")
    client.put_object(Bucket="versions", Key="root/b.txt", Body=b"buried")
    client.delete_object(Bucket="versions", Key="root/b.txt")
    place = open_place("s3://versions/root", server[1])
    assert list(place.buried()) == [P("b.txt")]
    assert place.erase(P("a/x.txt")) == "deleted, all versions"
    assert place.erase(P("a/x.txt")) == "not there"
    assert left(client, "versions") == ["root/a/x.txt.redaction.json", "root/b.txt", "root/b.txt"]
    assert place.erase(P("b.txt")) == "deleted, all versions"
    assert left(client, "versions") == ["root/a/x.txt.redaction.json"]


@pytest.mark.filterwarnings("ignore")
def test_listings_of_versions_that_come_in_parts(server: tuple[str, dict[str, Any]], monkeypatch: Any) -> None:
    from redactor.engines import versions

    client = bucket(server, "parts")
    for n in range(7):
        client.put_object(Bucket="parts", Key="root/x.txt", Body=b"%d" % n)
        client.put_object(Bucket="parts", Key="root/x.txt2", Body=b"%d" % n)
    listed, calls = versions._list, []

    def few(fs: Any, name: str, prefix: str, after: Any) -> Any:
        marks = {"KeyMarker": after.key} if after.key else {}
        marks |= {"VersionIdMarker": after.version} if after.version else {}
        calls.append(after)
        return fs.call_s3("list_object_versions", Bucket=name, Prefix=prefix, MaxKeys=2, **marks)

    assert listed is not few
    monkeypatch.setattr(versions, "_list", few)
    place = open_place("s3://parts/root", server[1])
    assert place.erase(P("x.txt")) == "deleted, all versions"
    assert len(calls) > 4
    assert left(client, "parts") == ["root/x.txt2"] * 7


@pytest.mark.filterwarnings("ignore")
def test_a_bucket_that_never_had_versions(server: tuple[str, dict[str, Any]]) -> None:
    client = bucket(server, "plain", versions=False)
    client.put_object(Bucket="plain", Key="root/x.txt", Body=b"one")
    place = open_place("s3://plain/root", server[1])
    assert place.erase(P("x.txt"), overwrite=True) == "deleted"
    assert left(client, "plain") == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("how", ["hold", "retention"])
def test_a_lock_of_the_store_is_told_and_nothing_of_the_object_touched(
    server: tuple[str, dict[str, Any]], how: str
) -> None:
    name = f"locked-{how}"
    client = bucket(server, name, lock=True)
    first = client.put_object(Bucket=name, Key="root/x.txt", Body=b"one")["VersionId"]
    client.put_object(Bucket=name, Key="root/x.txt", Body=b"two")
    version = {"Bucket": name, "Key": "root/x.txt", "VersionId": first}
    if how == "hold":
        client.put_object_legal_hold(**version, LegalHold={"Status": "ON"})
    else:
        until = datetime.now(UTC) + timedelta(days=1)
        client.put_object_retention(**version, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
    place = open_place(f"s3://{name}/root", server[1])
    assert reason(place, "x.txt") == "OBJECT_LOCKED"
    assert left(client, name) == ["root/x.txt"] * 2
    if how == "hold":
        client.put_object_legal_hold(**version, LegalHold={"Status": "OFF"})
        assert place.erase(P("x.txt")) == "deleted, all versions"
        assert left(client, name) == []


@pytest.mark.filterwarnings("ignore")
def test_a_house_on_s3_that_is_destroyed_leaves_no_version(server: tuple[str, dict[str, Any]], tmp_path: Path) -> None:
    _, options = server
    client = bucket(server, "house")
    places = {"source": "s3://house/in", "output": "s3://house/out", "options": options, "output_options": options}
    house = House(tmp_path, store=places)
    house.fill(3)
    house.night()
    client.delete_object(Bucket="house", Key="in/day0/note0.txt")
    wanted = [due for due in dues(house, "destroy") if "note2" not in due.item.label]
    ended = applied(house, wanted)
    assert hows(ended) == [("done", "")] * 2
    assert {one.level for one in ended} == {"deleted, all versions"}
    drafts = [key for key in left(client, "house") if key.startswith("out/.redactor.tmp/")]
    assert drafts
    assert all(due.item.item not in key for key in drafts for due in wanted)
    assert [key for key in left(client, "house") if "note2" not in key and key not in drafts] == []
    assert {key for key in left(client, "house") if key.startswith("in/")} == {"in/day0/note2.txt"}
