"""Marks on the one path: policy, assembly, judgement and the second reading."""

from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from pydantic import ValidationError

from redactor.assembly import Assembly
from redactor.detection import Detector
from redactor.engines import models, pillow
from redactor.engines.scripted import ScriptedTextReader
from redactor.engines.zxing import ZXingReader
from redactor.errors import MissingEngineError, WithheldError
from redactor.evidence import Evidence, Mark, Word
from redactor.findings import Redaction
from redactor.pipeline import run
from redactor.policy import ImagePolicy, Policy
from redactor.protocols import Media, SeenWord
from redactor.readers.codes import CodeDetector
from redactor.readers.image import ImageReader
from redactor.regions import Box
from redactor.verify import second_reading
from tests.scripted import ReaderOf, WordFinder


def drawn(path: Path, *contents: str) -> Media:
    picture = Image.new("RGB", (500, 260), "white")
    for i, content in enumerate(contents):
        code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
        picture.paste(Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=3))), (30 + 240 * i, 60))
    pillow.save(np.asarray(picture), "png", path)
    return Media(path, "image", "png")


def assembly(words: list[SeenWord]) -> Assembly:
    policy = Policy()
    reader = ImageReader(policy, ScriptedTextReader(words), [CodeDetector(ZXingReader(), 0.5)])
    return Assembly(policy, readers={"image": reader}, finder=WordFinder({"Maria": "PERSON"}))


WORD = SeenWord("Welcome", Box(0, 10, 10, 24, 80), 0.9, 0)


@pytest.mark.parametrize("words", [[], [WORD]])
def test_a_personal_code_is_covered_and_a_public_one_stays(tmp_path: Path, words: list[SeenWord]) -> None:
    media = drawn(tmp_path / "a.png", "Maria 6971234567", "https://www.example.gr")
    draft = run(media, assembly(words), tmp_path, lambda stage, share: None)
    assert [r.entity_type for r in draft.redactions] == ["QR_CODE"]
    left = ZXingReader().codes(
        pillow.luma(next(pillow.load(Media(draft.medium, "image", "png"), ImagePolicy())).pixels)
    )
    assert {code.content for code in left} == {"https://www.example.gr"}
    assert draft.rounds == 1


def test_a_picture_without_words_and_marks_is_withheld(tmp_path: Path) -> None:
    with pytest.raises(WithheldError) as caught:
        run(drawn(tmp_path / "a.png"), assembly([]), tmp_path, lambda stage, share: None)
    assert caught.value.reason == "NO_WORDS"


def detector() -> Detector:
    return Detector(Policy().detection, [WordFinder({"Maria": "PERSON"})])


BOX, WORDS = Box(0, 10, 10, 60, 60), (Word("Welcome", Box(0, 80, 10, 94, 80)),)


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ([], Mark("FACE", BOX, 0.9, "f"), 1),
        ([Mark("QR_CODE", BOX, 1.0, "z", "Menu")], Mark("QR_CODE", BOX, 1.0, "z", "Menu"), 0),
        ([Mark("QR_CODE", BOX, 1.0, "z", "Menu")], Mark("QR_CODE", BOX, 0.9, "z"), 0),
        ([Mark("QR_CODE", BOX, 1.0, "z", "Maria")], Mark("QR_CODE", BOX, 1.0, "z", "Maria"), 1),
        ([], Mark("QR_CODE", BOX, 0.9, "z"), 1),
        ([Mark("QR_CODE", BOX, 1.0, "z", "Menu")], Mark("FACE", BOX, 0.9, "f"), 1),
    ],
)
def test_marks_of_a_second_reading(first: list[Mark], second: Mark, left: int) -> None:
    media = Media(Path("x.png"), "image", "png")
    before, after = Evidence(WORDS, marks=tuple(first)), Evidence(WORDS, marks=(second,))
    found = second_reading(media, ReaderOf([after]), detector(), (), "[{type}]", first=before)
    assert [r.entity_type for r in found.left] == [second.entity_type] * left
    cover = Redaction("FACE", (BOX,), 1.0, "cover")
    assert second_reading(media, ReaderOf([after]), detector(), (cover,), "[{type}]", first=before).left == ()


def test_the_policy_switches_detectors_off_and_checks_its_thresholds() -> None:
    def names(**marks: object) -> list[str]:
        return [d.name for d in Assembly(Policy.model_validate({"image": {"marks": marks}})).mark_detectors()]

    assert names(detect=[]) == []
    assert names(detect=["signatures"]) == ["strokes"]
    assert names(detect=["codes"])[0].startswith("zxing-cpp ")
    for wrong in ({"faces": 1.2}, {"codes": -0.1}, {"detect": ["codes", "codes"]}, {"detect": ["cats"]}):
        with pytest.raises(ValidationError):
            Policy.model_validate({"image": {"marks": wrong}})


def test_missing_weights_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REDACTOR_MODELS", str(tmp_path))
    with pytest.raises(MissingEngineError, match="redactor models fetch centerface"):
        Assembly(Policy()).mark_detectors()


@pytest.mark.slow
def test_all_detectors_stand_in_the_receipt() -> None:
    assert models.catalogue()["centerface"].state() == "ok"
    names = " | ".join(Assembly(Policy()).names("image"))
    assert all(name in names for name in ("centerface", "documents", "zxing-cpp", "strokes", "tesserocr"))
