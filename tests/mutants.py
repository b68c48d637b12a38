"""Tiny real files of every format, and what becomes of files on bad disks and in bad hands; seeded, always the same."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests import pictures, sound
from tests.house import THOROUGH

SECRET = "6971234567"
_TEXTS = {
    "txt": f"Καλημέρα, το τηλέφωνο είναι {SECRET}.\nΕυχαριστώ πολύ.\n",
    "md": f"# Σημείωμα\n\n- τηλέφωνο **{SECRET}**\n- [σύνδεσμος](https://example.org)\n",
    "csv": f'όνομα;τηλέφωνο\n"Αλφα; Βήτα";{SECRET}\nΓάμμα;210\n',
    "json": f'{{"id": 7, "text": "τηλέφωνο {SECRET}", "parts": [1, 2.5, null, {{"text": "ναι"}}]}}',
    "jsonl": f'{{"id": 1, "text": "ναι"}}\n{{"id": 2, "text": "τηλέφωνο {SECRET}"}}\n',
    "srt": f"1\n00:00:01,000 --> 00:00:02,500\nΚαλημέρα\n\n2\n00:00:03,000 --> 00:00:04,000\n{SECRET}\n",
    "vtt": f"WEBVTT\n\n00:01.000 --> 00:02.500\n<v Αλφα>Καλημέρα\n\n00:03.000 --> 00:04.000\n{SECRET}\n",
    "html": f'<!doctype html><html><head><meta charset="utf-8"><title>α</title></head><body><p>τηλ {SECRET}</p>'
    '<table><tr><td>ναι</td><td title="όχι">όχι</td></tr></table></body></html>',
    "eml": "From: a@example.org\r\nTo: b@example.org\r\nSubject: =?utf-8?b?zrHOsg==?=\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n'
    f"Content-Transfer-Encoding: base64\r\n\r\nz4TOt867IDY5NzEyMzQ1Njc=\r\n--b1\r\nContent-Type: text/html\r\n\r\n<p>{SECRET}"
    "</p>\r\n--b1--\r\n",
}
_SOUNDS = {
    "wav": ["-c:a", "pcm_mulaw"],
    "mp3": ["-b:a", "24k"],
    "m4a": ["-b:a", "48k"],
    "ogg": ["-c:a", "libopus", "-b:a", "24k"],
    "flac": [],
    "amr": [],
}
_SCREENS = {
    "mp4": [*sound.PICTURES, "-map", "1:v", "-map", "0:a", "-c:v", "mpeg4", "-c:a", "aac", "-t", "0.6"],
    "mkv": [*sound.PICTURES, "-map", "1:v", "-c:v", "mpeg4", "-t", "0.6"],
}
_TIMES = 4 if THOROUGH else 1
COUNTS = {
    **dict.fromkeys(_TEXTS, 75 * _TIMES),
    **dict.fromkeys(pictures.STILLS, 160 * _TIMES),
    **dict.fromkeys(_SOUNDS, 20 * _TIMES),
    **dict.fromkeys(_SCREENS, 30 * _TIMES),
    "pdf": 60 * _TIMES,
}
"""Mutants of each format: as many as its decoder manages in a minute for all, or in five."""


def originals(folder: Path) -> dict[str, bytes]:
    """Format -> the content of a small valid file."""
    for fmt, text in _TEXTS.items():
        (folder / f"a.{fmt}").write_text(text, encoding="utf-8", newline="")
    for fmt in (*pictures.STILLS, "pdf"):
        pictures.written(folder / f"a.{fmt}", pictures.pages(SECRET, 2 if fmt in pictures.SEVERAL else 1))
    spoken = folder / "spoken.wav"
    sound.write_wav(spoken, sound.syllables(0.5))
    for fmt, options in {**_SOUNDS, **_SCREENS}.items():
        sound.convert(spoken, folder / f"a.{fmt}", options)
    return {fmt: (folder / f"a.{fmt}").read_bytes() for fmt in COUNTS}


def mutants(whole: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Format and seed of each."""
    for number in range(max(COUNTS.values())):
        for fmt in whole:
            if number < COUNTS[fmt]:
                yield fmt, f"{fmt}-{number}"


def mutated(whole: dict[str, bytes], fmt: str, seed: str) -> bytes:
    """One to three things happen to the file of a format."""
    dice = random.Random(seed)
    data = bytearray(whole[fmt])
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        dice.choice((_flip, _flip, _head, _truncate, _repeat, _drop, _size, _size, _zero, _append))(data, dice)
        if dice.random() < 0.08:
            other = whole[dice.choice(sorted(whole))]
            size = dice.choice((4, 16, 64, len(data)))
            data[:size] = other[:size]
    return _summed(data) if fmt == "png" and dice.random() < 0.7 else bytes(data)


def _summed(data: bytearray) -> bytes:
    """A PNG whose check sums are right as far as its chunks go: decoders look no further at those that are wrong."""
    at = 8
    while at + 12 <= len(data) and at + 12 + (size := int.from_bytes(data[at : at + 4], "big")) <= len(data):
        data[at + 8 + size : at + 12 + size] = zlib.crc32(data[at + 4 : at + 8 + size]).to_bytes(4, "big")
        at += 12 + size
    return bytes(data)


def _flip(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 1, 3, 10)) if data else 0):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _head(data: bytearray, dice: random.Random) -> None:
    for _ in range(3 if data else 0):
        data[dice.randrange(min(64, len(data)))] = dice.randrange(256)


def _truncate(data: bytearray, dice: random.Random) -> None:
    del data[dice.choice((0, 1, 8, 40, len(data) // 2, len(data) * 9 // 10, max(0, len(data) - 1))) :]


def _chunk(data: bytearray, dice: random.Random) -> slice:
    start = dice.randrange(len(data) + 1)
    return slice(start, start + dice.choice((1, 4, 32, 200, 1000)))


def _repeat(data: bytearray, dice: random.Random) -> None:
    chunk = _chunk(data, dice)
    data[chunk.start : chunk.start] = data[chunk] * dice.choice((1, 2, 50))


def _drop(data: bytearray, dice: random.Random) -> None:
    del data[_chunk(data, dice)]


def _zero(data: bytearray, dice: random.Random) -> None:
    chunk = _chunk(data, dice)
    data[chunk] = bytes(len(data[chunk]))


def _size(data: bytearray, dice: random.Random) -> None:
    """Somewhere in a header, or where numbers of a text stand, there is a very large number."""
    at = dice.randrange(min(300, len(data)) + 1)
    huge = (b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\xff" * 8, b"\xff\xff", b"\x00\x01\x00\x00")
    value = dice.choice((*huge, b"9" * 20))
    data[at : at + len(value)] = value


def _append(data: bytearray, dice: random.Random) -> None:
    data += dice.randbytes(dice.choice((1, 100, 5000)))
