"""What a container of sound and pictures carries besides them, by its structure and to its last byte.

Sources: ISO/IEC 14496-12 and QuickTime (boxes), RFC 8794 (EBML) and RFC 9559 (Matroska), RIFF/AVI and OpenDML 1.02.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from redactor.engines.claim import Bytes
from redactor.engines.sound_parts import CarriesError

_HANDLERS = (b"", b"SoundHandler", b"VideoHandler", b"DataHandler")
_NESTS = frozenset({"moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf", "mfra"})
"""Boxes that are made of boxes."""
_LEAVES = (
    "ftyp free skip wide mdat mvhd tkhd elst mdhd hdlr smhd vmhd gmhd dref stsd stts stss ctts stsc stsz stz2 stco "
    "co64 sgpd sbgp sdtp mehd trex mfhd tfhd tfdt trun sidx tfra mfro cslg udta"
)
_BOXES = _NESTS.union(_LEAVES.split())
_EMPTY = frozenset({"free", "skip", "wide"})
_NO_TAGS = b"\0\0\0\x35meta\0\0\0\0\0\0\0\x21hdlr" + bytes(8) + b"mdirappl" + bytes(9) + b"\0\0\0\x08ilst"
"""User data with an empty list of tags, as libavformat writes it."""


def mp4(data: Bytes) -> Iterator[str]:
    """An MP4 or QuickTime file holds at most one track of sound and one of pictures.

    Raises `CarriesError`, `struct.error`.
    """
    kinds: list[bytes] = []
    for name, start, end in _boxes(data, 0, len(data)):
        if name in _EMPTY and any(data[start:end]):
            raise CarriesError("padding that is not empty")
        if name == "udta" and data[start:end] != _NO_TAGS:
            raise CarriesError("tags")
        if name == "hdlr":
            # In QuickTime every part has a handler, in MP4 each track.
            kind, handler = data[start + 8 : start + 12], data[start + 24 : end]
            if data[start + 4 : start + 8] != b"dhlr":
                kinds.append(kind)
            label = handler.rstrip(b"\0")
            # QuickTime counts the letters in front.
            if label not in _HANDLERS and label[1:] not in _HANDLERS:
                raise CarriesError("a track with a name")
            yield label.decode("utf-8", "replace")
    if not set(kinds) <= {b"soun", b"vide"} or len(kinds) != len(set(kinds)):
        raise CarriesError("a track besides one of sound and one of pictures")


def _boxes(data: Bytes, at: int, end: int) -> Iterator[tuple[str, int, int]]:
    while at < end:
        size, raw = struct.unpack_from(">I4s", data, at)
        head, name = 8, raw.decode("latin-1")
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        if name not in _BOXES or size < head or at + size > end:
            # A zero closes the list of a QuickTime atom.
            if end - at == 4 and not any(data[at:end]):
                return
            raise CarriesError("a box that sound and pictures do not need, or bytes after its end")
        yield name, at + head, at + size
        if name in _NESTS:
            yield from _boxes(data, at + head, at + size)
        at += size


_SEGMENT = 0x18538067
_MASTERS = {0x1A45DFA3, _SEGMENT, 0x1654AE6B, 0xAE, 0xE0, 0xE1, 0x55B0, 0x1549A966, 0x1254C367, 0x7373, 0x67C8, 0x63C0}
"""EBML head, segment, tracks, a track, its picture, sound and colours, info, tags, a tag, a simple tag, targets."""
_PLAIN = {0x114D9B74, 0x1C53BB6B, 0x1F43B675, 0xBF}
"""Lists of places, cues, clusters of packets, check sums: nothing with a text in it."""
_FORBIDDEN = {0x1941A469, 0x1043A770, 0x7BA9, 0x536E, 0x7384, 0x3C83AB, 0x3CB923, 0x258688, 0x6D80}
"""Attachments, chapters, title, name of a track, file names, UIDs of neighbours, name of a codec, encryption."""
_TEXTS = {0x4D80, 0x5741, 0x4282, 0x86, 0x22B59C, 0x22B59D, 0x447A}
"""Names of muxer and writer, document type, codec, languages."""
_MEASURES = {
    *(0x83, 0x88, 0x9A, 0x9C, 0x9F, 0xB0, 0xB5, 0xB9, 0xBA, 0xD7, 0xEC, 0x4285, 0x4286, 0x4287, 0x42F2, 0x42F3, 0x42F7),
    *(
        0x4484,
        0x4489,
        0x53B8,
        0x54AA,
        0x54B0,
        0x54B2,
        0x54BA,
        0x54BB,
        0x54CC,
        0x54DD,
        0x55AA,
        0x55EE,
        *range(0x55B1, 0x55BE),
    ),
    *(0x56AA, 0x56BB, 0x6264, 0x63A2, 0x63C5, 0x68CA, 0x6DE7, 0x6DF8, 0x73A4, 0x73C5, 0x78B5, 0x23E383, 0x2AD7B1),
}
"""Numbers of all kinds: sizes, rates, times, flags, colours, identities; and what a decoder must know."""
_TAG_TEXTS, _TRACK_TYPE, _VOID = {0x45A3, 0x4487}, 0x83, 0xEC
_TAG = re.compile(r"ENCODER|DURATION|(?:Lavc|Lavf)[\w .\-]{0,40}|\d\d:\d\d:\d\d\.\d{1,9}\x00*")


def matroska(data: Bytes) -> Iterator[str]:
    """A Matroska or WebM file holds at most one track of sound and one of pictures, and the names of its encoders.

    Raises `CarriesError`, `IndexError`.
    """
    types: list[int] = []
    for number, start, end in _elements(data, 0, len(data)):
        body = b"" if number in _MASTERS or number in _PLAIN else bytes(data[start : min(end, start + 4096)])
        if number in _FORBIDDEN:
            raise CarriesError("an attachment, a chapter, a title or a name")
        if number == _TRACK_TYPE:
            types.append(body[0])
        elif number == _VOID and any(data[start:end]):
            raise CarriesError("padding that is not empty")
        elif number in _TEXTS:
            yield body.decode("utf-8", "replace")
        elif number in _TAG_TEXTS:
            text = body.decode("utf-8", "replace")
            if not _TAG.fullmatch(text):
                raise CarriesError("a tag")
            yield text
        elif number not in _MASTERS | _PLAIN | _MEASURES:
            raise CarriesError("an element that sound and pictures do not need")
    if not set(types) <= {1, 2} or len(types) != len(set(types)):
        raise CarriesError("a track besides one of sound and one of pictures")


def _elements(data: Bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    while at < end:
        wide = 9 - data[at].bit_length()
        number = int.from_bytes(data[at : at + wide], "big")
        at += wide
        wide = 9 - data[at].bit_length()
        size = int.from_bytes(data[at : at + wide], "big") & ((1 << 7 * wide) - 1)
        at += wide
        if size == (1 << 7 * wide) - 1:
            size = end - at
        if wide > 8 or at + size > end:
            raise CarriesError("bytes after its end, or an element that is cut off")
        yield number, at, at + size
        if number in _MASTERS:
            yield from _elements(data, at, at + size)
        at += size


_AVI_LISTS = {b"hdrl", b"strl", b"movi", b"INFO", b"odml"}
_AVI_PARTS = {b"avih", b"strh", b"strf", b"idx1", b"indx", b"vprp", b"dmlh"}
_AVI_PACKET = re.compile(rb"\d\d(?:dc|db|wb|ix)|ix\d\d")

_AVI_JUNK = re.compile(rb"(?:\x04\0{7}\d\d(?:dc|wb)|odmldmlh\xf8)?\0*")
"""Room for the index of a file that did not become long."""


def avi(data: Bytes) -> Iterator[str]:
    """An AVI file holds at most one stream of sound and one of pictures.

    Raises `CarriesError`, `struct.error`.
    """
    kinds: list[bytes] = []
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at + 4)
        if data[at : at + 4] != b"RIFF" or data[at + 8 : at + 12] not in (b"AVI ", b"AVIX"):
            raise CarriesError("bytes after its end")
        for name, start, end in _chunks(data, at + 12, min(len(data), at + 8 + size)):
            if name == b"ISFT":
                software = bytes(data[start:end]).rstrip(b"\0").decode("latin-1")
                if not software.startswith("Lavf") or len(software) > 20:
                    raise CarriesError("a tag")
                yield software
            elif name == b"strh":
                kinds.append(data[start : start + 4])
        at += 8 + size + size % 2
    if not set(kinds) <= {b"auds", b"vids"} or len(kinds) != len(set(kinds)):
        raise CarriesError("a stream besides one of sound and one of pictures")


def _chunks(data: Bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while at < end:
        name, (size,) = bytes(data[at : at + 4]), struct.unpack_from("<I", data, at + 4)
        if at + 8 + size > end:
            raise CarriesError("a chunk that is cut off")
        if name == b"LIST":
            kind = bytes(data[at + 8 : at + 12])
            if kind not in _AVI_LISTS:
                raise CarriesError("a list that sound and pictures do not need")
            yield from _chunks(data, at + 12, at + 8 + size)
        elif name == b"JUNK":
            if not _AVI_JUNK.fullmatch(data[at + 8 : at + 8 + size]):
                raise CarriesError("padding that is not empty")
        elif name in _AVI_PARTS or name == b"ISFT" or _AVI_PACKET.fullmatch(name):
            yield name, at + 8, at + 8 + size
        else:
            raise CarriesError("a chunk that sound and pictures do not need")
        at += 8 + size + size % 2
