"""Whether a file lies on a disk of this machine: SQLite's write-ahead log needs memory that all its users share."""

from __future__ import annotations

from pathlib import Path

_LOCAL = frozenset({"btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs"})
"""Types of file systems that no other machine writes. Whatever is not named here is taken for a share."""
_MOUNTS = Path("/proc/self/mountinfo")


def is_local(path: Path) -> bool:
    """True when the folder of `path` is on a local disk for certain (Linux); False where the system does not tell."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
        place = path.absolute().parent.resolve()
    except OSError:
        return False
    kinds: dict[str, str] = {}
    for line in lines:
        left, _, right = line.partition(" - ")
        # Blanks in names of folders are written as octal numbers. What is mounted last on a folder hides the others.
        kinds[left.split()[4].replace("\\040", " ")] = right.split()[0]
    mounted = max((point for point in kinds if place.is_relative_to(point)), key=len, default="")
    return kinds.get(mounted) in _LOCAL
