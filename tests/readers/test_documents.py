"""Pictures of identity documents around scripted faces."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw

from redactor.evidence import Mark
from redactor.protocols import SeenWord
from redactor.readers.documents import DocumentDetector
from redactor.regions import Box

FACE = Mark("FACE", Box(0, 140, 130, 220, 190), 0.9, "scripted")


class Faces:
    name = "scripted"

    def marks(self, pixels: np.ndarray, words: Sequence[SeenWord] = ()) -> Sequence[Mark]:
        return (FACE,)


def screen(*, card: bool = True, dark: bool = False) -> np.ndarray:
    picture = Image.new("RGB", (900, 600), (30, 32, 38) if dark else (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    if card:
        draw.rounded_rectangle((100, 100, 500, 350), 14, fill=(60, 66, 80) if dark else (225, 235, 240))
    draw.rectangle((115, 130, 205, 240), fill=(140, 120, 110))
    draw.rectangle((560, 100, 860, 350), outline=(128, 128, 128))
    return np.asarray(picture)


def words(text: str, left: int = 220, top: int = 120) -> list[SeenWord]:
    return [
        SeenWord(m.group(), Box(0, top, left + 9 * m.start(), top + 14, left + 9 * m.end()), 0.9, 0)
        for m in re.finditer(r"\S+", text)
    ]


def cards(marks: Sequence[Mark]) -> list[tuple[Box, float]]:
    return [(m.region, m.score) for m in marks if m.entity_type == "ID_PHOTO" and isinstance(m.region, Box)]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("title", ["ΔΕΛΤΙΟ ΤΑΥΤΟΤΗΤΑΣ", "IDENTITY CARD", "ΔΙΑΒΑΤΗΡΙΟ / PASSPORT", "ΆΔΕΙΑ ΟΔΉΓΗΣΗΣ"])
def test_the_whole_card_is_covered_and_no_more(title: str, dark: bool) -> None:
    marks = DocumentDetector(Faces(), 0.5).marks(screen(dark=dark), words(title))
    assert FACE in marks
    ((box, score),) = cards(marks)
    assert score == 0.6
    assert abs(box.left - 100) <= 3
    assert abs(box.top - 100) <= 3
    assert abs(box.right - 501) <= 3
    assert abs(box.bottom - 351) <= 3


def test_a_machine_readable_zone_alone_and_with_a_title() -> None:
    zone = words("P<GRCPAPADOPOULOU<<MARIA<<<<<<<<<", 110, 320)
    ((_, alone),) = cards(DocumentDetector(Faces(), 0.5).marks(screen(), zone))
    ((_, both),) = cards(DocumentDetector(Faces(), 0.5).marks(screen(), [*zone, *words("PASSPORT")]))
    assert (alone, both) == (0.7, 0.9)
    assert cards(DocumentDetector(Faces(), 0.8).marks(screen(), zone)) == []


@pytest.mark.parametrize("text", ["Αρ. ταυτότητας ΑΒ123456", "Passport number", "ΠΕΛΑΤΗΣ"])
def test_a_face_beside_labels_of_a_form_is_no_document(text: str) -> None:
    assert DocumentDetector(Faces(), 0.5).marks(screen(), words(text)) == (FACE,)


def test_without_an_edge_a_card_of_the_usual_size_is_covered() -> None:
    ((box, _),) = cards(DocumentDetector(Faces(), 0.5).marks(screen(card=False), words("IDENTITY CARD")))
    assert box.left <= 130
    assert box.right >= 340
    assert box.top <= 140
    assert box.bottom >= 220


def test_faces_may_be_left_out() -> None:
    marks = DocumentDetector(Faces(), 0.5, show_faces=False).marks(screen(), words("PASSPORT"))
    assert [m.entity_type for m in marks] == ["ID_PHOTO"]
    assert DocumentDetector(Faces(), 0.5, show_faces=False).marks(screen()) == ()
