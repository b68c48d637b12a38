"""What an output carries besides its sound, its pictures or its text: read by the structure of its container.

The strings that are found may be searched (`traces`); whatever an output of ours never has is refused at once.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from redactor.engines import film_parts, sound_parts, tags
from redactor.engines.claim import Bytes
from redactor.engines.sound_parts import CarriesError
from redactor.errors import MediaError, WithheldError
from redactor.render.bare import pictures

_WALKS: dict[str, Callable[[Bytes], Iterator[str]]] = {
    "wav": sound_parts.wav,
    "flac": sound_parts.flac,
    "ogg": sound_parts.ogg,
    "opus": sound_parts.ogg,
    "mp3": sound_parts.mp3,
    "aac": sound_parts.aac,
    "amr": sound_parts.amr,
    "m4a": film_parts.mp4,
    "mp4": film_parts.mp4,
    "mov": film_parts.mp4,
    "mka": film_parts.matroska,
    "mkv": film_parts.matroska,
    "webm": film_parts.matroska,
    "avi": film_parts.avi,
}
_PICTURES = frozenset({"png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif", "avif", "pdf"})


def carried(path: Path, format: str) -> tuple[str, ...]:
    """The strings that a file carries, its own name first; `format` as in `Media.format`. Of text only the name.

    Raises `WithheldError` (`CONTAINER_CARRIES`) for what an output of ours never has: a tag, a title, an attached
    picture, a second stream, a profile, a thumbnail, bytes after the end; and for a structure that cannot be followed.
    Raises `MediaError` (`NO_ACCESS`), `MissingEngineError`.
    """
    try:
        with path.open("rb") as stream:
            if not stream.seek(0, 2):
                return (path.name,)
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return (path.name, *_found(data, path, format))
    except OSError as error:
        raise MediaError(f"it cannot be opened ({error.strerror})", reason="NO_ACCESS") from None


def _found(data: mmap.mmap, path: Path, format: str) -> tuple[str, ...]:
    if format in _PICTURES:
        if not pictures(bytes(data), format):
            raise _carries("more than its bare pictures", format)
        return ()
    if format not in _WALKS:
        return ()
    try:
        strings = tuple(_WALKS[format](data))
        tagged, pictured = tags.tags(path) if format in tags.FORMATS else ((), False)
    except CarriesError as error:
        raise _carries(str(error), format) from None
    except (struct.error, IndexError, ValueError, RecursionError):
        raise _carries("a structure that cannot be followed to its end", format) from None
    unknown = [text for text in tagged if not any(text in string for string in strings)]
    if unknown or pictured:
        raise _carries("tags or pictures", format)
    return strings


def _carries(what: str, format: str) -> WithheldError:
    return WithheldError(f"the {format} file holds what it should not: {what}", reason="CONTAINER_CARRIES")
