"""The tags and pictures of a sound file as tinytag reads them: another reader than the one that wrote the file."""

from __future__ import annotations

from pathlib import Path

from redactor.errors import MissingEngineError

FORMATS = frozenset({"wav", "mp3", "m4a", "ogg", "opus", "flac"})
"""Those of `Media.format` that it knows."""
_MEASURES = frozenset({"filename", "filesize", "duration", "channels", "bitrate", "bitdepth", "samplerate"})
_FORM = frozenset({"mime_type", "is_lossless"})


def tags(path: Path) -> tuple[tuple[str, ...], bool]:
    """All texts of its tags, and whether pictures are in it.

    Raises `MissingEngineError` (`NO_TINYTAG`), and `ValueError` for a file that it cannot read.
    """
    try:
        from tinytag import TinyTag, TinyTagException
    except ModuleNotFoundError as error:
        message = "tinytag is not installed: pip install 'redactor'"
        raise MissingEngineError(message, reason="NO_TINYTAG") from error
    try:
        found = TinyTag.get(path, image=True)
    except TinyTagException as error:
        raise ValueError("tinytag cannot read it") from error
    body = {name: value for name, value in found.as_dict().items() if name not in _MEASURES | _FORM}
    texts = [str(one) for value in body.values() for one in (value if isinstance(value, list) else [value])]
    return tuple(texts), bool(found.images.as_dict())
