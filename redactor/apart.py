"""Stores keep apart: nothing is written into a source, and no two stores write to one place, local or behind a URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from redactor.errors import PolicyError
from redactor.places import local_folder
from redactor.storepolicy import StorePolicy

_SAME = {"s3a": "s3", "ssh": "sftp", "gcs": "gs", "abfs": "az", "abfss": "az"}
"""Schemes that lead to the same place."""


@dataclass(frozen=True, slots=True)
class _Root:
    server: tuple[str, ...]
    """What has to be the same for one place to lie inside another."""
    path: PurePosixPath

    def inside(self, other: _Root) -> bool:
        return self.server == other.server and self.path.is_relative_to(other.path)


def check_apart(stores: Sequence[StorePolicy]) -> None:
    """Raises `PolicyError` when an output lies in a source or in another output, or a local source is not there."""
    roots = [(s.name, _root(s.source, s.options), _root(s.output, s.output_options or s.options)) for s in stores]
    for store in stores:
        folder = local_folder(store.source)
        if folder is not None and not folder.is_dir():
            why = "is no folder; name its folder" if folder.exists() else "is not there; mount it, or correct source"
            raise PolicyError(f"store {store.name}: its source {why}")
    for number, (name, source, output) in enumerate(roots):
        if output.inside(source):
            raise PolicyError(f"store {name}: the output folder lies inside the source; choose another")
        if source.inside(output):
            raise PolicyError(f"store {name}: the source lies inside the output folder; choose another")
        for other, other_source, other_output in roots[:number]:
            if output.inside(other_output) or other_output.inside(output):
                raise PolicyError(f"stores {other} and {name}: one output lies inside the other; part them")
            for writer, written, reader, read in (
                (name, output, other, other_source),
                (other, other_output, name, source),
            ):
                if written.inside(read) or read.inside(written):
                    raise PolicyError(
                        f"stores {writer} and {reader}: what {writer} writes would be taken up by {reader}; "
                        "part the output of the one from the source of the other"
                    )


def _root(url: str, options: Mapping[str, Any]) -> _Root:
    folder = local_folder(url)
    if folder is not None:
        return _Root((), PurePosixPath(Path(folder).resolve()))
    parts = urlsplit(url)
    scheme = _SAME.get(parts.scheme, parts.scheme)
    # Who asks makes no other place; another server does. A bucket of that name may stand on each.
    host = parts.hostname or ""
    inner = options.get("client_kwargs")
    named = inner.get("endpoint_url") if isinstance(inner, Mapping) else None
    endpoint = str(options.get("endpoint_url") or named or options.get("account_name") or "")
    return _Root((scheme, host, endpoint), PurePosixPath("/", parts.path.strip("/")))
