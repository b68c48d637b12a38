"""What a sound file says about its own end, read from its bytes: enough to notice that it was cut off.

Decoders play what is there and say nothing about what is missing; a call without its second half must not pass for a
short call. Sources of this file: RFC 3533 (Ogg), RFC 7845 (Opus), Vorbis I, RFC 9639 (FLAC).
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from pathlib import Path

from redactor.engines.chunks import avi, matroska, mov, mp4, wav
from redactor.engines.claim import Bytes, Claim
from redactor.engines.frames import adts, after_id3, amr, mp3
from redactor.errors import MediaError


def read_claim(path: Path, format: str) -> Claim:
    """The claim of the file at `path`, which should be `format`.

    Raises `MediaError` for an empty file and for one that is not in this format.
    """
    if path.stat().st_size == 0:
        raise MediaError("the file is empty", reason="EMPTY_FILE")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        claim = _CLAIMS[format](data)
    if claim is None:
        raise MediaError(f"the file is not the {format} recording that its name claims", reason="UNREADABLE")
    return claim


def _flac(data: Bytes) -> Claim | None:
    at = after_id3(data)
    if data[at : at + 4] != b"fLaC" or len(data) < at + 42 or data[at + 4] & 0x7F != 0:
        return None
    body = int.from_bytes(data[at + 18 : at + 26], "big")
    rate, samples = body >> 44, body & (1 << 36) - 1
    return Claim(samples or None, rate if samples else 0, cut_off=False)


def _ogg(data: Bytes) -> Claim | None:
    if data[:4] != b"OggS":
        return None
    at, serial, rate, skip, before, last, ended = 0, b"", 0, 0, 0, 0, False
    while at + 27 <= len(data) and data[at : at + 4] == b"OggS":
        flags, granule = data[at + 5], int.from_bytes(data[at + 6 : at + 14], "little", signed=True)
        page, count = data[at + 14 : at + 18], data[at + 26]
        body = at + 27 + count
        table = data[at + 27 : body]
        at = body + sum(table)
        if len(table) < count or at > len(data):
            return Claim(None, 0, cut_off=True)
        if flags & 2 and (head := _ogg_head(data[body : body + 16])):
            # A second head is a chained recording: its samples come on top.
            before, last, serial = before + last - skip, 0, page
            rate, skip = head
        if page == serial:
            last, ended = max(last, granule), bool(flags & 4)
    if not rate:
        return Claim(None, 0, cut_off=not ended)
    return Claim(max(0, before + last - skip), rate, cut_off=not ended)


def _ogg_head(head: bytes) -> tuple[int, int] | None:
    """(sample rate of the page positions, samples to skip) for the first page of a sound stream."""
    if head[:8] == b"OpusHead":
        return 48_000, int.from_bytes(head[10:12], "little")
    if head[:7] == b"\x01vorbis":
        return int.from_bytes(head[12:16], "little"), 0
    return (0, 0) if head[:5] in (b"\x7fFLAC", b"Speex") else None


_CLAIMS: dict[str, Callable[[Bytes], Claim | None]] = {
    "wav": wav,
    "mp3": mp3,
    "m4a": mp4,
    "ogg": _ogg,
    "opus": _ogg,
    "flac": _flac,
    "amr": amr,
    "aac": adts,
    "mka": matroska,
    "mkv": matroska,
    "webm": matroska,
    "mp4": mp4,
    "mov": mov,
    "avi": avi,
}
