"""Pictures that lie, bomb, break off or are put together oddly: each is read whole or ends with a reason."""

import io
import struct
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from redactor.engines import pages, pillow
from redactor.errors import MediaError
from redactor.policy import ImagePolicy
from redactor.protocols import Media
from tests import pictures
from tests.pictures import HEIGHT, PAGES, SEVERAL, STILLS, WIDTH

POLICY = ImagePolicy()
CASES = [(fmt, 1) for fmt in STILLS] + [(fmt, PAGES) for fmt in SEVERAL if fmt != "pdf"]


def reason(path: Path, policy: ImagePolicy = POLICY) -> str:
    media = Media(path, "image", path.suffix[1:])
    with pytest.raises(MediaError) as caught:
        list(pages.load(media, policy))
    assert path.name not in str(caught.value)
    return caught.value.reason


def size_reason(path: Path, policy: ImagePolicy = POLICY) -> str:
    with pytest.raises(MediaError) as caught:
        pages.extents(Media(path, "image", path.suffix[1:]), policy)
    return caught.value.reason


@pytest.fixture
def no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*args: object, **options: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", decode)
    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)


@pytest.mark.parametrize(("fmt", "count"), CASES)
def test_sizes_are_known_without_decoding(tmp_path: Path, fmt: str, count: int, request: pytest.FixtureRequest) -> None:
    media = pictures.written(tmp_path / f"a.{fmt}", pictures.pages(count=count))
    request.getfixturevalue("no_decoding")
    assert [(e.width_px, e.height_px) for e in pages.extents(media, POLICY)] == [(WIDTH, HEIGHT)] * count


@pytest.mark.parametrize(("fmt", "count"), CASES)
@pytest.mark.parametrize("left_off", [1, 20, 200, 0.5])
def test_files_cut_in_the_last_page_are_refused(tmp_path: Path, fmt: str, count: int, left_off: float) -> None:
    noise = np.random.default_rng(2).integers(0, 6, (count, HEIGHT, WIDTH, 3), dtype=np.uint8) * 40
    media = pictures.written(tmp_path / f"a.{fmt}", list(noise))
    data = media.path.read_bytes()
    media.path.write_bytes(data[: int(len(data) * left_off) if left_off < 1 else -int(left_off)])
    if (fmt, count, left_off) == ("tiff", PAGES, 1):
        # Only a byte of padding is gone.
        assert all((p.pixels == n).all() for p, n in zip(pages.load(media, POLICY), noise, strict=True))
    else:
        assert reason(media.path) == "UNREADABLE"


@pytest.mark.parametrize("fmt", [fmt for fmt in SEVERAL if fmt != "pdf"])
def test_too_many_or_too_large_frames_are_refused_before_one_is_decoded(
    tmp_path: Path, fmt: str, request: pytest.FixtureRequest
) -> None:
    path = pictures.written(tmp_path / f"a.{fmt}", pictures.pages()).path
    request.getfixturevalue("no_decoding")
    for policy, expected in (
        (ImagePolicy(max_pages=2), "TOO_MANY_PAGES"),
        (ImagePolicy(max_pixels=WIDTH * HEIGHT - 1), "PICTURE_TOO_LARGE"),
        (ImagePolicy(max_total_pixels=3 * WIDTH * HEIGHT - 1), "PICTURE_TOO_LARGE"),
        (ImagePolicy(max_bytes=path.stat().st_size - 1), "FILE_TOO_LARGE"),
    ):
        assert reason(path, policy) == size_reason(path, policy) == expected
    exact = ImagePolicy(max_pages=3, max_pixels=WIDTH * HEIGHT, max_total_pixels=3 * WIDTH * HEIGHT)
    assert len(pages.extents(Media(path, "image", fmt), exact)) == 3


