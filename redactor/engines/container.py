"""What a sound file says about its own end, read from its bytes: enough to notice that it was cut off.

Decoders play what is there and say nothing about what is missing; a call without its second half must not pass for a
short call. Sources: RIFF/WAVE and EBU Tech 3306 (RF64), ISO/IEC 11172-3 and 13818-3 (frames), the Xing/Info header as
LAME writes it, RFC 3533 (Ogg), RFC 7845 (Opus), Vorbis I, RFC 9639 (FLAC), ISO/IEC 14496-12 (boxes).
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from redactor.errors import MediaError

Bytes: TypeAlias = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class Claim:
    """How long a file says it is, and whether it stops where it should."""

    samples: int | None
    """Samples per channel at `rate_hz`; None when the container keeps no count that can be trusted."""
    rate_hz: int
    """Rate of `samples`; 0 when there is no count."""
    cut_off: bool
    """The file ends inside a chunk, frame, page or box, or without its end mark."""


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


def _wav(data: Bytes) -> Claim | None:
    if data[:4] not in (b"RIFF", b"RF64") or data[8:12] != b"WAVE":
        return None
    at, end, rate, align, long_size = 12, len(data), 0, 0, None
    while at + 8 <= end:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"ds64":
            long_size = int.from_bytes(data[at + 16 : at + 24], "little")
        elif name == b"fmt ":
            rate = int.from_bytes(data[at + 12 : at + 16], "little")
            align = _pcm_align(data[at + 8 : at + 8 + size])
        elif name == b"data":
            if size == 0xFFFFFFFF and long_size is not None:
                size = long_size
            if size in (0, 0xFFFFFFFF):
                # Written to a pipe: the length was never filled in, the sound goes on to the end of the file.
                return Claim(None, 0, cut_off=False)
            return Claim(size // align if align else None, rate if align else 0, cut_off=at + 8 + size > end)
        at += 8 + size + size % 2
    return Claim(None, 0, cut_off=True)


def _pcm_align(fmt: bytes) -> int:
    # Only where a block is one sample per channel: PCM, float, A-law, mu-law, and these in the extensible form.
    kind = int.from_bytes(fmt[24:26] if fmt[:2] == b"\xfe\xff" else fmt[:2], "little")
    return int.from_bytes(fmt[12:14], "little") if kind in (1, 3, 6, 7) else 0


def _flac(data: Bytes) -> Claim | None:
    at = _after_id3(data)
    if data[at : at + 4] != b"fLaC" or data[at + 4] & 0x7F != 0 or len(data) < at + 42:
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


def _m4a(data: Bytes) -> Claim | None:
    if data[4:8] != b"ftyp":
        return None
    at, seen = 0, set()
    while at + 8 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        seen.add(name)
        at = len(data) if size == 0 else at + max(size, 8)
    # The length of the track is left to the prober: it knows edit lists and fragments.
    return Claim(None, 0, cut_off=at != len(data) or not {b"moov", b"mdat"} <= seen)


_BIT_RATES = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
)
"""kbit/s of layer III by header index, for MPEG 2 and 2.5, and for MPEG 1."""
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_TRAILERS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")


def _mp3(data: Bytes) -> Claim | None:
    first = _next_frame(data, _after_id3(data))
    if first is None:
        return None
    promised, rate, per_frame = _xing(data, first[0]), first[2], first[3]
    frames, end = 0, first[0]
    for at, size, *_ in _frames(data, first[0]):
        frames, end = frames + 1, at + size
    # Less than a header may be left of the next frame.
    cut_off = end > len(data) or (len(data) - end < 4 and data[end : end + 1] == b"\xff")
    if promised is None:
        return Claim(frames * per_frame, rate, cut_off)
    # The information frame itself is not counted.
    return Claim(promised * per_frame, rate, cut_off or frames - 1 < promised)


def _frames(data: Bytes, at: int) -> Iterator[tuple[int, int, int, int]]:
    while frame := (_frame(data, at) or (None if data[at : at + 11].startswith(_TRAILERS) else _next_frame(data, at))):
        yield frame
        at = frame[0] + frame[1]


def _next_frame(data: Bytes, at: int) -> tuple[int, int, int, int] | None:
    # Two frames in a row: the eleven bits of one frame mark turn up by chance.
    while (at := data.find(b"\xff", at)) >= 0:
        frame = _frame(data, at)
        if frame and _frame(data, at + frame[1]):
            return frame
        at += 1
    return None


def _frame(data: Bytes, at: int) -> tuple[int, int, int, int] | None:
    """(offset, bytes, sample rate, samples per channel) of the layer III frame at `at`."""
    if at + 4 > len(data):
        return None
    head = int.from_bytes(data[at : at + 4], "big")
    version, layer, index, rate = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or index in (0, 15) or rate == 3:
        return None
    hertz, per_frame = _RATES[version][rate], 1152 if version == 3 else 576
    size = per_frame // 8 * _BIT_RATES[version == 3][index] * 1000 // hertz + (head >> 9 & 1)
    return at, size, hertz, per_frame


def _xing(data: Bytes, at: int) -> int | None:
    frame = data[at : at + 64]
    for mark in (b"Xing", b"Info"):
        found = frame.find(mark)
        if found > 0 and frame[found + 7] & 1:
            return int.from_bytes(frame[found + 8 : found + 12], "big") or None
    return None


def _after_id3(data: Bytes) -> int:
    at = 0
    while data[at : at + 3] == b"ID3":
        size = sum((byte & 0x7F) << shift for byte, shift in zip(data[at + 6 : at + 10], (21, 14, 7, 0), strict=True))
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


_CLAIMS: dict[str, Callable[[Bytes], Claim | None]] = {
    "wav": _wav,
    "mp3": _mp3,
    "m4a": _m4a,
    "ogg": _ogg,
    "opus": _ogg,
    "flac": _flac,
}
