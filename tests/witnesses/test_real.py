"""The witness of pictures as the assembly builds it, with the real engines, on one screen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from redactor import pipeline
from redactor.assembly import Assembly
from redactor.engines import pillow
from redactor.engines.tesseract import Shown
from redactor.engines.views import AGAIN
from redactor.errors import WithheldError
from redactor.evidence import Evidence
from redactor.library import Redactor
from redactor.policy import Policy, VerifyPolicy
from redactor.protocols import Media
from redactor.regions import Box
from redactor.reread import reread
from tests.pictures import FONT

LINES = ("Πελάτης Μαρία Παπαδοπούλου", "Κινητό 6955 123 456", "Υπόλοιπο 34,20 €", "Κατάσταση ενεργή")


def drawn(path: Path, lines: tuple[str, ...]) -> Media:
    image = Image.new("RGB", (520, 220), "#fbfbf8")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 15)
    for row, line in enumerate(lines):
        draw.text((24, 20 + 44 * row), line, "#22252a", font)
    pillow.save(np.asarray(image), "png", path)
    return Media(path, "image", "png")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["changed", "full"])
def test_a_right_output_passes_its_source_does_not_and_a_value_elsewhere_is_found(tmp_path: Path, mode: str) -> None:
    assembly = Assembly(Policy(verify=VerifyPolicy(mode=mode)))  # type: ignore[arg-type]
    source = drawn(tmp_path / "source.png", LINES)
    draft = pipeline.run(source, assembly, tmp_path, lambda stage, share: None)
    assert (draft.rounds, "witness" in dict(draft.seconds)) == (1, True)
    assert "picture witness" in " ".join(assembly.names("image"))
    witness = assembly.witness("image")
    assert witness is not None
    with pytest.raises(WithheldError) as caught:
        witness.left(source, draft.covers, draft.removed, "changed")
    assert caught.value.reason == "COVER_DOES_NOT_COVER"
    broken = drawn(tmp_path / "broken.png", (*LINES[:3], "ΠΑΠΑΔΟΠΟΥΛΟΥ ΜΑΡΙΑ"))
    with Image.open(broken.path) as image, Image.open(draft.medium) as output:
        pixels = np.array(image.convert("RGB"))
        pixels[:150] = np.asarray(output.convert("RGB"))[:150]
    pillow.save(pixels, "png", broken.path)
    left = witness.left(broken, draft.covers, draft.removed, "changed")
    boxes = [region for item in left for region in item.regions if isinstance(region, Box)]
    assert boxes
    assert all(box.top >= 140 for box in boxes)


@pytest.mark.slow
def test_drafts_are_read_with_other_eyes_and_outputs_with_the_first(tmp_path: Path) -> None:
    assembly = Assembly(Policy())
    source = drawn(tmp_path / "source.png", LINES)
    first, again = assembly.reader("image").read(source), assembly.rereader("image").read(source)
    assert [word.text for word in again.words] == [word.text for word in first.words]
    assert confidences(again) != confidences(first)
    own = replace(source, kind="text")
    assert assembly.rereader(own.kind) is assembly.reader(own.kind)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["tesserocr", "pytesseract"])
def test_both_bindings_can_be_shown_other_views(tmp_path: Path, engine: str) -> None:
    reader = Assembly(Policy.model_validate({"models": {"text_reader": engine}})).text_reader()
    assert isinstance(reader, Shown)
    pixels = np.asarray(Image.open(drawn(tmp_path / "a.png", LINES[:2]).path).convert("RGB"))
    other = reader.shown(AGAIN)
    assert other.name == reader.name
    assert [word.text for word in other.words(pixels)] == " ".join(LINES[:2]).split()


def confidences(evidence: Evidence) -> list[float]:
    return [word.confidence for word in evidence.words]


@pytest.mark.slow
def test_an_output_that_was_made_with_another_fill_is_clean(tmp_path: Path) -> None:
    source = drawn(tmp_path / "source.png", LINES)
    Redactor(Policy.model_validate({"image": {"fill": "#336699"}})).redact_file(source.path, tmp_path / "out")
    assert [(v.label, v.clean) for v in reread(Redactor(), tmp_path / "out")] == [("source.png", True)]
