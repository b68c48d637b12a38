"""Stores: walking a source folder without ever leaving it, safe names, one writer per output folder, durable files."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from stat import S_ISDIR, S_ISREG

from redactor import boundary
from redactor.boundary import strerror
from redactor.errors import BusyError, MediaError
from redactor.protocols import Kind, Media

FORMATS: dict[str, tuple[Kind, str]] = {
    **{s: ("audio", s) for s in ("wav", "mp3", "m4a", "ogg", "opus", "flac", "amr", "aac", "mka")},
    **{s: ("video", s) for s in ("mp4", "mov", "mkv", "webm", "avi")},
    **{s: ("image", s) for s in ("png", "jpg", "webp", "bmp", "tiff", "gif", "avif", "pdf")},
    "jpeg": ("image", "jpg"),
    "tif": ("image", "tiff"),
    **{s: ("text", s) for s in ("txt", "md", "csv", "json", "jsonl", "eml", "vtt", "srt", "html")},
    "htm": ("text", "html"),
}
"""Lower-case suffix -> kind and canonical format."""
_UNSUPPORTED = {
    **dict.fromkeys(("svg", "svgz"), "an SVG is a drawing that each viewer draws anew; export it as PNG or PDF"),
    **dict.fromkeys(
        ("heic", "heif"),
        "no HEIC encoder has a licence that suits, so it could not be written; export it as PNG or JPEG",
    ),
}
"""Lower-case suffix -> what to do instead."""
cannot_write = boundary.cannot_write
unsafe_characters = boundary.unsafe_characters
_FIRST_S = 5.0
"""Emptying the scratch folder takes no longer."""
_LOCK, _SCRATCH = ".redactor.lock", ".redactor.tmp"


@dataclass(frozen=True, slots=True)
class Item:
    """One file to work on, or one that must be refused."""

    path: Path = field(repr=False)
    relative: PurePosixPath = field(repr=False)
    """Place below the source root."""
    media: Media | None
    """None when it is refused before it is opened."""
    refusal: MediaError | None = None

    @property
    def digest(self) -> str:
        """Names the item in the ledger, see `digest_of`."""
        return digest_of(self.relative)


def scan(path: Path, root: Path | None = None) -> Iterator[Item]:
    """All files below `path` (or `path` itself) in a stable order; nothing is followed out of `root`, nothing skipped.

    `root` is `path` for a folder and its parent for a file. What must not be read comes as an item with a `refusal`.
    """
    root = root or (path if path.is_dir() else path.parent)
    real_root = root.resolve()
    if not path.is_dir() or path.is_symlink():
        yield _item(path, root, real_root)
        return
    try:
        entries = sorted(os.scandir(path), key=lambda e: e.name)
    except OSError as error:
        yield _refused(
            path, root, f"the folder cannot be listed ({strerror(error)}); give read permission", "NO_ACCESS"
        )
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from scan(Path(entry.path), root)
        else:
            yield _item(Path(entry.path), root, real_root)


def _item(path: Path, root: Path, real_root: Path) -> Item:
    name = path.name
    if unsafe_characters(name):
        return _refused(path, root, "the name holds control or direction marks; rename the file", "UNSAFE_NAME")
    if path.is_symlink() and not path.resolve().is_relative_to(real_root):
        return _refused(path, root, "the link leaves its folder; copy the file instead", "LINK_LEAVES_FOLDER")
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            return _refused(path, root, "a link to a folder is not followed; name the folder itself", "LINK_TO_FOLDER")
        if not S_ISREG(status.st_mode):
            return _refused(path, root, "not a regular file", "NOT_A_FILE")
        if not os.access(path, os.R_OK):
            return _refused(path, root, "no permission to read it", "NO_ACCESS")
    except OSError as error:
        return _refused(path, root, f"it cannot be opened ({strerror(error)})", "NO_ACCESS")
    suffix = path.suffix.lower().removeprefix(".")
    if (known := FORMATS.get(suffix)) is None:
        return Item(path, _relative(path, root), None, refusal_of(suffix))
    return Item(path, _relative(path, root), Media(path, *known))


def refusal_of(suffix: str) -> MediaError:
    """Why files of a suffix (lower case, without the dot) that is not in `FORMATS` are not read."""
    if suffix in _UNSUPPORTED:
        return MediaError(_UNSUPPORTED[suffix], reason="UNSUPPORTED_TYPE")
    known = ", ".join(FORMATS)
    return MediaError(f"a type of file that is not known; known: {known}", reason="UNKNOWN_TYPE")


def _refused(path: Path, root: Path, message: str, reason: str) -> Item:
    return Item(path, _relative(path, root), None, MediaError(message, reason=reason))


def _relative(path: Path, root: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(root).as_posix())


def public_path(relative: PurePosixPath, is_personal: Callable[[str], bool]) -> PurePosixPath:
    """`relative` with each part that holds personal data replaced by a digest, and unsafe marks made visible."""
    parts = list(relative.parts)
    for i, part in enumerate(parts):
        stem, dot, suffix = part.rpartition(".") if i == len(parts) - 1 else (part, "", "")
        stem, suffix = (stem, dot + suffix) if stem else (part, "")
        visible = "".join(c if not unsafe_characters(c) else f"\\u{ord(c):04x}" for c in part)
        if not is_personal(stem):
            parts[i] = visible
        else:
            kept = suffix if suffix.isascii() and suffix.isprintable() else ""
            parts[i] = f"item-{hashlib.sha256(part.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}{kept}"
    return PurePosixPath(*parts)


def digest_of(relative: PurePosixPath) -> str:
    """SHA-256 (hex) of a relative place: names an item in the ledger without showing its name."""
    return hashlib.sha256(str(relative).encode("utf-8", "surrogateescape")).hexdigest()


def sha256(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(slots=True)
class _Hold:
    lock: int
    users: int


_holds: dict[Path, _Hold] = {}
_holds_lock = threading.Lock()


@contextmanager
def output_folder(folder: Path) -> Iterator[Path]:
    """Create and lock an output folder for this process; yields a scratch folder in it that is emptied at both ends.

    Threads of one process share the lock. Raises `BusyError` when another process holds it, `WithheldError` when the
    folder cannot be written.
    """
    place = folder.resolve()
    scratch = place / _SCRATCH
    with _holds_lock:
        if place not in _holds:
            _holds[place] = _Hold(_acquire(place, scratch), 0)
        _holds[place].users += 1
    try:
        yield scratch
    finally:
        with _holds_lock:
            hold = _holds[place]
            hold.users -= 1
            if not hold.users:
                shutil.rmtree(scratch, ignore_errors=True)
                os.close(_holds.pop(place).lock)


def _shared(lock: int) -> None:
    """Raises `BlockingIOError` when it stays another's. Who comes first of several has it alone, but for a moment."""
    until = time.monotonic() + _FIRST_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(_FIRST_S / 100)


