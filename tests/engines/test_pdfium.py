"""Documents: drawn as a viewer shows them, within limits, in a process of their own; hostile ones end clearly."""

import subprocess
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from redactor.engines import pages, pdfium
from redactor.errors import MediaError
from redactor.policy import ImagePolicy
from redactor.protocols import Media
from tests import pictures
from tests.pictures import Pixels, saved, text_pdf

POLICY = ImagePolicy()
INK = 128


def media(tmp_path: Path, data: bytes) -> Media:
    (path := tmp_path / "secret name.pdf").write_bytes(data)
    return Media(path, "image", "pdf")


def shown(tmp_path: Path, document: pikepdf.Pdf, **options: object) -> list[Pixels]:
    source = media(tmp_path, saved(document, **options))
    sizes = pages.extents(source, POLICY)
    loaded = list(pages.load(source, POLICY))
    assert [(e.width_px, e.height_px) for e in sizes] == [(p.width_px, p.height_px) for p in loaded]
    return [picture.pixels for picture in loaded]


def reason(tmp_path: Path, data: bytes, policy: ImagePolicy = POLICY) -> str:
    with pytest.raises(MediaError) as caught:
        list(pages.load(media(tmp_path, data), policy))
    assert "secret name" not in str(caught.value)
    return caught.value.reason


def inked(pixels: Pixels) -> int:
    return int((pixels.min(axis=2) < INK).sum())


def test_pages_are_drawn_at_the_resolution_of_the_policy(tmp_path: Path) -> None:
    source = media(tmp_path, saved(text_pdf("MMMM", size=(595.276, 841.89), count=2)))
    for dpi, size in ((150, (1240, 1754)), (72, (595, 842)), (300, (2480, 3508))):
        policy = ImagePolicy(pdf_dpi=dpi)
        assert [(e.width_px, e.height_px) for e in pages.extents(source, policy)] == [size] * 2
        first, second = pages.load(source, policy)
        assert (first.width_px, first.height_px) == size
        assert (first.pixels == second.pixels).all()
        assert inked(first.pixels) > 500


@pytest.mark.parametrize("dpi", [72, 96, 150, 200, 300, 600])
def test_what_is_written_is_drawn_again_pixel_for_pixel(tmp_path: Path, dpi: int) -> None:
    policy, noise = ImagePolicy(pdf_dpi=dpi), np.random.default_rng(dpi)
    document = pikepdf.new()
    for size in ((595.276, 841.89), (333.33, 77.77), (3, 400), *noise.uniform(3, 600, (4, 2)).tolist()):
        document.add_blank_page(page_size=tuple(size))
    source = media(tmp_path, saved(document))
    drawn = [noise.integers(0, 255, (e.height_px, e.width_px, 3), np.uint8) for e in pages.extents(source, policy)]
    pages.save(drawn, source, policy, copy := tmp_path / "copy.pdf")
    again = [picture.pixels for picture in pages.load(Media(copy, "image", "pdf"), policy)]
    assert [a.shape for a in again] == [d.shape for d in drawn]
    assert all((a == d).all() for a, d in zip(again, drawn, strict=True))
    with pikepdf.open(copy) as written, pikepdf.open(source.path) as before:
        for new, old in zip(written.pages, before.pages, strict=True):
            assert [float(x) for x in new.MediaBox] == pytest.approx([float(x) for x in old.MediaBox], abs=0.001)


def test_turned_and_cropped_pages_are_drawn_as_shown(tmp_path: Path) -> None:
    document = text_pdf("MMMM", size=(300, 200), count=3)
    document.pages[1].Rotate = 90
    document.pages[2].CropBox = [0, 50, 150, 150]
    upright, turned, cropped = shown(tmp_path, document)
    assert (upright.shape, turned.shape, cropped.shape) == ((417, 625, 3), (625, 417, 3), (208, 312, 3))
    assert np.abs(np.rot90(upright, -1).astype(int) - turned).mean() < 3
    source = media(tmp_path, saved(document))
    pages.save([upright, turned, cropped], source, POLICY, copy := tmp_path / "copy.pdf")
    with pikepdf.open(copy) as written:
        assert [[float(x) for x in page.MediaBox] for page in written.pages] == [
            [0, 0, 300, 200],
            [0, 0, 200, 300],
            [0, 0, 150, 100],
        ]
        assert not any("/Rotate" in page or "/CropBox" in page for page in written.pages)


