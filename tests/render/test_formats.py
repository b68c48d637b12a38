"""Every format through the renderer: exact pixels by another decoder, equal bytes for other secrets, nothing planted."""

import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import AppendingTiffWriter

from redactor.engines import pages, pillow
from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.policy import ImagePolicy, Policy
from redactor.protocols import Media
from redactor.render.image import ImageRenderer
from tests import pictures
from tests.pictures import HEIGHT, PAGES, SEVERAL, STILLS, TIMED, TIMES_MS, WIDTH, Pixels, box

CASES = [(fmt, 1) for fmt in (*STILLS, "pdf")] + [(fmt, PAGES) for fmt in SEVERAL]
POLICY = Policy(image=ImagePolicy(margin_px=0, fill="#102030"))
FILL = (0x10, 0x20, 0x30)


def rendered(media: Media, target: Path, count: int) -> Path:
    found = [Redaction("PERSON", (box(number),), 1.0, "test") for number in range(count)]
    ImageRenderer(POLICY).render(media, found, target)
    ImageRenderer(POLICY).check(media, found, target)
    return target


def covered(shown: list[Pixels]) -> list[Pixels]:
    result = [pixels.copy() for pixels in shown]
    for pixels in result:
        pixels[box().top : box().bottom, box().left : box().right] = FILL
    return result


def seen_by_another(path: Path) -> list[Pixels]:
    """The pictures of a file, by ffmpeg or pikepdf."""
    if path.suffix == ".pdf":
        with pikepdf.open(path) as document:
            images = [pikepdf.PdfImage(next(iter(page.get_images().values()))) for page in document.pages]
            return [np.asarray(image.as_pil_image().convert("RGB")) for image in images]
    if path.suffix == ".webp" and b"ANMF" in path.read_bytes():
        # This ffmpeg reads no animated WebP: each frame by itself, as a still.
        return [_still(path, index) for index in range(path.read_bytes().count(b"ANMF"))]
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-vsync", "0", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return list(np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3))


def _still(path: Path, index: int) -> Pixels:
    data = path.read_bytes()
    starts = [at for at in range(len(data)) if data[at : at + 4] == b"ANMF"]
    start = starts[index] + 24
    chunk = data[start : start + 8 + int.from_bytes(data[start + 4 : start + 8], "little")]
    chunk += bytes(len(chunk) % 2)
    (copy := path.with_name("frame.webp")).write_bytes(
        b"RIFF" + (4 + len(chunk)).to_bytes(4, "little") + b"WEBP" + chunk
    )
    return seen_by_another(copy)[0]


@pytest.mark.parametrize(("fmt", "count"), CASES)
def test_another_decoder_sees_the_covers_and_all_the_rest(tmp_path: Path, fmt: str, count: int) -> None:
    source = pictures.pages(count=count)
    media = pictures.written(tmp_path / f"a.{fmt}", source)
    seen = seen_by_another(rendered(media, tmp_path / f"draft.{fmt}", count))
    if fmt == "tiff":
        seen += [p.pixels for p in list(pages.load(Media(tmp_path / "draft.tiff", "image", fmt), POLICY.image))[1:]]
    assert len(seen) == count
    for pixels, golden in zip(seen, covered(source), strict=True):
        change = np.abs(pixels.astype(int) - golden)
        if fmt in pages.LOSSY:
            assert change.max() <= 48
            assert change.mean() <= 3
            assert change[box().top : box().bottom, box().left : box().right].max() <= 8
        else:
            assert change.max() == 0


