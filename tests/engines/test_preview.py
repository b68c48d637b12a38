"""Pictures for the report: the first page of whatever was written."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from redactor.engines import pages
from redactor.engines.preview import picture_uri
from redactor.policy import ImagePolicy
from tests import pictures


@pytest.mark.parametrize("fmt", [*pictures.STILLS, "pdf"])
def test_the_first_page_of_every_format_is_shown(tmp_path: Path, fmt: str) -> None:
    count = pictures.PAGES if fmt in pictures.SEVERAL else 1
    source = pictures.written(tmp_path / f"a.{fmt}", pictures.pages(count=count))
    shown = [np.full_like(p.pixels, 60 + 50 * i) for i, p in enumerate(pages.load(source, ImagePolicy()))]
    pages.save(shown, source, ImagePolicy(), path := tmp_path / f"b.{fmt}")
    head, _, body = picture_uri(path).partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as image:
        assert image.width / image.height == pytest.approx(pictures.WIDTH / pictures.HEIGHT, rel=0.02)
        assert np.abs(np.asarray(image).astype(int) - 60).max() <= 4
