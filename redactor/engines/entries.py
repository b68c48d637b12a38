"""What a listing behind fsspec says of one file, as a walk shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from redactor.boundary import Seen, unsafe_characters, unsafe_name
from redactor.errors import MediaError


def seen_in(relative: PurePosixPath, entry: Mapping[str, Any]) -> Seen:
    """A file as its entry describes it; its stamp comes from what the store changes with the content."""
    changed = next(
        (entry[k] for k in ("LastModified", "mtime", "last_modified", "modified", "created") if entry.get(k)), 0
    )
    if isinstance(changed, str):
        changed = datetime.fromisoformat(changed)
    changed_s = changed.timestamp() if isinstance(changed, datetime) else float(changed)
    mark = next((entry[k] for k in ("ETag", "etag", "md5Hash", "VersionId", "generation") if entry.get(k)), changed_s)
    size = int(entry.get("size") or 0)
    stamp = f"{size}-{hashlib.sha256(str(mark).encode()).hexdigest()[:32]}"
    refusal = None
    if unsafe_characters(relative.name):
        refusal = unsafe_name()
    elif entry["type"] == "link" or entry.get("islink"):
        refusal = MediaError("a link in this store is not followed; copy the file instead", reason="LINK_NOT_FOLLOWED")
    elif entry["type"] != "file":
        refusal = MediaError("not a regular file", reason="NOT_A_FILE")
    return Seen(relative, size, stamp, changed_s, refusal)


def refused(relative: PurePosixPath, message: str, reason: str) -> Seen:
    """A name that must not be read."""
    return Seen(relative, 0, "", 0.0, MediaError(message, reason=reason))
