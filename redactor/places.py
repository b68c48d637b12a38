"""Places: the folders of stores, local or behind a URL, each opened with its options."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from redactor import boundary
from redactor.errors import PolicyError

Seen, Place = boundary.Seen, boundary.Place

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def is_remote(url: str) -> bool:
    """True for URLs other than file://."""
    return "://" in url and not url.startswith("file://")


def open_place(
    url: str, options: Mapping[str, Any] = _NOTHING, *, create: bool = False, quick: bool = False
) -> boundary.Place:
    """The place at a path or URL; `options` go to fsspec, with `${NAME}` taken from the environment.

    `quick`: a store that does not answer is given up after seconds, not minutes.

    Raises `PolicyError` for a variable that is not set, `MissingEngineError` for a package that is not installed,
    `StoreError` when a folder is not there and `create` is not set, `WithheldError` when it cannot be made.
    """
    if not is_remote(url):
        from redactor.engines.local_place import LocalPlace

        return LocalPlace(Path(url.removeprefix("file://")), create=create)
    from redactor.engines.remote_place import RemotePlace

    given = {key: resolved(value) for key, value in options.items()}
    if not quick:
        return RemotePlace(url, given, create=create)
    from redactor.engines.patience import Limits

    return RemotePlace(url, given, create=create, limits=Limits(call_s=8, total_s=8, pause_s=0.2))


def variables(options: Any) -> dict[str, bool]:
    """The environment variables that options name, and whether each is set."""
    if isinstance(options, str):
        return {name: name in os.environ for name in _VARIABLE.findall(options)}
    inner = options.values() if isinstance(options, Mapping) else options if isinstance(options, list | tuple) else ()
    return {name: here for one in inner for name, here in variables(one).items()}


def resolved(value: Any) -> Any:
    """`value` with `${NAME}` replaced in all its texts. Raises `PolicyError` when a variable is not set."""
    if isinstance(value, str):
        return _VARIABLE.sub(_variable, value)
    if isinstance(value, Mapping):
        return {key: resolved(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(inner) for inner in value]
    return value


def _variable(match: re.Match[str]) -> str:
    found = os.environ.get(match[1])
    if found is None:
        raise PolicyError(f"the options of a store name the environment variable {match[1]}, which is not set; set it")
    return found


def local_folder(url: str) -> Path | None:
    """The folder of a path or file:// URL; None for others."""
    return None if is_remote(url) else Path(url.removeprefix("file://"))
