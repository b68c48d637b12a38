"""A store that is a local or mounted folder: reached part by part, so that no link in it leads out."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from stat import S_ISDIR, S_ISREG

from redactor.boundary import (
    DRAFTS,
    PRIVATE,
    Level,
    Seen,
    cannot_list,
    cannot_read,
    cannot_write,
    checked,
    draft_place,
    strerror,
    unsafe_characters,
    unsafe_name,
)
from redactor.engines.unlinking import erase_in, prune_from
from redactor.errors import DraftGoneError, MediaError, StoreError

_PART = 1000
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class LocalPlace:
    """A `Place` on this machine. Raises `StoreError` when the folder is not there and is not to be made."""

    local = True

    def __init__(self, root: Path, *, create: bool = False) -> None:
        try:
            if create:
                root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(error) from None
        if not root.is_dir():
            raise StoreError("the folder of the store is not there; mount it or check its path", reason="STORE_DOWN")
        self._root = root.resolve()
        self._identity = _identity(self._root.stat())

    def walk(self) -> Iterator[list[Seen]]:
        """See `Place`; the names of a folder are sorted on disk, so that long folders take little memory."""
        waiting = [self._folder_parts(PurePosixPath())]
        while waiting:
            try:
                part = next(waiting[-1], None)
            except OSError as error:
                # Only the root: a store that cannot be listed is no empty one.
                raise cannot_read(error) from None
            if part is None:
                waiting.pop()
                # What was listed while it went away was not all.
                self._check()
            elif isinstance(part, PurePosixPath):
                waiting.append(self._folder_parts(part))
            else:
                yield part

    def _folder_parts(self, folder: PurePosixPath) -> Iterator[list[Seen] | PurePosixPath]:
        names = sqlite3.connect("", check_same_thread=False)
        try:
            names.execute("CREATE TABLE n (folder INT, stem BLOB, name BLOB)")
            try:
                with os.scandir(self._root / folder) as entries:
                    names.executemany("INSERT INTO n VALUES (?, ?, ?)", map(_row, entries))
            except OSError as error:
                if not folder.parts:
                    raise
                self._check()
                yield [Seen(folder, 0, "", 0.0, cannot_list(error))]
                return
            part: list[Seen] = []
            last = b""
            for stem, name in names.execute("SELECT stem, name FROM n WHERE NOT folder ORDER BY stem, name"):
                if len(part) >= _PART and stem != last:
                    yield part
                    part = []
                last = stem
                shown = os.fsdecode(name)
                seen = None if shown.startswith(PRIVATE) else self._seen(folder / shown)
                if seen is not None:
                    part.append(seen)
            if part:
                yield part
            for (name,) in names.execute("SELECT name FROM n WHERE folder ORDER BY name"):
                if not os.fsdecode(name).startswith(PRIVATE):
                    yield folder / os.fsdecode(name)
        finally:
            names.close()

    def look(self, relative: PurePosixPath) -> Seen | None:
        """See `Place`."""
        return self._seen(checked(relative))

    def _seen(self, relative: PurePosixPath) -> Seen | None:
        path = self._root / relative
        size, stamp, changed, refusal = 0, "", 0.0, None
        try:
            status = path.stat() if path.exists() else path.lstat()
            size, changed = status.st_size, status.st_mtime
            stamp = f"{size}-{status.st_mtime_ns}-{status.st_ino}"
            if unsafe_characters(path.name):
                refusal = unsafe_name()
            elif not path.resolve().is_relative_to(self._root):
                what = "the link leaves its folder; copy the file instead"
                refusal = MediaError(what, reason="LINK_LEAVES_FOLDER")
            elif S_ISDIR(status.st_mode) and path.is_symlink():
                what = "a link to a folder is not followed; name the folder itself"
                refusal = MediaError(what, reason="LINK_TO_FOLDER")
            elif not path.exists():
                refusal = MediaError("it cannot be opened (a link to nothing)", reason="NO_ACCESS")
            elif not S_ISREG(status.st_mode):
                refusal = MediaError("not a regular file", reason="NOT_A_FILE")
            elif not os.access(path, os.R_OK):
                refusal = MediaError("no permission to read it", reason="NO_ACCESS")
        except (FileNotFoundError, NotADirectoryError):
            self._check()
            return None
        except (OSError, RuntimeError) as error:
            # A loop of links is a RuntimeError.
            self._check()
            why = strerror(error) if isinstance(error, OSError) else "a loop of links"
            refusal = MediaError(f"it cannot be opened ({why})", reason="NO_ACCESS")
        return Seen(relative, size, stamp, changed, refusal)

    def path(self, relative: PurePosixPath) -> Path | None:
        """See `Place`. Raises `StoreError` when links lead out of the store."""
        path = self._root / checked(relative)
        self._check()
        try:
            inside = path.resolve().is_relative_to(self._root)
        except (OSError, RuntimeError):
            inside = False
        if not inside:
            raise StoreError("a link leaves the store; copy the file instead", reason="STORE_LEFT")
        return path

    def head(self, relative: PurePosixPath, count: int) -> bytes | None:
        """The first `count` bytes, or all when there are fewer; None when it is not there."""
        path = self.path(relative)
        assert path is not None
        try:
            with path.open("rb") as stream:
                return stream.read(count)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise cannot_read(error) from None

    def fetch(self, relative: PurePosixPath, target: Path) -> None:
        """See `Place`."""
        path = self.path(relative)
        assert path is not None
        try:
            source = path.open("rb")
        except OSError as error:
            raise cannot_read(error) from None
        with source:
            expected, copied = os.fstat(source.fileno()).st_size, 0
            try:
                sink = target.open("wb")
            except OSError as error:
                raise cannot_write(error) from None
            with sink:
                while block := _read(source.fileno()):
                    try:
                        sink.write(block)
                    except OSError as error:
                        raise cannot_write(error) from None
                    copied += len(block)
        if copied != expected:
            message = "the store gave fewer or more bytes than it announced; run again"
            raise StoreError(message, reason="STORE_TRUNCATED")

    def put(self, draft: Path, temporary: PurePosixPath) -> None:
        """See `Place`."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with self._folder(temporary, create=True) as folder, draft.open("rb") as source:
                handle = os.open(temporary.name, flags, 0o666, dir_fd=folder)
                with os.fdopen(handle, "wb") as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
                    sink.flush()
                    os.fsync(sink.fileno())
                os.fsync(folder)
        except OSError as error:
            raise cannot_write(error) from None

    def digest(self, relative: PurePosixPath) -> str | None:
        """See `Place`; what the system remembers of the file is dropped first."""
        path = self.path(relative)
        assert path is not None
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise cannot_read(error) from None
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            digest = hashlib.sha256()
            while block := _read(handle):
                digest.update(block)
            return digest.hexdigest()
        finally:
            os.close(handle)

    def rename(self, temporary: PurePosixPath, final: PurePosixPath) -> None:
        """See `Place`."""
        try:
            with ExitStack() as held:
                try:
                    source = held.enter_context(self._folder(temporary))
                    os.stat(temporary.name, dir_fd=source, follow_symlinks=False)
                except FileNotFoundError:
                    raise _gone() from None
                target = held.enter_context(self._folder(final, create=True))
                try:
                    os.replace(temporary.name, final.name, src_dir_fd=source, dst_dir_fd=target)
                except FileNotFoundError:
                    raise _gone() from None
                os.fsync(target)
                os.fsync(source)
        except OSError as error:
            raise cannot_write(error) from None

    def settle(self, relatives: Sequence[PurePosixPath]) -> None:
        """See `Place`; their content was durable before they were renamed."""
        try:
            for one in {relative.parent: relative for relative in relatives}.values():
                with self._folder(one) as folder:
                    os.fsync(folder)
        except OSError as error:
            raise cannot_write(error) from None

    def remove(self, relative: PurePosixPath) -> None:
        """See `Place`."""
        try:
            with suppress(FileNotFoundError), self._folder(relative) as folder:
                os.unlink(relative.name, dir_fd=folder)
                os.fsync(folder)
        except OSError as error:
            raise cannot_write(error) from None

    def erase(self, relative: PurePosixPath, *, overwrite: bool = False) -> Level:
        """See `Place`."""
        try:
            with self._folder(relative) as folder:
                return erase_in(folder, relative.name, overwrite=overwrite)
        except FileNotFoundError:
            self._check()
            return "not there"
        except OSError as error:
            raise cannot_write(error) from None

    def buried(self) -> Iterator[PurePosixPath]:
        """See `Place`: a folder keeps no versions that it would tell of."""
        return iter(())

    def wipe(self, start: str) -> int:
        """See `Place`."""
        names = [name for name in self.drafts() if name.startswith(start)]
        for name in names:
            self.clear(name)
        return len(names)

    def prune(self, folder: PurePosixPath) -> None:
        """See `Place`."""
        while folder.parts:
            try:
                with self._folder(folder) as above:
                    if not prune_from(above, folder.name):
                        return
            except OSError as error:
                raise cannot_write(error) from None
            folder = folder.parent

    def drafts(self) -> Iterator[str]:
        """See `Place`."""
        try:
            with self._folder(PurePosixPath(DRAFTS, "any")) as folder:
                names = sorted(os.listdir(folder))  # noqa: PTH208
        except FileNotFoundError:
            return
        except OSError as error:
            raise cannot_read(error) from None
        yield from names

    def clear(self, name: str) -> None:
        """See `Place`."""
        place = draft_place(name)
        try:
            with suppress(FileNotFoundError), self._folder(place) as folder:
                status = os.stat(place.name, dir_fd=folder, follow_symlinks=False)
                if S_ISDIR(status.st_mode):
                    shutil.rmtree(place.name, dir_fd=folder)
                else:
                    os.unlink(place.name, dir_fd=folder)
                os.fsync(folder)
        except OSError as error:
            raise cannot_write(error) from None

    def stamps(self, relatives: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
        """See `Place`."""
        return {seen.relative: seen.stamp for relative in relatives if (seen := self.look(relative)) is not None}

    def _check(self) -> None:
        """Raises `StoreError` when the root is not the folder that was opened: its disk may have been taken away."""
        try:
            there = _identity(self._root.lstat())
        except OSError:
            there = None
        if there != self._identity:
            raise _away()

    @contextmanager
    def _folder(self, relative: PurePosixPath, *, create: bool = False) -> Iterator[int]:
        """A handle of the folder that holds `relative`; opened part by part, so a link on the way raises `OSError`."""
        parts = checked(relative).parts[:-1]
        try:
            handle = os.open(self._root, _FOLDER)
        except (FileNotFoundError, NotADirectoryError):
            raise _away() from None
        try:
            if _identity(os.fstat(handle)) != self._identity:
                raise _away()
            for part in parts:
                if create:
                    with suppress(FileExistsError):
                        # What is ours is not for those who read the outputs.
                        os.mkdir(part, 0o700 if part.startswith(PRIVATE) else 0o755, dir_fd=handle)
                        # Its entry must be on the disk before that of anything in it.
                        os.fsync(handle)
                inner = os.open(part, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _away() -> StoreError:
    message = "the folder of the store went away, or another is in its place; mount it and run again"
    return StoreError(message, reason="STORE_DOWN")


def _row(entry: os.DirEntry[str]) -> tuple[bool, bytes, bytes]:
    return (
        entry.is_dir(follow_symlinks=False),
        os.fsencode(entry.name.rpartition(".")[0] or entry.name),
        os.fsencode(entry.name),
    )


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 1 << 20)
    except OSError as error:
        raise cannot_read(error) from None


def _gone() -> DraftGoneError:
    return DraftGoneError("the draft is not there any more: another run has the item", reason="DRAFT_GONE")
