"""Removing a file of a store behind fsspec for good: on S3 every version and every delete marker of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from stat import S_ISREG
from typing import Any

from redactor.boundary import Level
from redactor.errors import StoreError


@dataclass(frozen=True, slots=True)
class After:
    """Where a listing of versions goes on; empty: at its beginning."""

    key: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class _Version:
    key: str
    id: str
    latest: bool
    marker: bool
    """A delete marker: it hides older versions and holds no bytes."""


def erase(fs: Any, path: str) -> Level:
    """Remove all versions and markers of one object of S3. See `Place.erase`.

    The newest goes last: as long as anything is left, it is found by its name or in the list of what is buried.
    """
    bucket, key, _ = fs.split_path(path)
    found = list(_versions(fs, bucket, key, only=True))
    if not found:
        return "not there"
    _unlocked(fs, bucket, found)
    plain = not fs.call_s3("get_bucket_versioning", Bucket=bucket).get("Status")
    for version in sorted(found, key=lambda one: one.latest):
        which = {} if plain else {"VersionId": version.id}
        fs.call_s3("delete_object", Bucket=bucket, Key=key, **which)
    if next(_versions(fs, bucket, key, only=True), None) is not None:
        raise StoreError("versions of it are still there after they were removed; run again", reason="STORE_KEPT")
    return "deleted" if plain else "deleted, all versions"


def erase_all(fs: Any, start: str) -> None:
    """Remove all versions and markers of all objects whose address begins so; what has no versions is gone by now."""
    bucket, prefix, _ = fs.split_path(start)
    found = list(_versions(fs, bucket, prefix, only=False))
    _unlocked(fs, bucket, found)
    for version in sorted(found, key=lambda one: one.latest):
        fs.call_s3("delete_object", Bucket=bucket, Key=version.key, VersionId=version.id)
    if next(_versions(fs, bucket, prefix, only=False), None) is not None:
        raise StoreError("versions of drafts are still there after they were removed; run again", reason="STORE_KEPT")


def buried(fs: Any, root: str, after: After) -> tuple[list[str], After | None]:
    """A part of the places below `root` whose newest version is a delete marker, and where the next part begins."""
    bucket, prefix, _ = fs.split_path(root)
    prefix = f"{prefix.rstrip('/')}/" if prefix else ""
    said = _list(fs, bucket, prefix, after)
    keys = [one["Key"].removeprefix(prefix) for one in said.get("DeleteMarkers", ()) if one["IsLatest"]]
    return [key for key in keys if key and not key.endswith("/")], _next(said)


def remove_file(fs: Any, path: str) -> None:
    """Remove one file of any other store; never through a link. Raises `FileNotFoundError`, `StoreError`."""
    if ftp := getattr(fs, "ftp", None):
        mode = ftp.lstat(path).st_mode
        if mode is not None and not S_ISREG(mode):
            message = "a link stands where the file was; what it leads to is not ours to remove; look at it"
            raise StoreError(message, reason="LINK_NOT_FOLLOWED")
    fs.rm_file(path)


def remove_empty(fs: Any, path: str) -> bool:
    """Remove a folder that holds nothing; False when it stays."""
    try:
        if fs.ls(path, detail=False):
            return False
        fs.rmdir(path)
    except FileNotFoundError:
        return True
    except OSError:
        # Something came meanwhile, or the folder is not ours to remove; it is no file of anybody.
        return False
    return True


def _versions(fs: Any, bucket: str, key: str, *, only: bool) -> Iterator[_Version]:
    """All versions of an object or, without `only`, of all whose names begin so."""
    after: After | None = After()
    while after is not None:
        said = _list(fs, bucket, key, after)
        for kind in ("Versions", "DeleteMarkers"):
            for one in said.get(kind, ()):
                if one["Key"] == key or not only:
                    yield _Version(one["Key"], str(one["VersionId"]), bool(one["IsLatest"]), kind == "DeleteMarkers")
        after = _next(said)
        if only and after is not None and after.key != key:
            # Keys come in order, and this one is the first that begins so.
            return


def _unlocked(fs: Any, bucket: str, versions: Sequence[_Version]) -> None:
    """Raises `StoreError` when the store must keep one of them."""
    if any(not version.marker and _locked(fs, bucket, version.key, version.id) for version in versions):
        message = "a lock or legal hold of the store keeps it (S3 object lock); it goes when that has ended"
        raise StoreError(message, reason="OBJECT_LOCKED")


def _list(fs: Any, bucket: str, prefix: str, after: After) -> dict[str, Any]:
    marks = {"KeyMarker": after.key} if after.key else {}
    marks |= {"VersionIdMarker": after.version} if after.version else {}
    said: dict[str, Any] = fs.call_s3("list_object_versions", Bucket=bucket, Prefix=prefix, **marks)
    return said


def _next(said: dict[str, Any]) -> After | None:
    if not said.get("IsTruncated"):
        return None
    return After(str(said["NextKeyMarker"]), str(said.get("NextVersionIdMarker") or ""))


def _locked(fs: Any, bucket: str, key: str, version: str) -> bool:
    which = {"VersionId": version} if version != "null" else {}
    head = fs.call_s3("head_object", Bucket=bucket, Key=key, **which)
    until = head.get("ObjectLockRetainUntilDate")
    return head.get("ObjectLockLegalHoldStatus") == "ON" or (until is not None and until > datetime.now(UTC))
