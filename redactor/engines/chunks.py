"""Claims of containers that are made of chunks, each with its size in front.

Sources: RIFF/WAVE and EBU Tech 3306 (RF64), RIFF/AVI and OpenDML 1.02, ISO/IEC 14496-12 and QuickTime (boxes), RFC 8794
(EBML) and RFC 9559 (Matroska).
"""

from __future__ import annotations

from redactor.engines.claim import Bytes, Claim


def wav(data: Bytes) -> Claim | None:
    """The data chunk of a WAV file, in the 32-bit or the 64-bit form."""
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


def avi(data: Bytes) -> Claim | None:
    """The RIFF lists of an AVI file; a long one has several (OpenDML)."""
    if data[:4] != b"RIFF" or data[8:12] != b"AVI ":
        return None
    at = 0
    while data[at : at + 4] == b"RIFF":
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if size == 0:
            # A recorder that crashed never filled in the size, the sound goes on to the end of the file.
            break
        at += 8 + size
        if at > len(data):
            return Claim(None, 0, cut_off=True)
        at += size % 2
    return Claim(None, 0, cut_off=False)


def mp4(data: Bytes) -> Claim | None:
    """Boxes up to the end of the file, with an index and sound among them; None when it does not begin as MP4."""
    return _boxes(data) if data[4:8] == b"ftyp" else None


def mov(data: Bytes) -> Claim | None:
    """As `mp4`; early QuickTime has no box that says what it is."""
    return _boxes(data) if data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip") else None


def _boxes(data: Bytes) -> Claim:
    at, seen = 0, set()
    while at + 8 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        seen.add(name)
        at = len(data) if size == 0 else at + max(size, 8)
    # The length of the track is left to the prober: it knows edit lists and fragments.
    return Claim(None, 0, cut_off=at != len(data) or not {b"moov", b"mdat"} <= seen)


_EBML, _SEGMENT, _CLUSTER = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"


def matroska(data: Bytes) -> Claim | None:
    """The segment of a Matroska or WebM file, or its elements one by one where it was written without a size."""
    if data[:4] != _EBML:
        return None
    at = 0
    while at < len(data):
        if (head := _element(data, at)) is None:
            return Claim(None, 0, cut_off=True)
        name, at, size = head
        if size is not None:
            at += size
        elif name not in (_SEGMENT, _CLUSTER):
            return Claim(None, 0, cut_off=True)
    return Claim(None, 0, cut_off=at > len(data))


def _element(data: Bytes, at: int) -> tuple[bytes, int, int | None] | None:
    """(name, offset of the content, its size or None when unknown) of the EBML element at `at`; None for garbage."""
    name_width = 9 - data[at].bit_length()
    length = data[at + name_width : at + name_width + 1]
    if name_width > 4 or length in (b"", b"\0"):
        return None
    width = 9 - length[0].bit_length()
    start = at + name_width
    if start + width > len(data):
        return None
    ones = (1 << 7 * width) - 1
    size = int.from_bytes(data[start : start + width], "big") & ones
    return bytes(data[at:start]), start + width, None if size == ones else size
