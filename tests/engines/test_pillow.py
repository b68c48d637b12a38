"""Decoding and encoding of pictures: every format and mode, sizes, bombs, broken and lying files."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from redactor.engines import pillow
from redactor.engines.picture import Picture
from redactor.errors import MediaError
from redactor.policy import ImagePolicy
from redactor.protocols import Media

LIMIT = 1_000_000
FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "bmp": "BMP", "tiff": "TIFF"}


def media(path: Path, fmt: str | None = None) -> Media:
    return Media(path, "image", fmt or path.suffix[1:])


def load(media: Media, limit: int) -> Picture:
    """The only page, after its size was foretold."""
    policy = ImagePolicy(max_pixels=limit)
    (extent,) = pillow.extents(media, policy)
    (picture,) = pillow.load(media, policy)
    assert (picture.width_px, picture.height_px) == (extent.width_px, extent.height_px)
    assert picture.lossy_blocks_px == extent.lossy_blocks_px
    return picture


def reason(path: Path, fmt: str | None = None, limit: int = LIMIT) -> str:
    with pytest.raises(MediaError) as caught:
        list(pillow.load(media(path, fmt), ImagePolicy(max_pixels=limit)))
    assert path.name not in str(caught.value)
    return caught.value.reason


def gradient(width: int = 40, height: int = 30) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return np.stack([x, y, (x + y) / 2], axis=2).astype(np.uint8)


@pytest.mark.parametrize(("subsampling", "blocks"), [(0, 8), (1, 16), (2, 16)])
def test_colours_with_fewer_samples_are_compressed_in_larger_blocks(
    tmp_path: Path, subsampling: int, blocks: int
) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(gradient()).save(path, subsampling=subsampling)
    assert load(media(path), LIMIT).lossy_blocks_px == blocks


def test_a_scan_of_few_bits_is_no_blank_page(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    Image.fromarray(gradient()[..., 0].astype(np.uint16) * 8).save(path)
    assert np.ptp(load(media(path), LIMIT).pixels) > 200


@pytest.mark.parametrize("fmt", FORMATS)
def test_round_trip_keeps_size_and_pixels(tmp_path: Path, fmt: str) -> None:
    path = tmp_path / f"a.{fmt}"
    pillow.save(gradient(), fmt, path)
    picture = load(media(path), LIMIT)
    assert (picture.width_px, picture.height_px, picture.format) == (40, 30, fmt)
    difference = np.abs(picture.pixels.astype(int) - gradient()).max()
    assert difference == 0 if fmt != "jpg" else difference < 16
    assert picture.lossy_blocks_px == (8 if fmt == "jpg" else 1)


@pytest.mark.parametrize("alias", ["jpeg", "tif"])
def test_aliases(tmp_path: Path, alias: str) -> None:
    path = tmp_path / f"a.{alias}"
    pillow.save(gradient(), alias, path)
    assert load(media(path), LIMIT).pixels.shape == (30, 40, 3)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 7), (9, 1)])
def test_tiny_pictures(tmp_path: Path, fmt: str, width: int, height: int) -> None:
    path = tmp_path / f"a.{fmt}"
    pillow.save(np.full((height, width, 3), 200, np.uint8), fmt, path)
    assert load(media(path), LIMIT).pixels.shape == (height, width, 3)


@pytest.mark.parametrize(
    ("fmt", "mode"),
    [
        ("png", "1"),
        ("png", "L"),
        ("png", "P"),
        ("png", "I;16"),
        ("png", "LA"),
        ("png", "RGBA"),
        ("jpg", "L"),
        ("jpg", "CMYK"),
        ("webp", "RGBA"),
        ("bmp", "1"),
        ("bmp", "P"),
        ("bmp", "L"),
        ("tiff", "1"),
        ("tiff", "L"),
        ("tiff", "P"),
        ("tiff", "CMYK"),
        ("tiff", "I;16"),
        ("tiff", "F"),
        ("tiff", "RGBA"),
    ],
)
def test_every_mode_reads_as_the_same_grey_steps(tmp_path: Path, fmt: str, mode: str) -> None:
    steps = np.repeat(np.array([[0, 255]], np.uint8), 16, axis=1).repeat(16, axis=0)
    if mode == "I;16":
        image = Image.fromarray(steps.astype(np.uint16) * 257)
    elif mode == "F":
        image = Image.fromarray(steps.astype(np.float32) / 255)
    else:
        image = Image.fromarray(steps).convert("RGB").convert(mode)
    path = tmp_path / f"a.{fmt}"
    image.save(path, FORMATS[fmt])
    pixels = load(media(path), LIMIT).pixels
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - steps[..., None]).max() <= 3


def test_transparency_is_flattened_on_white_and_hidden_colours_are_gone(tmp_path: Path) -> None:
    rgba = np.full((10, 20, 4), 255, np.uint8)
    rgba[2:8, 2:10] = (10, 20, 30, 0)
    rgba[2:8, 12:15] = (0, 0, 0, 128)
    Image.fromarray(rgba).save(path := tmp_path / "a.png")
    pixels = load(media(path), LIMIT).pixels
    assert (pixels[2:8, 2:10] == 255).all()
    assert (pixels[2:8, 12:15] == 127).all()


def test_light_ink_on_a_transparent_ground_stays_visible(tmp_path: Path) -> None:
    rgba = np.zeros((10, 20, 4), np.uint8)
    rgba[4:6, 3:15] = 255
    Image.fromarray(rgba).save(path := tmp_path / "a.png")
    pixels = load(media(path), LIMIT).pixels
    assert (pixels[4:6, 3:15] == 255).all()
    assert (pixels[:4] == 0).all()


def test_palette_with_transparency(tmp_path: Path) -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 0)
    image.save(path := tmp_path / "a.png", transparency=0)
    pixels = load(media(path), LIMIT).pixels
    assert tuple(pixels[0, 0]) == (255, 255, 255)
    assert tuple(pixels[1, 1]) == (0, 0, 255)


@pytest.mark.parametrize("fmt", ["jpg", "png", "webp", "tiff"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_once(tmp_path: Path, fmt: str, orientation: int) -> None:
    source = np.zeros((16, 32, 3), np.uint8)
    source[:8, :8] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(source).save(path := tmp_path / f"a.{fmt}", FORMATS[fmt], exif=exif)
    pixels = load(media(path), LIMIT).pixels
    row, column = {1: (0, 0), 2: (0, 1), 3: (1, 1), 4: (1, 0), 5: (0, 0), 6: (0, 1), 7: (1, 1), 8: (1, 0)}[orientation]
    assert pixels.shape == ((16, 32, 3) if orientation < 5 else (32, 16, 3))
    corner = pixels[:8] if row == 0 else pixels[-8:]
    corner = corner[:, :8] if column == 0 else corner[:, -8:]
    assert corner.min() > 200
    assert pixels.astype(int).sum() < 1.2 * 8 * 8 * 3 * 255


def test_nothing_but_pixels_is_saved(tmp_path: Path) -> None:
    marks = {"exif": b"Exif\x00\x00SECRET-EXIF", "icc_profile": b"SECRET-ICC", "comment": b"SECRET-COMMENT"}
    Image.fromarray(gradient()).save(source := tmp_path / "a.jpg", **marks)
    source.write_bytes(source.read_bytes() + b"SECRET-TAIL")
    assert source.read_bytes().count(b"SECRET") == 4
    for fmt in FORMATS:
        pillow.save(load(media(source), LIMIT).pixels, fmt, copy := tmp_path / f"copy.{fmt}")
        assert b"SECRET" not in copy.read_bytes()


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\x00" * 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 10_000), (1001, 1000), (1_000_001, 1)])
def test_bombs_are_refused_before_decoding(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(*args: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", decode)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    (path := tmp_path / "a.png").write_bytes(png_header(*size))
    assert path.stat().st_size < 200
    assert reason(path) == "PICTURE_TOO_LARGE"


def test_a_picture_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    pillow.save(gradient(40, 30), "png", path := tmp_path / "a.png")
    assert load(media(path), 1200).width_px == 40
    assert reason(path, limit=1199) == "PICTURE_TOO_LARGE"


@pytest.mark.parametrize("fmt", FORMATS)
def test_empty_and_lying_files(tmp_path: Path, fmt: str) -> None:
    (path := tmp_path / f"a.{fmt}").write_bytes(b"")
    assert reason(path) == "EMPTY_FILE"
    path.write_text("this is a text, not a picture\n" * 20)
    assert reason(path) == "UNREADABLE"
    other = "bmp" if fmt == "png" else "png"
    pillow.save(gradient(), other, tmp_path / f"b.{other}")
    assert reason(tmp_path / f"b.{other}", fmt) == "UNREADABLE"


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_files_are_refused(tmp_path: Path, fmt: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    pillow.save(noise, fmt, path := tmp_path / f"a.{fmt}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert reason(path) == "UNREADABLE"


def frames(fmt: str) -> bytes:
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    first.save(buffer := io.BytesIO(), fmt, save_all=True, append_images=[second])
    return buffer.getvalue()


@pytest.mark.parametrize(("fmt", "plugin"), [("png", "PNG"), ("webp", "WEBP"), ("tiff", "TIFF"), ("gif", "GIF")])
def test_all_frames_are_read(tmp_path: Path, fmt: str, plugin: str) -> None:
    (path := tmp_path / f"a.{fmt}").write_bytes(frames(plugin))
    red, blue = (picture.pixels[4, 4].tolist() for picture in pillow.load(media(path), ImagePolicy()))
    assert red == pytest.approx([255, 0, 0], abs=6)
    assert blue == pytest.approx([0, 0, 255], abs=6)
    assert len(pillow.extents(media(path), ImagePolicy())) == 2


def test_of_several_pictures_in_a_jpeg_the_first_is_read(tmp_path: Path) -> None:
    (path := tmp_path / "a.jpg").write_bytes(frames("MPO"))
    assert load(media(path), LIMIT).pixels[4, 4].tolist()[0] > 240


def test_an_animated_gif_under_another_name(tmp_path: Path) -> None:
    (path := tmp_path / "a.webp").write_bytes(frames("GIF"))
    assert reason(path) == "UNREADABLE"


def test_unknown_formats_and_missing_files(tmp_path: Path) -> None:
    (path := tmp_path / "a.pcx").write_bytes(b"whatever")
    assert reason(path) == "UNKNOWN_FORMAT"
    assert reason(tmp_path / "none.png") == "UNREADABLE"


def test_save_takes_rgb_bytes_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="uint8"):
        pillow.save(np.zeros((4, 4, 3), np.float32), "png", tmp_path / "a.png")
    with pytest.raises(ValueError, match="uint8"):
        pillow.save(np.zeros((4, 4), np.uint8), "png", tmp_path / "a.png")
