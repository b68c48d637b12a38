"""Pictures, animations and documents made for tests: a label that stays and a secret under one box, on each page."""

import io
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from redactor.protocols import Media
from redactor.regions import Box

Pixels = NDArray[np.uint8]
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
WIDTH, HEIGHT, PAGES, DPI = 200, 80, 3, 150
PLUGINS = {"jpg": "JPEG"}
STILLS = ("png", "jpg", "webp", "bmp", "tiff", "gif", "avif")
SEVERAL = ("png", "webp", "gif", "tiff", "pdf")
TIMED = ("png", "webp", "gif")
TIMES_MS, LOOPS = (120, 250, 1000), 4


def box(page: int = 0) -> Box:
    """Around the secret, on a grid of 16 px, as the coarsest lossy source needs it."""
    return Box(page, 32, 16, 64, 160)


def page(secret: str = "6955 123 456", number: int = 0) -> Pixels:
    """One page; the label has the number of the page, the secret stands in `box`."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#f4f0e8")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 13)
    # Without soft edges there are few colours, so that a GIF can hold them all.
    draw.fontmode = "1"
    draw.text((10, 8), f"label {number} stays", "#203040", font)
    draw.text((24, 40), secret, "black", font)
    return np.asarray(image)


def pages(secret: str = "6955 123 456", count: int = PAGES) -> list[Pixels]:
    return [page(secret, number) for number in range(count)]


def written(path: Path, shown: list[Pixels], **options: object) -> Media:
    """`shown` in the format that the suffix of `path` says, as another program would write it."""
    fmt = path.suffix[1:]
    if fmt == "pdf":
        path.write_bytes(pdf(shown))
        return Media(path, "image", fmt)
    if len(shown) > 1:
        more = {"duration": list(TIMES_MS[: len(shown)]), "loop": LOOPS} if fmt in TIMED else {}
        options = {"save_all": True, "append_images": [Image.fromarray(p) for p in shown[1:]], **more, **options}
    if fmt in ("webp", "avif") and "lossless" not in options:
        options = {**options, "quality": 100, **({"lossless": True} if fmt == "webp" else {"subsampling": "4:4:4"})}
    first = Image.fromarray(shown[0])
    if fmt == "gif":
        first, *rest = [with_palette(pixels) for pixels in shown]
        options = {**options, **({"append_images": rest} if rest else {})}
    first.save(path, PLUGINS.get(fmt, fmt.upper()), **options)
    return Media(path, "image", fmt)


def with_palette(pixels: Pixels) -> Image.Image:
    """The same picture with a palette of just its colours."""
    colours, indices = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    assert len(colours) <= 256
    image = Image.fromarray(indices.reshape(pixels.shape[:2]).astype(np.uint8))
    image.putpalette(colours.tobytes())
    return image


def pdf(shown: list[Pixels]) -> bytes:
    """A PDF with each picture on paper of just the size that gives it back at 150 dots per inch."""
    document = pikepdf.new()
    for pixels in shown:
        height, width, _ = pixels.shape
        image = document.make_stream(zlib.compress(np.ascontiguousarray(pixels).tobytes()))
        image.Type, image.Subtype, image.Width, image.Height = "/XObject", pikepdf.Name.Image, width, height
        image.Type = pikepdf.Name.XObject
        image.ColorSpace, image.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        image.Filter = pikepdf.Name.FlateDecode
        paper = (width * 72 / DPI, height * 72 / DPI)
        leaf = document.add_blank_page(page_size=paper)
        leaf.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
        leaf.Contents = document.make_stream(b"q %f 0 0 %f 0 0 cm /Im Do Q" % paper)
    return saved(document)


def text_pdf(text: str = "", *, size: tuple[float, float] = (300, 200), count: int = 1) -> pikepdf.Pdf:
    """A PDF with a line of large text on each page."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for _ in range(count):
        leaf = document.add_blank_page(page_size=size)
        leaf.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        leaf.Contents = document.make_stream(b"BT /F 24 Tf 40 100 Td (%b) Tj ET" % text.encode("ascii"))
    return document


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    document.save(buffer := io.BytesIO(), **options)
    return buffer.getvalue()


def all_bytes(data: bytes) -> bytes:
    """`data` and whatever in it can be inflated."""
    found, at = [data], 0
    while (at := data.find(b"\x78", at)) >= 0:
        # Not every x is the beginning of a stream.
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(data[at:]))
        at += 1
    return b"\n".join(found)
