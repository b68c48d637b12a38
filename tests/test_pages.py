"""Documents and animations on the whole path, with a reader that sees ink where the secret stands."""

import json
from pathlib import Path

import numpy as np
import pytest

from redactor.engines import pages
from redactor.errors import MediaError, WithheldError
from redactor.library import Redactor
from redactor.policy import ImagePolicy, Policy
from redactor.protocols import Media, SeenWord
from redactor.readers.image import ImageReader
from redactor.regions import Box
from tests import pictures
from tests.pictures import PAGES, SEVERAL, Pixels, box
from tests.scripted import WordFinder

SECRET = "6955123456"
LABEL = Box(0, 6, 8, 26, 120)
POLICY = Policy()


class InkReader:
    """Reads a label on every page, and a number where there is more than one colour in the box of the secret."""

    name = "ink"

    def words(self, pixels: Pixels) -> list[SeenWord]:
        inside = pixels[box().top : box().bottom, box().left : box().right].reshape(-1, 3)
        seen = [SeenWord("label", LABEL, 1.0, 0)]
        return seen + [SeenWord(SECRET, box(), 1.0, 1)] * (len(np.unique(inside, axis=0)) > 1)


def redactor() -> Redactor:
    reader = ImageReader(POLICY, InkReader())
    return Redactor(POLICY, finder=WordFinder({SECRET: "PHONE_NUMBER"}), readers={"image": reader})


@pytest.mark.parametrize("fmt", SEVERAL)
def test_the_secret_is_covered_on_every_page(tmp_path: Path, fmt: str) -> None:
    source = pictures.written(tmp_path / f"a.{fmt}", pictures.pages())
    receipt = redactor().redact_file(source.path, tmp_path / "out")
    assert receipt.verdict == "verified"
    assert dict(receipt.counts) == {"PHONE_NUMBER": PAGES}
    loaded = list(pages.load(Media(tmp_path / "out" / f"a.{fmt}", "image", fmt), ImagePolicy()))
    assert len(loaded) == PAGES
    for number, picture in enumerate(loaded):
        assert picture.pixels[box().top : box().bottom, box().left : box().right].max() == 0
        assert (picture.pixels[:28] == pictures.page(number=number)[:28]).all()
    told = json.loads((tmp_path / "out" / "a.redaction.json").read_text())
    assert [region["page"] for r in told["redactions"] for region in r["regions"]] == list(range(PAGES))


@pytest.mark.parametrize("fmt", SEVERAL)
def test_of_a_file_that_breaks_off_nothing_comes_out(tmp_path: Path, fmt: str) -> None:
    source = pictures.written(tmp_path / f"a.{fmt}", pictures.pages())
    data = source.path.read_bytes()
    source.path.write_bytes(data[: -len(data) // 8])
    with pytest.raises(MediaError) as caught:
        redactor().redact_file(source.path, tmp_path / "out")
    assert caught.value.reason == "UNREADABLE"
    assert [path.name for path in (tmp_path / "out").rglob("*")] in ([], [".redactor.lock"])


class FirstPageReader:
    """Reads a label on pages whose first pixel is white, and nothing on others."""

    name = "first"

    def words(self, pixels: Pixels) -> list[SeenWord]:
        return [SeenWord("label", Box(0, 0, 0, 9, 9), 1.0, 0)] if pixels[0, 0].min() == 255 else []


@pytest.mark.parametrize(("ink", "refused"), [(60, True), (0, False)])
def test_a_page_with_ink_that_gave_no_words_is_no_clean_page(tmp_path: Path, ink: int, refused: bool) -> None:
    first, second = np.full((40, 60, 3), 255, np.uint8), np.full((40, 60, 3), 128, np.uint8)
    second[10:20, 10:20] += ink
    media = pictures.written(tmp_path / "a.tiff", [first, second])
    reader = ImageReader(POLICY, FirstPageReader())
    if not refused:
        assert [word.text for word in reader.read(media).words] == ["label"]
        return
    with pytest.raises(WithheldError, match="page 2") as caught:
        reader.read(media)
    assert caught.value.reason == "NO_WORDS"
