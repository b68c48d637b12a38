"""What a sound file carries besides its sound, by its structure and to its last byte; no decoder and no writer of ours.

Sources: RIFF/WAVE and EBU Tech 3306 (RF64), RFC 9639 (FLAC), RFC 3533 (Ogg), RFC 7845 (Opus), Vorbis I, the Speex
manual, ISO/IEC 11172-3 (MP3), ISO/IEC 13818-7 (ADTS), RFC 4867 (AMR).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from redactor.engines.claim import Bytes
from redactor.engines.frames import AMR_MAGIC, adts_frame, amr_frames, mp3_frame

_WAV_PARTS = {b"fmt ": 64, b"fact": 4, b"data": None, b"ds64": 28}
"""Chunks that sound needs, with their most bytes."""
_ENCODERS = (b"encoder=lavc", b"encoder=lavf")
_VENDORS = (b"lavf", b"lavc", b"ffmpeg", b"xiph", b"libopus")
_LONGEST_VENDOR = 80
_FRAME_SEARCH = 1 << 17
"""A FLAC frame of 8 channels is shorter."""


class CarriesError(Exception):
    """Something that no output of ours has; the message is free of what the file says."""


def wav(data: Bytes) -> Iterator[str]:
    """A WAV file holds its format and its samples. Raises `CarriesError`, `struct.error`."""
    if data[:4] not in (b"RIFF", b"RF64") or data[8:12] != b"WAVE":
        raise CarriesError("it is no WAV file")
    at, end = 12, len(data)
    seen: list[bytes] = []
    while at < end:
        name, (size,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        if name == b"data" and size == 0xFFFFFFFF and b"ds64" in seen:
            # After the size of the file: that of the samples.
            (size,) = struct.unpack_from("<Q", data, 28)
        if name == b"JUNK":
            _zeros(data[at + 8 : at + 8 + size])
        elif name not in _WAV_PARTS or name in seen or size > (_WAV_PARTS[name] or size):
            raise CarriesError("a chunk that sound does not need")
        seen.append(name)
        at += 8 + size
        if at < end and size % 2:
            _zeros(data[at : at + 1])
            at += 1
    if at != end or b"data" not in seen:
        raise CarriesError("bytes after its end, or too few")
    yield from ()


def flac(data: Bytes) -> Iterator[str]:
    """A FLAC file holds its stream header, a vendor string without comments, seek points, and frames to the end."""
    if data[:4] != b"fLaC":
        raise CarriesError("something before its header")
    at, last = 4, False
    while not last:
        kind, size = data[at] & 0x7F, int.from_bytes(data[at + 1 : at + 4], "big")
        last, body = bool(data[at] & 0x80), data[at + 4 : at + 4 + size]
        if kind == 1:
            _zeros(body)
        elif kind == 4:
            yield from comments(body, whole=True)
        elif kind not in (0, 3):
            raise CarriesError("a block of metadata that sound does not need")
        at += 4 + size
    if not _ends_with_flac_frame(data, at):
        raise CarriesError("bytes after its last frame")


def _ends_with_flac_frame(data: Bytes, first: int) -> bool:
    """True when the last bytes are the check sum of a frame that begins before them."""
    begin = max(first, len(data) - _FRAME_SEARCH)
    tail = bytes(data[begin:])
    at = len(tail)
    while (at := max(tail.rfind(b"\xff\xf8", 0, at), tail.rfind(b"\xff\xf9", 0, at))) >= 0:
        if _crc16(tail[at:]) == 0:
            return True
    return False


_CRC16 = [0] * 256
for _byte in range(256):
    _value = _byte << 8
    for _ in range(8):
        _value = (_value << 1) ^ (0x8005 if _value & 0x8000 else 0)
    _CRC16[_byte] = _value & 0xFFFF


def _crc16(data: bytes) -> int:
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ _CRC16[value >> 8 ^ byte]
    return value


def ogg(data: Bytes) -> Iterator[str]:
    """An Ogg file holds one stream of sound, whose second packet names its encoder and nothing else."""
    at, part, first_two = 0, b"", 2
    serials: set[bytes] = set()
    packets: list[bytes] = []
    while at < len(data):
        if data[at : at + 4] != b"OggS":
            raise CarriesError("bytes between or after its pages")
        count = data[at + 26]
        table, body = data[at + 27 : at + 27 + count], at + 27 + count
        serials.add(bytes(data[at + 14 : at + 18]))
        at = body
        for size in table:
            if len(packets) < first_two:
                part += data[at : at + size]
                if size < 255:
                    packets.append(part)
                    part = b""
            at += size
    if len(serials) != 1 or at != len(data) or len(packets) < first_two:
        raise CarriesError("more than one stream, or bytes after its end")
    head, named = packets
    if head[:8] == b"OpusHead":
        yield from comments(_after(named, b"OpusTags"), whole=True)
    elif head[:7] == b"\x01vorbis":
        yield from comments(_after(named, b"\x03vorbis").removesuffix(b"\x01"), whole=True)
    elif head[:5] == b"Speex":
        yield from comments(named, whole=True)
    elif head[:5] == b"\x7fFLAC":
        if named[0] & 0x7F != 4 or not named[0] & 0x80:
            raise CarriesError("a block of metadata that sound does not need")
        yield from comments(named[4:], whole=True)
    else:
        raise CarriesError("a stream that is no sound")


def _after(packet: bytes, magic: bytes) -> bytes:
    if not packet.startswith(magic):
        raise CarriesError("a second packet that is none of its codec")
    return packet[len(magic) :]


def comments(body: bytes, *, whole: bool) -> Iterator[str]:
    """The vendor and the comments of a Vorbis comment block, of which only the encoder's name may be there.

    With `whole` nothing may follow. Raises `CarriesError`, `struct.error`.
    """
    (size,) = struct.unpack_from("<I", body)
    vendor = body[4 : 4 + size]
    if size > _LONGEST_VENDOR or not vendor.lower().startswith(_VENDORS):
        raise CarriesError("a vendor that no encoder of ours writes")
    yield vendor.decode("utf-8", "replace")
    at = 4 + size
    (count,) = struct.unpack_from("<I", body, at)
    at += 4
    for _ in range(count):
        (size,) = struct.unpack_from("<I", body, at)
        comment = body[at + 4 : at + 4 + size]
        if size > _LONGEST_VENDOR or not comment.lower().startswith(_ENCODERS):
            raise CarriesError("a tag")
        yield comment.decode("utf-8", "replace")
        at += 4 + size
    if whole and at != len(body):
        raise CarriesError("bytes after its tags")


def mp3(data: Bytes) -> Iterator[str]:
    """An MP3 file is frames from its first byte to its last."""
    at = 0
    while at < len(data):
        frame = mp3_frame(data, at)
        if frame is None:
            raise CarriesError("tags or other bytes between or beside its frames")
        at += frame[1]
    if at != len(data):
        raise CarriesError("a frame that is cut off")
    yield from ()


def aac(data: Bytes) -> Iterator[str]:
    """An ADTS file is frames from its first byte to its last."""
    at = 0
    while at < len(data):
        size = adts_frame(data, at)
        if size is None or at + size > len(data):
            raise CarriesError("tags or other bytes between or beside its frames")
        at += size
    yield from ()


def amr(data: Bytes) -> Iterator[str]:
    """An AMR file is its magic and frames."""
    end = len(AMR_MAGIC)
    for at, size in amr_frames(data):
        end = at + size
    if data[: len(AMR_MAGIC)] != AMR_MAGIC or end != len(data):
        raise CarriesError("bytes beside its frames")
    yield from ()


def _zeros(body: Sequence[int]) -> None:
    if any(body):
        raise CarriesError("padding that is not empty")
