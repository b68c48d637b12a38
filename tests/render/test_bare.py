"""Container checks: what our encoder writes passes, anything more does not."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from redactor.engines import pillow
from redactor.errors import WithheldError
from redactor.render.bare import require_bare

FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "bmp": "BMP", "tiff": "TIFF"}


def noise(height: int = 37, width: int = 53) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 255, (height, width, 3), dtype=np.uint8)


def encoded(fmt: str, **options: object) -> bytes:
    Image.fromarray(noise()).save(buffer := io.BytesIO(), FORMATS[fmt], **options)
    return buffer.getvalue()


def refused(data: bytes, fmt: str) -> None:
    with pytest.raises(WithheldError) as caught:
        require_bare(data, fmt)
    assert caught.value.reason == "METADATA_LEFT"


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (37, 53), (300, 700)])
def test_what_is_saved_is_bare(tmp_path: Path, fmt: str, size: tuple[int, int]) -> None:
    pillow.save(noise(*size), fmt, path := tmp_path / f"a.{fmt}")
    require_bare(path.read_bytes(), fmt)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("tail", [b"\x00", b"SECRET", b"\xff\xd9", b"\x00" * 4096])
def test_trailing_bytes_are_refused(tmp_path: Path, fmt: str, tail: bytes) -> None:
    pillow.save(noise(), fmt, path := tmp_path / f"a.{fmt}")
    refused(path.read_bytes() + tail, fmt)


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_cut_is_refused(tmp_path: Path, fmt: str) -> None:
    pillow.save(noise(8, 8), fmt, path := tmp_path / f"a.{fmt}")
    data = path.read_bytes()
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