@pytest.mark.parametrize(("fmt", "count"), CASES)
def test_two_secrets_under_one_box_give_the_same_bytes(tmp_path: Path, fmt: str, count: int) -> None:
    drafts = []
    for secret in ("6955 123 456", "2310 987 654", "Alpha Beta"):
        (folder := tmp_path / secret).mkdir()
        source = pictures.pages(secret, count)
        if fmt in pages.LOSSY:
            # Only the renderer is asked here, not what loss had left around the secret before.
            source = [pixels // 128 * 128 for pixels in source]
        media = pictures.written(folder / f"a.{fmt}", source)
        if fmt in pages.LOSSY:
            media = flat_outside(media)
        drafts.append(rendered(media, tmp_path / f"draft-{len(drafts)}.{fmt}", count).read_bytes())
    assert drafts[0] == drafts[1] == drafts[2]


def flat_outside(media: Media) -> Media:
    (picture,) = pages.load(media, POLICY.image)
    pixels = picture.pixels
    kept = pixels[box().top : box().bottom, box().left : box().right].copy()
    pixels[:] = 200
    pixels[box().top : box().bottom, box().left : box().right] = kept
    pages.save([pixels], media, POLICY.image, media.path)
    return media


@pytest.mark.parametrize("fmt", TIMED)
def test_times_and_repetitions_stay(tmp_path: Path, fmt: str) -> None:
    media = pictures.written(tmp_path / f"a.{fmt}", pictures.pages())
    draft = rendered(media, tmp_path / f"draft.{fmt}", PAGES)
    before, after = (pillow.timed(Media(path, "image", fmt)) for path in (media.path, draft))
    assert before is not None
    assert after is not None
    assert (after.delays, after.loops) == (before.delays, before.loops)
    assert [1000 * a / b for a, b in (delay for delay in after.delays if delay)] == list(TIMES_MS)
    with Image.open(draft) as image:
        assert image.n_frames == PAGES
        assert image.info["loop"] == pictures.LOOPS


@pytest.mark.parametrize("fmt", TIMED)
def test_frames_that_covers_make_equal_stay_apart(tmp_path: Path, fmt: str) -> None:
    source = [pictures.page("6955 123 456"), pictures.page("2310 987 654"), pictures.page("Alpha")]
    draft = rendered(pictures.written(tmp_path / f"a.{fmt}", source), tmp_path / f"draft.{fmt}", PAGES)
    seen = seen_by_another(draft)
    assert len(seen) == PAGES
    assert (seen[0] == seen[1]).all()


def test_only_the_page_that_a_box_is_on_is_covered(tmp_path: Path) -> None:
    for fmt in SEVERAL:
        media = pictures.written(tmp_path / f"a.{fmt}", pictures.pages())
        found = [Redaction("PERSON", (box(1),), 1.0, "test")]
        ImageRenderer(POLICY).render(media, found, target := tmp_path / f"draft.{fmt}")
        ImageRenderer(POLICY).check(media, found, target)
        first, second, third = (p.pixels for p in pages.load(Media(target, "image", fmt), POLICY.image))
        assert (second == covered(pictures.pages())[1]).all()
        assert (first == pictures.page(number=0)).all()
        assert (third == pictures.page(number=2)).all()


@pytest.mark.parametrize("fmt", SEVERAL)
def test_a_page_more_or_less_is_withheld(tmp_path: Path, fmt: str) -> None:
    media = pictures.written(tmp_path / f"a.{fmt}", pictures.pages())
    shorter = pictures.written(tmp_path / f"b.{fmt}", pictures.pages(count=2))
    draft = rendered(shorter, tmp_path / f"draft.{fmt}", 2)
    with pytest.raises(WithheldError) as caught:
        ImageRenderer(POLICY).check(media, [Redaction("PERSON", (box(),), 1.0, "test")], draft)
    assert caught.value.reason == "METADATA_LEFT"


def test_pages_of_different_sizes(tmp_path: Path) -> None:
    sizes = [(30, 50), (200, 100), (7, 9)]
    source = [np.full((*size, 3), 40 * i, np.uint8) for i, size in enumerate(sizes)]
    for fmt in ("tiff", "pdf"):
        media = pictures.written(tmp_path / f"a.{fmt}", source)
        assert [(e.height_px, e.width_px) for e in pages.extents(media, ImagePolicy())] == sizes
        ImageRenderer(POLICY).render(media, [], target := tmp_path / f"draft.{fmt}")
        ImageRenderer(POLICY).check(media, [], target)
        copy = pages.load(Media(target, "image", fmt), ImagePolicy())
        assert all((a.pixels == b).all() for a, b in zip(copy, source, strict=True))


SECRET = b"SECRET-6955123456"


def spelled(shown: Pixels) -> Pixels:
    """A picture whose pixels spell a secret inside the box."""
    pixels = shown.copy()
    flat = np.frombuffer(SECRET + b"!" * (-len(SECRET) % 3), np.uint8).reshape(1, -1, 3)
    pixels[40:41, 20 : 20 + flat.shape[1]] = flat
    return pixels


def exif() -> Image.Exif:
    marks = Image.Exif()
    marks[0x010E] = SECRET.decode()
    return marks


def planted(path: Path, fmt: str, count: int) -> Media:
    source = [spelled(pixels) for pixels in pictures.pages(count=count)]
    text = PngInfo()
    text.add_text("Title", SECRET.decode())
    options: dict[str, dict[str, object]] = {
        "png": {"pnginfo": text, "exif": exif(), "icc_profile": SECRET},
        "jpg": {"exif": exif(), "comment": SECRET, "icc_profile": SECRET, "xmp": SECRET},
        "webp": {"exif": exif().tobytes(), "icc_profile": SECRET, "xmp": SECRET},
        "tiff": {"description": SECRET.decode(), "icc_profile": SECRET},
        "gif": {"comment": SECRET, "xmp": SECRET},
        "avif": {"exif": exif(), "xmp": SECRET},
    }
    media = pictures.written(path, source, **options.get(fmt, {}))
    if fmt == "pdf":
        plant_in_pdf(path)
    # What stands behind the end is no part of it for any viewer.
    path.write_bytes(path.read_bytes() + SECRET)
    return media


def plant_in_pdf(path: Path) -> None:
    text = SECRET.decode()
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.docinfo["/Title"] = text
        with document.open_metadata() as metadata:
            metadata["dc:description"] = text
        document.attachments["a.txt"] = pikepdf.AttachedFileSpec(document, SECRET, filename=f"{text}.txt")
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{text}')")
        document.Root.OpenAction = document.make_indirect(script)
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 0, 0], Contents=text, F=2
        )
        page = document.pages[0]
        page.Annots = document.make_indirect([document.make_indirect(note)])
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources.Font = pikepdf.Dictionary(F=font)
        page.contents_add(document.make_stream(b"BT 3 Tr /F 9 Tf 10 10 Td (%b) Tj ET" % SECRET))
        document.save(path, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)


