"""Container checks: what our encoder writes passes, anything more does not."""

import io
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from redactor.engines import pages
from redactor.errors import WithheldError
from redactor.policy import ImagePolicy
from redactor.render.bare import require_bare
from tests import pictures

FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "bmp": "BMP", "tiff": "TIFF", "gif": "GIF", "avif": "AVIF"}
SEVERAL = ("png", "webp", "gif", "tiff", "pdf")


def noise(height: int = 37, width: int = 53) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 255, (height, width, 3), dtype=np.uint8)


def encoded(fmt: str, **options: object) -> bytes:
    Image.fromarray(noise()).save(buffer := io.BytesIO(), FORMATS[fmt], **options)
    return buffer.getvalue()


def saved(tmp_path: Path, fmt: str, *shown: np.ndarray) -> bytes:
    """What the product writes for these pages."""
    media = pictures.written(tmp_path / f"source.{fmt}", [np.full_like(p, 9 * i) for i, p in enumerate(shown)])
    pages.save(shown, media, ImagePolicy(), path := tmp_path / f"a.{fmt}")
    return path.read_bytes()


def refused(data: bytes, fmt: str, count: int = 1) -> None:
    with pytest.raises(WithheldError) as caught:
        require_bare(data, fmt, count)
    assert caught.value.reason == "METADATA_LEFT"


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (37, 53), (300, 700)])
def test_what_is_saved_is_bare(tmp_path: Path, fmt: str, size: tuple[int, int]) -> None:
    require_bare(saved(tmp_path, fmt, noise(*size)), fmt)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("tail", [b"\x00", b"SECRET", b"\xff\xd9", b"\x00" * 4096])
def test_trailing_bytes_are_refused(tmp_path: Path, fmt: str, tail: bytes) -> None:
    refused(saved(tmp_path, fmt, noise()) + tail, fmt)


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_cut_is_refused(tmp_path: Path, fmt: str) -> None:
    data = saved(tmp_path, fmt, noise(8, 8))
    for length in range(len(data)):
        refused(data[:length], fmt)


@pytest.mark.parametrize("fmt", FORMATS)
def test_another_format_is_refused(tmp_path: Path, fmt: str) -> None:
    for other in set(FORMATS) - {fmt}:
        refused(encoded(other), fmt)


EXIF = Image.Exif()
EXIF[0x010E] = "SECRET"


@pytest.mark.parametrize(
    ("fmt", "options"),
    [
        ("jpg", {"exif": EXIF}),
        ("jpg", {"comment": b"SECRET"}),
        ("jpg", {"icc_profile": b"SECRET"}),
        ("jpg", {"xmp": b"SECRET"}),
        ("png", {"exif": EXIF}),
        ("png", {"dpi": (72, 72)}),
        ("png", {"icc_profile": b"SECRET"}),
        ("webp", {"exif": EXIF}),
        ("webp", {"xmp": b"SECRET"}),
        ("webp", {"icc_profile": b"SECRET"}),
        ("tiff", {"description": "SECRET"}),
        ("tiff", {"icc_profile": b"SECRET"}),
        ("tiff", {"exif": EXIF}),
        ("gif", {"comment": b"SECRET"}),
        ("gif", {}),
        ("avif", {"exif": EXIF}),
        ("avif", {"xmp": b"SECRET"}),
        ("avif", {"icc_profile": b"SECRET"}),
    ],
)
def test_metadata_is_refused(fmt: str, options: dict[str, object]) -> None:
    refused(encoded(fmt, **options), fmt)


def test_text_chunks_are_refused() -> None:
    info = PngInfo()
    info.add_text("Title", "SECRET")
    refused(encoded("png", pnginfo=info), "png")


@pytest.mark.parametrize("fmt", ["png", "webp", "tiff"])
def test_a_second_frame_is_refused(fmt: str) -> None:
    refused(encoded(fmt, save_all=True, append_images=[Image.new("RGB", (53, 37))]), fmt)


