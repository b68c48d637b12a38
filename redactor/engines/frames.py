"""Claims of recordings that are frames one after the other, without a container.

Sources: ISO/IEC 11172-3 and 13818-3 (MP3), the Xing/Info header as LAME writes it and VBRI as Fraunhofer does, ISO/IEC
13818-7 (ADTS), RFC 4867 section 5 (AMR).
"""

from __future__ import annotations

from collections.abc import Iterator

from redactor.engines.claim import Bytes, Claim

_BIT_RATES = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
)
"""kbit/s of layer III by header index, for MPEG 2 and 2.5, and for MPEG 1."""
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_TRAILERS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")


def mp3(data: Bytes) -> Claim | None:
    """The frames that the information frame promises against those that are there, or else all that are there."""
    first = _next_frame(data, after_id3(data))
    if first is None:
        return None
    promised, rate, per_frame = _promised(data, first[0]), first[2], first[3]
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


def _promised(data: Bytes, at: int) -> int | None:
    """Frames that the information frame at `at` counts; None when there is no such frame or no count."""
    frame = data[at : at + 64]
    for mark in (b"Xing", b"Info"):
        found = frame.find(mark)
        if 0 < found <= len(frame) - 12 and frame[found + 7] & 1:
            return int.from_bytes(frame[found + 8 : found + 12], "big") or None
    if frame[36:40] == b"VBRI":
        # Encoders differ on whether it counts itself.
        return max(0, int.from_bytes(frame[50:54], "big") - 1) or None
    return None


def after_id3(data: Bytes) -> int:
    """Where the sound begins, behind ID3v2 tags."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = sum((byte & 0x7F) << shift for byte, shift in zip(data[at + 6 : at + 10], (21, 14, 7, 0), strict=True))
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


def mp3_frame(data: Bytes, at: int) -> tuple[int, int] | None:
    """`(offset, bytes)` of the layer III frame that begins at `at`; None when none does."""
    frame = _frame(data, at)
    return frame[:2] if frame else None


def adts_frame(data: Bytes, at: int) -> int | None:
    """The bytes of the AAC frame that begins at `at`; None when none does."""
    head = int.from_bytes(data[at : at + 7], "big")
    size, index = head >> 13 & 0x1FFF, head >> 34 & 15
    if at + 7 > len(data) or head >> 44 != 0xFFF or head >> 41 & 3 or size < 7 or index >= len(_ADTS_RATES):
        return None
    return size


_ADTS_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)


def adts(data: Bytes) -> Claim | None:
    """The frames of an AAC file."""
    at = after_id3(data)
    samples = rate = 0
    while at + 7 <= len(data):
        head = int.from_bytes(data[at : at + 7], "big")
        size, index = head >> 13 & 0x1FFF, head >> 34 & 15
        if head >> 44 != 0xFFF or head >> 41 & 3 or size < 7 or index >= len(_ADTS_RATES):
            break
        rate = rate or _ADTS_RATES[index]
        samples += 1024 * ((head & 3) + 1)
        at += size
    if not samples:
        return None
    whole = at == len(data) or data[at : at + 11].startswith(_TRAILERS)
    return Claim(samples, rate, cut_off=not whole)


AMR_MAGIC = b"#!AMR\n"
"""The first bytes of a narrow-band file of one channel."""
_AMR_BYTES = {**dict(enumerate((13, 14, 16, 18, 20, 21, 27, 32, 6))), 15: 1}
"""Frame type -> bytes with the one in front: eight modes of speech, a pause, no data. The others must not be there."""


def amr(data: Bytes) -> Claim | None:
    """The frames of an AMR file of narrow band, 20 ms each."""
    if data[:6] != AMR_MAGIC:
        # Wide band and several channels are for the prober to name.
        return Claim(None, 0, cut_off=False) if data[:5] == AMR_MAGIC[:5] else None
    count, end = 0, len(AMR_MAGIC)
    for at, size in amr_frames(data):
        count, end = count + 1, at + size
    return Claim(count * 160, 8000, cut_off=end != len(data))


def amr_frames(data: Bytes) -> Iterator[tuple[int, int]]:
    """`(offset, bytes)` of each whole frame, up to the end or the first that is none."""
    at = len(AMR_MAGIC)
    while at < len(data):
        size = 0 if data[at] & 0x83 else _AMR_BYTES.get(data[at] >> 3 & 15, 0)
        if not size or at + size > len(data):
            return
        yield at, size
        at += size