@pytest.mark.parametrize(("fmt", "count"), [case for case in CASES if case[0] != "bmp"])
def test_nothing_that_was_planted_comes_out(tmp_path: Path, fmt: str, count: int) -> None:
    media = planted(tmp_path / f"a.{fmt}", fmt, count)
    assert media.path.read_bytes().count(SECRET) >= 2
    draft = rendered(media, tmp_path / f"draft.{fmt}", count)
    assert b"SECRET" not in pictures.all_bytes(draft.read_bytes())
    # In the file pixels are written as differences to others, so they are searched for themselves, too.
    shown = pages.load(Media(draft, "image", fmt), POLICY.image)
    assert not any(b"SECRET" in picture.pixels.tobytes() for picture in shown)


def test_pixels_that_spell_a_secret_are_seen_by_the_search(tmp_path: Path) -> None:
    for fmt in ("tiff", "pdf"):
        media = pictures.written(tmp_path / f"a.{fmt}", [spelled(pictures.page())])
        assert SECRET in pictures.all_bytes(media.path.read_bytes())
        assert SECRET in next(pages.load(media, POLICY.image)).pixels.tobytes()


def test_thumbnails_and_pictures_behind_the_first_stay_behind(tmp_path: Path) -> None:
    small = Image.fromarray(pictures.page()).resize((64, 26))
    Image.fromarray(pictures.page()).save(path := tmp_path / "a.jpg", "MPO", save_all=True, append_images=[small])
    draft = rendered(Media(path, "image", "jpg"), tmp_path / "draft.jpg", 1)
    assert draft.read_bytes().count(b"\xff\xd8\xff") == 1
    with AppendingTiffWriter(str(path := tmp_path / "a.tiff")) as stream:
        Image.fromarray(pictures.page()).save(stream, "TIFF")
        stream.newFrame()
        small.save(stream, "TIFF", tiffinfo={254: 1})
        stream.newFrame()
    with Image.open(path) as image:
        assert image.n_frames == 2
    draft = rendered(Media(path, "image", "tiff"), tmp_path / "draft.tiff", 1)
    with Image.open(draft) as image:
        assert image.n_frames == 1


def test_a_gif_of_many_colours_keeps_the_cover_exact_and_the_rest_close(tmp_path: Path) -> None:
    source = pictures.page().copy()
    x = np.arange(WIDTH, dtype=np.uint8)
    source[66:, :, 0], source[66:, :, 1] = x, 255 - x
    frames = [Image.fromarray(source), Image.fromarray(pictures.page("other", 1))]
    media = Media(tmp_path / "a.gif", "image", "gif")
    # Parts with colours of their own, drawn one over another, give a frame of more colours than one table holds.
    left = frames[0].copy()
    left.paste((1, 2, 3), (100, 0, WIDTH, HEIGHT))
    left.save(media.path, save_all=True, append_images=[frames[0], frames[1]], duration=100)
    loaded = [picture.pixels for picture in pages.load(media, POLICY.image)]
    rich = loaded[0].copy()
    noise = np.random.default_rng(1).integers(0, 40, rich.shape, dtype=np.uint8)
    pages.save([rich // 8 * 8 + noise, *loaded[1:]], media, POLICY.image, target := tmp_path / "draft.gif")
    reduced = next(pages.load(Media(target, "image", "gif"), POLICY.image)).pixels
    assert np.abs(reduced.astype(int) - (rich // 8 * 8 + noise)).mean() < 12
    filled = rich // 8 * 8 + noise
    filled[10:20, 10:20] = FILL
    pages.save([filled, *loaded[1:]], media, POLICY.image, target)
    seen = seen_by_another(target)[0]
    assert (seen[10:20, 10:20] == FILL).all()