def test_a_thumbnail_in_the_jfif_header_is_refused() -> None:
    data = encoded("jpg")
    header = data[4:20]
    assert header[2:6] == b"JFIF"
    thumbnail = struct.pack(">H", 16 + 3) + header[2:14] + b"\x01\x01" + b"abc"
    refused(data[:4] + thumbnail + data[20:], "jpg")


def test_bytes_between_the_parts_are_refused() -> None:
    png = encoded("png")
    chunk = b"teXt" + b"SECRET"
    extra = struct.pack(">I", 6) + chunk + struct.pack(">I", zlib.crc32(chunk))
    refused(png[:33] + extra + png[33:], "png")
    jpg = encoded("jpg")
    refused(jpg[:20] + b"SECRET" + jpg[20:], "jpg")
    bmp = bytearray(encoded("bmp"))
    struct.pack_into("<I", bmp, 10, 60)
    struct.pack_into("<I", bmp, 2, len(bmp) + 6)
    refused(bytes(bmp[:54]) + b"SECRET" + bytes(bmp[54:]), "bmp")


@pytest.mark.parametrize("fmt", SEVERAL)
def test_several_pages_that_are_saved_are_bare(tmp_path: Path, fmt: str) -> None:
    data = saved(tmp_path, fmt, *(np.roll(noise(), shift, 0) for shift in range(3)))
    require_bare(data, fmt, 3)
    refused(data, fmt, 2)
    refused(data, fmt, 4)
    refused(data + b"\n", fmt, 3)
    for length in range(0, len(data), 7):
        refused(data[:length], fmt, 3)


@pytest.mark.parametrize("fmt", ["png", "webp", "gif"])
def test_frames_that_are_parts_of_the_picture_are_refused(fmt: str) -> None:
    first = Image.fromarray(noise() // 128 * 128)
    second = first.copy()
    second.paste((255, 0, 0), (10, 10, 20, 20))
    first.save(buffer := io.BytesIO(), FORMATS[fmt], save_all=True, append_images=[second], lossless=True)
    refused(buffer.getvalue(), fmt, 2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Type/Catalog", b"/Type/Catalog/Lang(SECRET)"),
        (b"/Contents 4 0 R", b"/Contents 4 0 R/Title(SECRET)"),
        (b"cm /I Do Q", b"cm /I Do Q %SECRET"),
        (b"/Root 1 0 R", b"/Root 1 0 R/Info 9 0 R"),
        (b"xref\n0", b"% SECRET\nxref\n0"),
        (b"\nendstream\nendobj\n2 0 obj", b"SECRET\nendstream\nendobj\n2 0 obj"),
        (b"/MediaBox[0 0", b"/MediaBox[9 0"),
    ],
)
def test_a_pdf_with_anything_more_is_refused(tmp_path: Path, old: bytes, new: bytes) -> None:
    data = saved(tmp_path, "pdf", noise())
    assert data.count(old) == 1
    refused(data.replace(old, new), "pdf")


def test_a_pdf_whose_picture_is_followed_by_more_in_its_stream_is_refused(tmp_path: Path) -> None:
    data = saved(tmp_path, "pdf", noise())
    start = data.index(b"stream\n", data.index(b"/Type/XObject")) + 7
    (length,) = re.findall(rb"/Length (\d+)>>\nstream\n", data)[1:]
    content = data[start : start + int(length)]
    for more in (content + b"SECRET", zlib.compress(zlib.decompress(content) + b"SECRET")):
        grown = data[: start - 7].replace(b"/Length " + length, b"/Length %d" % len(more)) + b"stream\n" + more
        tail = data[start + int(length) :]
        place = int(re.findall(rb"startxref\n(\d+)", tail)[0])
        moved = place + len(grown) + len(tail) - len(data)
        refused(grown + tail.replace(b"startxref\n%d" % place, b"startxref\n%d" % moved), "pdf")