def appearance(document: pikepdf.Pdf) -> pikepdf.Object:
    stream = document.make_stream(b"0 0 0 rg 0 0 100 30 re f")
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    stream.BBox = [0, 0, 100, 30]
    return stream


def test_notes_and_form_fields_are_drawn(tmp_path: Path) -> None:
    document = text_pdf(count=3)
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[50, 50, 150, 80], F=4)
    note.AP = pikepdf.Dictionary(N=appearance(document))
    document.pages[0].Annots = document.make_indirect([document.make_indirect(note)])
    # A field that has a value but no appearance: the viewer has to draw it.
    field = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            F=4,
            Rect=[20, 20, 280, 60],
            T="phone",
            V="6955123456",
            DA="/Helv 20 Tf 0 g",
        )
    )
    document.pages[1].Annots = document.make_indirect([field])
    helvetica = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    document.Root.AcroForm = pikepdf.Dictionary(
        Fields=[field], NeedAppearances=True, DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=helvetica))
    )
    noted, filled, empty = shown(tmp_path, document)
    assert inked(noted) > 10_000
    assert inked(filled) > 300
    assert inked(empty) == 0


def test_a_document_that_only_its_owner_may_change_is_read(tmp_path: Path) -> None:
    (page,) = shown(tmp_path, text_pdf("MMMM"), encryption=pikepdf.Encryption(owner="owner", user=""))
    assert inked(page) > 500


@pytest.mark.parametrize("strength", [4, 6])
def test_a_document_with_a_password_is_refused(tmp_path: Path, strength: int) -> None:
    data = saved(text_pdf("MMMM"), encryption=pikepdf.Encryption(owner="owner", user="user", R=strength))
    assert reason(tmp_path, data) == "PASSWORD"


def test_a_document_without_pages_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path, saved(pikepdf.new())) in {"NO_PAGES", "UNREADABLE"}


def test_too_many_pages_are_refused_without_drawing_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = pikepdf.new()
    leaf = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=[0, 0, 100, 100], Parent=document.Root.Pages)
    )
    document.Root.Pages.Kids = pikepdf.Array([leaf] * 10_000)
    document.Root.Pages.Count = 10_000
    data = saved(document)
    assert reason(tmp_path, data) == "TOO_MANY_PAGES"
    assert reason(tmp_path, saved(text_pdf(count=4)), ImagePolicy(max_pages=3)) == "TOO_MANY_PAGES"
    assert len(pages.extents(media(tmp_path, saved(text_pdf(count=3))), ImagePolicy(max_pages=3))) == 3


def test_huge_paper_is_refused_before_it_is_drawn(tmp_path: Path) -> None:
    assert reason(tmp_path, saved(text_pdf(size=(14_400, 14_400)))) == "PICTURE_TOO_LARGE"
    many = saved(text_pdf(size=(3000, 3000), count=30))
    assert reason(tmp_path, many) == "PICTURE_TOO_LARGE"
    assert len(pages.extents(media(tmp_path, many), ImagePolicy(max_total_pixels=2 * 10**9))) == 30


