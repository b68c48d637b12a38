"""Files that carry more than they should: a tag, bytes behind the end, or all of the original."""

from __future__ import annotations

import shutil
import subprocess

from benchmarks.sabotages.base import Broken, Sabotage

_TAGGED = frozenset({"mp3", "m4a", "flac", "ogg", "wav", "mp4", "mov", "mkv", "webm"})


def tag_kept(copy: Broken) -> bool:
    """A title in the container that says a value (or a place where there is none)."""
    if copy.good.output.format not in _TAGGED:
        return False
    value = copy.rng.choice(copy.good.values).text if copy.good.values else "Αθήνα"
    whole = copy.medium.with_name(f"whole{copy.medium.suffix}")
    copy.medium.rename(whole)
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(whole), "-map", "0", "-c", "copy"]
    subprocess.run([*command, "-metadata", f"title={value}", str(copy.medium)], check=True, stdin=subprocess.DEVNULL)
    whole.unlink()
    return True


def bytes_behind(copy: Broken) -> bool:
    """What was removed stands behind the end of the file."""
    if copy.good.output.kind == "text" or not copy.good.values:
        return False
    with copy.medium.open("ab") as target:
        target.write(copy.rng.choice(copy.good.values).text.encode())
    return True


def original_kept(copy: Broken) -> bool:
    """The output is the original, byte for byte."""
    if not copy.good.values:
        return False
    shutil.copy(copy.good.original.path, copy.medium)
    return True


SABOTAGES: tuple[Sabotage, ...] = (tag_kept, bytes_behind, original_kept)