def frame_bomb(fmt: str, count: int) -> bytes:
    """A small file of very many frames."""
    if fmt == "gif":
        frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
        table = b"\x00\x00\x00\xff\xff\xff"
        return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + table + frame * count + b"\x3b"
    if fmt == "tiff":
        entries = ((256, 4, 1, 9), (257, 4, 1, 9), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 81))
        packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
        size = 2 + len(packed) + 4
        links = (90 + size * (i + 1) if i + 1 < count else 0 for i in range(count))
        head = struct.pack("<2sHI", b"II", 42, 90) + bytes(82)
        return head + b"".join(struct.pack("<H", len(entries)) + packed + struct.pack("<I", link) for link in links)
    if fmt == "webp":
        Image.new("RGB", (4, 4)).save(buffer := io.BytesIO(), "WEBP", lossless=True)
        head = bytes(6) + b"\x03\x00\x00\x03\x00\x00\x0a\x00\x00\x02"
        inner = head + buffer.getvalue()[12:]
        frames = (b"ANMF" + struct.pack("<I", len(inner)) + inner) * count
        body = (
            b"VP8X" + struct.pack("<II", 10, 2) + b"\x03\x00\x00\x03\x00\x00" + b"ANIM" + struct.pack("<IIH", 6, 0, 0)
        )
        return b"RIFF" + struct.pack("<I", 4 + len(body) + len(frames)) + b"WEBP" + body + frames
    control = struct.pack(">IIIIHHBB", 4, 4, 0, 0, 1, 10, 0, 0)
    data = zlib.compress(bytes(52))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)), (b"acTL", struct.pack(">II", count, 0))]
    chunks += [(b"fcTL", bytes(4) + control), (b"IDAT", data)]
    for number in range(1, 2 * count - 1, 2):
        chunks += [(b"fcTL", struct.pack(">I", number) + control), (b"fdAT", struct.pack(">I", number + 1) + data)]
    chunks += [(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


@pytest.mark.parametrize("fmt", ["gif", "tiff", "webp", "png"])
def test_frame_bombs_are_refused(tmp_path: Path, fmt: str, request: pytest.FixtureRequest) -> None:
    (path := tmp_path / f"a.{fmt}").write_bytes(frame_bomb(fmt, 3))
    assert len(list(pages.load(Media(path, "image", fmt), POLICY))) == 3
    path.write_bytes(frame_bomb(fmt, 20_000))
    request.getfixturevalue("no_decoding")
    assert reason(path) == size_reason(path) == "TOO_MANY_PAGES"


def test_pages_that_follow_each_other_in_a_circle_end(tmp_path: Path) -> None:
    data = bytearray(frame_bomb("tiff", 3))
    struct.pack_into("<I", data, len(data) - 4, 90)
    (path := tmp_path / "a.tiff").write_bytes(data)
    assert len(list(pages.load(Media(path, "image", "tiff"), POLICY))) == 3


def test_a_png_that_promises_more_frames_than_it_has_is_refused(tmp_path: Path) -> None:
    data = bytearray(frame_bomb("png", 3))
    content = b"acTL" + struct.pack(">II", 4_000_000_000, 0)
    data[33 + 4 : 33 + 20] = content + struct.pack(">I", zlib.crc32(content))
    (path := tmp_path / "a.png").write_bytes(data)
    assert reason(path) == size_reason(path) == "UNREADABLE"


def test_a_gif_frame_that_reaches_out_of_the_screen_is_refused(tmp_path: Path) -> None:
    data = frame_bomb("gif", 2).replace(struct.pack("<HHHH", 0, 0, 1, 1), struct.pack("<HHHH", 0, 0, 9000, 9000))
    (path := tmp_path / "a.gif").write_bytes(data)
    assert reason(path) == size_reason(path) == "UNREADABLE"


def test_an_animated_avif_is_refused(tmp_path: Path) -> None:
    first, second = (Image.fromarray(pixels) for pixels in pictures.pages(count=2))
    first.save(path := tmp_path / "a.avif", save_all=True, append_images=[second])
    assert reason(path) == size_reason(path) == "ANIMATED"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_png_that_tells_its_orientation_after_its_pixels(tmp_path: Path, orientation: int) -> None:
    Image.fromarray(pictures.page()).save(buffer := io.BytesIO(), "PNG")
    exif = b"Exif\0\0"
    marks = Image.Exif()
    marks[0x0112] = orientation
    content = b"eXIf" + marks.tobytes().removeprefix(exif)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    data = buffer.getvalue()
    (path := tmp_path / "a.png").write_bytes(data[:-12] + chunk + data[-12:])
    (extent,) = pages.extents(media := Media(path, "image", "png"), POLICY)
    (picture,) = pages.load(media, POLICY)
    assert (extent.width_px, extent.height_px) == (picture.width_px, picture.height_px)
    assert (picture.width_px == HEIGHT) == (orientation > 4)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_is_turned_as_it_says(tmp_path: Path, orientation: int) -> None:
    marks = Image.Exif()
    marks[0x0112] = orientation
    Image.fromarray(pictures.page()).save(path := tmp_path / "a.avif", exif=marks)
    (extent,) = pages.extents(media := Media(path, "image", "avif"), POLICY)
    (picture,) = pages.load(media, POLICY)
    assert (extent.width_px, extent.height_px) == (picture.width_px, picture.height_px)
    assert (picture.width_px == HEIGHT) == (orientation > 4)


@pytest.mark.parametrize(
    "compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "group3", "group4"]
)
def test_tiff_pages_of_every_compression(tmp_path: Path, compression: str) -> None:
    images = [Image.fromarray(pixels) for pixels in pictures.pages(count=2)]
    if compression.startswith("group"):
        images = [image.convert("1", dither=Image.Dither.NONE) for image in images]
    images[0].save(path := tmp_path / "a.tiff", save_all=True, append_images=images[1:], compression=compression)
    loaded = list(pages.load(Media(path, "image", "tiff"), POLICY))
    assert [picture.lossy_blocks_px for picture in loaded] == [16 if compression == "jpeg" else 1] * 2
    for picture, image in zip(loaded, images, strict=True):
        change = np.abs(picture.pixels.astype(int) - np.asarray(image.convert("RGB")))
        assert change.mean() < (3 if compression == "jpeg" else 0.001)


def test_frames_of_a_gif_are_composed_as_another_viewer_shows_them(tmp_path: Path) -> None:
    frames = []
    for step in range(6):
        image = Image.new("P", (60, 40), 0)
        image.putpalette([240, 240, 230, 200, 30, 30, 30, 30, 200, 0, 0, 0])
        image.paste(1 + step % 3, (8 * step, 5, 8 * step + 15, 30))
        frames.append(image)
    frames[0].save(path := tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=80)
    assert 0 < path.read_bytes().count(struct.pack("<HH", 60, 40)) < 6, "some frames are parts"
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-vsync", "0", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    seen = np.frombuffer(raw, np.uint8).reshape(-1, 40, 60, 3)
    loaded = list(pages.load(Media(path, "image", "gif"), POLICY))
    assert len(loaded) == len(seen) == 6
    assert all((picture.pixels == other).all() for picture, other in zip(loaded, seen, strict=True))


def test_lossy_webp_is_known_by_its_header(tmp_path: Path) -> None:
    Image.fromarray(pictures.page()).save(path := tmp_path / "a.webp", quality=60)
    assert pages.extents(Media(path, "image", "webp"), POLICY)[0].lossy_blocks_px == 16
    Image.fromarray(pictures.page()).save(path, lossless=True)
    assert pages.extents(Media(path, "image", "webp"), POLICY)[0].lossy_blocks_px == 1


def test_a_picture_before_an_animation_stays_before_it(tmp_path: Path) -> None:
    images = [Image.fromarray(pixels) for pixels in pictures.pages()]
    images[0].save(path := tmp_path / "a.png", save_all=True, append_images=images[1:], default_image=True, duration=70)
    media = Media(path, "image", "png")
    loaded = [picture.pixels for picture in pages.load(media, POLICY)]
    assert len(loaded) == 3
    pages.save(loaded, media, POLICY, copy := tmp_path / "copy.png")
    with Image.open(copy) as image:
        assert (image.n_frames, image.default_image) == (3, True)
    shown = pillow.timed(Media(copy, "image", "png"))
    assert shown is not None
    assert [delay is None for delay in shown.delays] == [True, False, False]


@pytest.mark.parametrize("fmt", STILLS)
def test_very_long_and_very_small_pictures(tmp_path: Path, fmt: str) -> None:
    for height, width in ((200, 16_000 if fmt == "webp" else 20_000), (1, 1)):
        source = np.full((height, width, 3), 90, np.uint8)
        media = pictures.written(tmp_path / f"a.{fmt}", [source])
        (extent,) = pages.extents(media, POLICY)
        (picture,) = pages.load(media, POLICY)
        assert (extent.width_px, extent.height_px) == (width, height)
        pages.save([picture.pixels], media, POLICY, copy := tmp_path / f"copy.{fmt}")
        (again,) = pages.load(Media(copy, "image", fmt), POLICY)
        assert np.abs(again.pixels.astype(int) - 90).max() <= 3


@pytest.mark.parametrize("name", ["a.svg", "a.SVG", "a.heic", "a.heif"])
def test_known_types_that_are_not_read_say_what_to_do(tmp_path: Path, name: str) -> None:
    from redactor.stores import scan

    (tmp_path / name).write_bytes(b"<svg/>")
    (item,) = scan(tmp_path)
    assert item.refusal is not None
    assert item.refusal.reason == "UNSUPPORTED_TYPE"
    assert "export it as PNG" in str(item.refusal)