def test_sizes_are_asked_for_without_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, modes = media(tmp_path, saved(text_pdf("MMMM", count=2))), []
    real = subprocess.Popen

    def popen(command: list[str], **options: object) -> object:
        modes.append(command[3])
        assert not any("secret" in part for part in command)
        return real(command, **options)

    monkeypatch.setattr(subprocess, "Popen", popen)
    for _ in range(5):
        pages.extents(source, POLICY)
    assert modes == ["sizes"]
    source.path.write_bytes(saved(text_pdf("MMMM", count=3)))
    assert len(pages.extents(source, POLICY)) == 3
    assert len(list(pages.load(source, POLICY))) == 3
    assert modes == ["sizes", "sizes", "pages"]


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95, 0.995])
def test_cut_documents_are_refused(tmp_path: Path, share: float) -> None:
    data = pictures.pdf(pictures.pages())
    assert reason(tmp_path, data[: int(len(data) * share)]) == "UNREADABLE"


def test_bytes_behind_the_end_do_not_matter(tmp_path: Path) -> None:
    assert len(pages.extents(media(tmp_path, saved(text_pdf(count=2)) + b"\r\n" * 500), POLICY)) == 2


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path, b"") == "EMPTY_FILE"
    assert reason(tmp_path, b"a text, not a document\n" * 50) == "UNREADABLE"
    assert reason(tmp_path, b"%PDF-1.7\n" + bytes(5000)) == "UNREADABLE"
    assert reason(tmp_path, bytes(100), ImagePolicy(max_bytes=99)) == "FILE_TOO_LARGE"


def test_a_stream_that_inflates_without_end_has_a_clear_end(tmp_path: Path) -> None:
    document = text_pdf()
    packed = zlib.compress(bytes(50_000_000))
    for _ in range(3):
        packed = zlib.compress(packed)
    stream = document.make_stream(packed)
    stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode] * 4)
    document.pages[0].Contents = stream
    (page,) = shown(tmp_path, document, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert inked(page) == 0


def test_objects_that_name_each_other_have_a_clear_end(tmp_path: Path) -> None:
    document = text_pdf()
    form = document.make_stream(b"/F Do")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 100, 100]
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    document.pages[0].Resources.XObject = pikepdf.Dictionary(F=form)
    document.pages[0].Contents = document.make_stream(b"/F Do")
    (page,) = shown(tmp_path, document)
    assert inked(page) == 0


def nested_forms(depth: int) -> bytes:
    """Each form draws the one below it ten times: 10 ** depth rectangles from a few hundred bytes."""
    document = text_pdf()
    inner = appearance(document)
    for _ in range(depth):
        outer = document.make_stream(b"/F Do " * 10)
        outer.Type, outer.Subtype, outer.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 100, 100]
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
        inner = outer
    document.pages[0].Resources.XObject = pikepdf.Dictionary(F=inner)
    document.pages[0].Contents = document.make_stream(b"/F Do")
    return saved(document)


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = pdfium._CHILD.read_text(encoding="utf-8").replace("PAGE_CPU_S = 60", "PAGE_CPU_S = 1")
    (impatient := tmp_path / "child.py").write_text(script, encoding="utf-8")
    monkeypatch.setattr(pdfium, "_CHILD", impatient)
    assert reason(tmp_path, nested_forms(9)) == "TOO_COSTLY"


def test_a_child_that_dies_is_an_unreadable_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (dying := tmp_path / "child.py").write_text("import os\nos.abort()\n", encoding="utf-8")
    monkeypatch.setattr(pdfium, "_CHILD", dying)
    assert reason(tmp_path, saved(text_pdf("never measured before"))) == "UNREADABLE"


def test_no_child_is_left_when_reading_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children, real = [], subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: children.append(real(*a, **k)) or children[-1])
    loading = pages.load(media(tmp_path, saved(text_pdf("MMMM", count=3))), POLICY)
    next(loading)
    loading.close()
    assert children
    assert all(child.returncode is not None for child in children)


def test_without_the_library_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from redactor.errors import MissingEngineError

    monkeypatch.setattr(pdfium, "find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=r"redactor\[pdf\]"):
        pages.extents(media(tmp_path, saved(text_pdf("without"))), POLICY)
