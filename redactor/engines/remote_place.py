"""A store that fsspec reaches: S3, SFTP, SMB, Azure, Google, and memory for tests. Nothing of it is cached."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from redactor.boundary import (
    DRAFTS,
    PRIVATE,
    Level,
    Seen,
    cannot_list,
    cannot_write,
    checked,
    draft_place,
)
from redactor.engines import versions
from redactor.engines.entries import refused, seen_in
from redactor.engines.patience import Limits, Patience
from redactor.errors import DraftGoneError, MissingEngineError, StoreError, WithheldError

T = TypeVar("T")
_LIMITS = Limits()
_PART, _BLOCK, _SLOWEST = 1000, 8 << 20, 100_000
_EXTRAS = {"s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp", "smb": "smb", "abfs": "azure", "abfss": "azure",
           "az": "azure", "gs": "gcs", "gcs": "gcs"}  # fmt: skip
_OBJECTS = {"s3", "s3a", "abfs", "abfss", "az", "gs", "gcs"}
"""Stores without folders: none are made there, and an empty one is not there."""


_SLASH = "\u2215"
"""Stands for a slash in names that must not hold one; no other file is called so by chance."""


class RemotePlace:
    """A `Place` behind a URL. Raises `MissingEngineError` when the package for it is not installed."""

    local = False

    def __init__(self, url: str, options: Mapping[str, Any], *, create: bool = False, limits: Limits = _LIMITS) -> None:
        import fsspec

        self._scheme = url.partition("://")[0]
        try:
            kind = fsspec.get_filesystem_class(self._scheme)
        except ImportError:
            extra = _EXTRAS.get(self._scheme, self._scheme)
            message = f"the package for {self._scheme}:// stores is missing; pip install 'redactor[{extra}]'"
            raise MissingEngineError(message) from None
        except ValueError:
            raise StoreError(f"{self._scheme}:// is no kind of store that is known", reason="STORE_UNKNOWN") from None
        own: dict[str, Any] = {"use_listings_cache": False, "skip_instance_cache": True}
        if _EXTRAS.get(self._scheme) == "s3":
            own["config_kwargs"] = {"connect_timeout": 10, "read_timeout": 30, "retries": {"max_attempts": 1}}
        if _EXTRAS.get(self._scheme) == "sftp":
            # It passes on all that it is given to the connection, and has no listings that could be stale.
            own = {"skip_instance_cache": True, "timeout": 10, "banner_timeout": 10, "auth_timeout": 10}
            from redactor.engines.host_keys import KnownHosts

            options = dict(options)
            own["host_key_policy"] = KnownHosts(str(options.pop("known_hosts", "")))
        given = {**own, **kind._get_kwargs_from_urls(url), **options}
        self._make: Callable[[], Any] = lambda: kind(**given)
        self._root = str(kind._strip_protocol(url)).rstrip("/")
        self._patience = Patience(limits)
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        if create and self._scheme not in _OBJECTS:
            self._call(lambda fs: fs.makedirs(self._root, exist_ok=True), writes=True)

    def _call(self, work: Callable[[Any], T], *, seconds: float = 0.0, writes: bool = False) -> T:
        """`work` with a connection of its own; one on which a call failed or stalled is not used again."""

        def once() -> T:
            with self._lock:
                fs = self._idle.pop() if self._idle else None
            if fs is None:
                fs = self._make()
            result: T
            try:
                fs.invalidate_cache()
                result = work(fs)
            except (FileNotFoundError, PermissionError):
                with self._lock:
                    self._idle.append(fs)
                raise
            with self._lock:
                self._idle.append(fs)
            return result

        try:
            return self._patience.call(once, seconds=seconds)
        except PermissionError:
            if writes:
                message = "the output store cannot be written; check its permissions"
                raise WithheldError(message, reason="OUTPUT_NOT_WRITABLE") from None
            raise StoreError("the store refused us; check its permissions", reason="STORE_DENIED") from None

    def _at(self, relative: PurePosixPath) -> str:
        return f"{self._root}/{relative}" if relative.parts else self._root

    def _safe(self, fs: Any, relative: PurePosixPath) -> str:
        """The address of `relative`. Raises `StoreError` when a link in an SFTP store leads elsewhere."""
        path = self._at(checked(relative))
        if ftp := getattr(fs, "ftp", None):
            ftp.get_channel().settimeout(30)
            folder, root = path.rpartition("/")[0], ftp.normalize(self._root or "/")
            try:
                real = ftp.normalize(folder)
            except FileNotFoundError:
                return path
            if real != root.rstrip("/") + folder.removeprefix(self._root):
                raise StoreError("a link leaves the store; nothing was done there", reason="STORE_LEFT")
        return path

    def walk(self) -> Iterator[list[Seen]]:
        """See `Place`; a folder's listing comes as a whole, so its length counts for memory."""
        waiting = [PurePosixPath()]
        while waiting:
            folder = waiting.pop()
            files, folders = self._listed(folder)
            waiting += reversed(folders)
            part: list[Seen] = []
            for _, stem in groupby(files, key=_stem):
                if len(part) >= _PART:
                    yield part
                    part = []
                part += stem
            if part:
                yield part

    def _listed(self, folder: PurePosixPath) -> tuple[list[Seen], list[PurePosixPath]]:
        path = self._at(folder)
        try:
            entries = self._call(lambda fs: fs.ls(path, detail=True))
        except FileNotFoundError:
            if folder.parts or self._scheme in _OBJECTS:
                return [], []
            raise StoreError("the folder of the store is not there; check its address", reason="STORE_DOWN") from None
        except StoreError as error:
            if not folder.parts or error.reason != "STORE_DENIED":
                raise
            return [Seen(folder, 0, "", 0.0, cannot_list(PermissionError(13, "Permission denied")))], []
        files, folders = [], []
        for entry in entries:
            raw = str(entry["name"]).removeprefix("/" if not path.startswith("/") else "")
            name = raw.removeprefix(path + "/") if raw != path else ""
            if not name.strip("/"):
                # An empty object with the folder's own name marks a folder; all else here has no name of its own.
                if entry.get("size") or entry.get("StorageClass") == "DIRECTORY":
                    message = "nothing stands between two slashes of its name, or after the last; rename it"
                    shown = _SLASH * (2 if entry["type"] == "directory" else 1)
                    files.append(refused(folder / shown, message, "UNSAFE_NAME"))
                continue
            name = name.rstrip("/")
            if "/" in name or name in {".", ".."}:
                shown = name.replace("/", _SLASH).replace(".", "\u2024")
                files.append(refused(folder / shown, "the name is no plain name; rename it", "UNSAFE_NAME"))
            elif name.startswith(PRIVATE):
                continue
            elif entry["type"] == "directory":
                folders.append(folder / name)
            else:
                files.append(seen_in(folder / name, entry))
        return sorted(files, key=lambda s: (_stem(s), s.relative.name)), sorted(folders)

    def look(self, relative: PurePosixPath) -> Seen | None:
        """See `Place`."""
        try:
            return seen_in(relative, self._call(lambda fs: fs.info(self._safe(fs, relative))))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def path(self, relative: PurePosixPath) -> Path | None:
        """See `Place`: nothing can be opened directly."""
        checked(relative)
        return None

    def head(self, relative: PurePosixPath, count: int) -> bytes | None:
        """The first `count` bytes, or all when there are fewer; None when it is not there."""
        seen = self.look(relative)
        if seen is None:
            return None
        end = min(count, seen.size)
        try:
            return self._call(partial(self._block, relative, 0, end), seconds=60) if end else b""
        except FileNotFoundError:
            return None

    def fetch(self, relative: PurePosixPath, target: Path) -> None:
        """See `Place`."""
        try:
            sink = target.open("wb")
        except OSError as error:
            raise cannot_write(error) from None
        with sink:

            def write(block: bytes) -> None:
                try:
                    sink.write(block)
                except OSError as error:
                    raise cannot_write(error) from None

            if not self._stream(relative, write):
                raise StoreError("the file is not there any more; run again", reason="STORE_GONE")

    def digest(self, relative: PurePosixPath) -> str | None:
        """See `Place`."""
        found = hashlib.sha256()
        there = self._stream(relative, found.update)
        return found.hexdigest() if there else None

    def _stream(self, relative: PurePosixPath, take: Callable[[bytes], None]) -> bool:
        """Give all bytes to `take`, in order; False when it is not there."""
        seen = self.look(relative)
        if seen is None:
            return False
        # Blocks come back from the call, so that one that was given up cannot write later.
        done = 0
        while done < seen.size:
            start, end = done, min(done + _BLOCK, seen.size)
            try:
                block = self._call(partial(self._block, relative, start, end), seconds=60)
            except FileNotFoundError:
                return False
            if len(block) != end - start:
                message = "the store gave fewer or more bytes than it announced; run again"
                raise StoreError(message, reason="STORE_TRUNCATED")
            take(block)
            done = end
        after = self.look(relative)
        if after is None or after.stamp != seen.stamp:
            raise StoreError("the file changed while it was read; run again", reason="STORE_CHANGED")
        return True

    def _block(self, relative: PurePosixPath, start: int, end: int, fs: Any) -> bytes:
        return _range(fs, self._safe(fs, relative), start, end)

    def put(self, draft: Path, temporary: PurePosixPath) -> None:
        """See `Place`; the size is compared afterwards."""
        size = draft.stat().st_size

        def put(fs: Any) -> None:
            path = self._safe(fs, temporary)
            if self._scheme not in _OBJECTS:
                fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            fs.put_file(str(draft), path)

        self._call(put, seconds=size / _SLOWEST, writes=True)
        self._same_size(temporary, size)

    def _same_size(self, relative: PurePosixPath, size: int) -> None:
        seen = self.look(relative)
        if seen is None or seen.size != size:
            raise StoreError("the store did not keep what was written; run again", reason="STORE_TRUNCATED")

    def rename(self, temporary: PurePosixPath, final: PurePosixPath) -> None:
        """See `Place`; where a store cannot rename, the draft is copied and then removed."""
        seen = self.look(temporary)
        if seen is None:
            raise _gone()

        def move(fs: Any) -> None:
            source, target = self._safe(fs, temporary), self._safe(fs, final)
            if self._scheme not in _OBJECTS:
                fs.makedirs(target.rpartition("/")[0], exist_ok=True)
            if hasattr(fs, "ftp"):
                fs.mv(source, target)
            else:
                fs.cp_file(source, target)

        try:
            self._call(move, seconds=seen.size / _SLOWEST, writes=True)
        except FileNotFoundError:
            raise _gone() from None
        self._same_size(final, seen.size)
        self.remove(temporary)

    def settle(self, relatives: Sequence[PurePosixPath]) -> None:
        """See `Place`: what the store has answered is its to keep."""

    def remove(self, relative: PurePosixPath) -> None:
        """See `Place`."""
        try:
            self._call(lambda fs: fs.rm_file(self._safe(fs, relative)), writes=True)
        except FileNotFoundError:
            return

    def erase(self, relative: PurePosixPath, *, overwrite: bool = False) -> Level:
        """See `Place`; what stands behind a URL cannot be overwritten in place, so `overwrite` changes nothing."""
        del overwrite
        if _EXTRAS.get(self._scheme) == "s3":
            return self._call(lambda fs: versions.erase(fs, self._safe(fs, relative)), writes=True)
        try:
            self._call(lambda fs: versions.remove_file(fs, self._safe(fs, relative)), writes=True)
        except FileNotFoundError:
            return "not there"
        if self.look(relative) is not None:
            raise StoreError("the file is still there after it was removed; look at the store", reason="STORE_KEPT")
        return "deleted (versions are the store's)"

    def buried(self) -> Iterator[PurePosixPath]:
        """See `Place`; S3 tells, other stores do not."""
        after: versions.After | None = versions.After()
        while after is not None and _EXTRAS.get(self._scheme) == "s3":
            keys, after = self._call(partial(versions.buried, root=self._root, after=after))
            yield from (PurePosixPath(key) for key in keys if PRIVATE not in key)

    def wipe(self, start: str) -> int:
        """See `Place`."""
        names = [name for name in self.drafts() if name.startswith(start)]
        for name in names:
            self.clear(name)
        if _EXTRAS.get(self._scheme) == "s3":
            self._call(lambda fs: versions.erase_all(fs, self._at(draft_place(start))), writes=True)
        return len(names)

    def prune(self, folder: PurePosixPath) -> None:
        """See `Place`; stores of objects have no folders."""
        if self._scheme in _OBJECTS:
            return
        empty = True
        while folder.parts and empty:
            path = self._at(checked(folder))
            empty = self._call(partial(versions.remove_empty, path=path), writes=True)
            folder = folder.parent

    def drafts(self) -> Iterator[str]:
        """See `Place`."""
        path = self._at(PurePosixPath(DRAFTS))
        try:
            entries = self._call(lambda fs: fs.ls(path, detail=True))
        except FileNotFoundError:
            return
        names = {str(e["name"]).rstrip("/").rpartition("/")[2] for e in entries if not _same(e, path)}
        yield from sorted(names)

    def clear(self, name: str) -> None:
        """See `Place`."""
        place = draft_place(name)
        self._clear(place)

    def _clear(self, place: PurePosixPath) -> None:
        path = self._at(place)
        try:
            entries = self._call(lambda fs: fs.ls(self._safe(fs, place), detail=True))
        except (FileNotFoundError, NotADirectoryError):
            self.remove(place)
            return
        for entry in entries:
            if _same(entry, path):
                continue
            inner = place / str(entry["name"]).rstrip("/").rpartition("/")[2]
            if entry["type"] == "directory":
                self._clear(inner)
            else:
                self.remove(inner)
        if self._scheme not in _OBJECTS:
            try:
                self._call(lambda fs: fs.rmdir(self._safe(fs, place)), writes=True)
            except FileNotFoundError:
                return
        else:
            self.remove(place)

    def stamps(self, relatives: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
        """See `Place`; one listing per folder."""
        wanted = {checked(relative) for relative in relatives}
        found: dict[PurePosixPath, str] = {}
        for folder in {relative.parent for relative in wanted}:
            files, _ = self._listed(folder if folder.parts else PurePosixPath())
            found |= {seen.relative: seen.stamp for seen in files if seen.relative in wanted}
        return found


def _stem(seen: Seen) -> str:
    return seen.relative.stem


def _same(entry: Mapping[str, Any], path: str) -> bool:
    return str(entry["name"]).strip("/") == path.strip("/")


def _range(fs: Any, path: str, start: int, end: int) -> bytes:
    with fs.open(path, "rb", **({} if hasattr(fs, "ftp") else {"cache_type": "none"})) as stream:
        stream.seek(start)
        return bytes(stream.read(end - start))


def _gone() -> DraftGoneError:
    return DraftGoneError("the draft is not there any more: another run has the item", reason="DRAFT_GONE")