def was_held(folder: Path) -> bool:
    """Whether a run has had this output folder; an empty one where another should be mounted never was."""
    return (folder / _LOCK).exists()


@contextmanager
def shared_folder(folder: Path) -> Iterator[None]:
    """Create an output folder and hold it together with other batches, whose ledger says who does what.

    Who comes first empties the scratch folder. Raises `BusyError` while one command has the folder for itself, see
    `output_folder`, and `WithheldError` when it cannot be written.
    """
    place = folder.resolve()
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock = os.open(place / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise cannot_write(error) from error
    try:
        # If not the first: what lies in the scratch folder may be in work.
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(place / _SCRATCH, ignore_errors=True)
        _shared(lock)
    except BlockingIOError as error:
        os.close(lock)
        raise BusyError("another run is at work on this output folder; wait for it to end") from error
    try:
        yield
    finally:
        # Others at work may have something in it.
        with suppress(OSError):
            (place / _SCRATCH).rmdir()
        os.close(lock)


def _acquire(folder: Path, scratch: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise cannot_write(error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
    except BlockingIOError as error:
        os.close(lock)
        raise BusyError("another run is at work on this output folder; wait for it to end") from error
    except OSError as error:
        os.close(lock)
        raise cannot_write(error) from error
    return lock


@contextmanager
def draft_folder(scratch: Path) -> Iterator[Path]:
    """A private folder for the drafts of one item, gone afterwards whatever happens."""
    try:
        folder = Path(tempfile.mkdtemp(dir=scratch))
    except OSError as error:
        raise cannot_write(error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(drafts: list[tuple[Path, Path]]) -> None:
    """Move verified drafts to their places, each `(draft, target)`, the last one being the medium itself.

    Files are synced before and folders after the renames, so that after a power cut each is whole or not there. When
    one move fails, those before it are taken back.
    """
    done: list[Path] = []
    try:
        for draft, target in drafts:
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync(draft)
            done.append(target)
            draft.replace(target)
        for folder in {target.parent for _, target in drafts}:
            _sync(folder)
    except OSError as error:
        withdraw(done)
        raise cannot_write(error) from error


def withdraw(targets: list[Path]) -> None:
    """Take published files back, so that an item that failed leaves no output."""
    for target in targets:
        target.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
