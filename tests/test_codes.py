"""What codes say decides whether they stay."""

import pytest

from redactor.codes import is_harmless, judged
from redactor.detection import Detector
from redactor.evidence import Evidence, Mark
from redactor.policy import DetectionPolicy
from redactor.regions import Box
from tests.scripted import WordFinder

BOX = Box(0, 1, 1, 9, 9)
DETECTOR = Detector(DetectionPolicy(), [WordFinder({"maria": "PERSON", "Μαρία": "PERSON", "https": "URL"})])


@pytest.mark.parametrize(
    "content",
    [
        "https://www.example.gr",
        "http://example.com/el/offers",
        "example.gr/menu/",
        "Ευχαριστούμε πολύ!",
        "Έξοδος 2 - Όροφος 1",
    ],
)
def test_public_addresses_and_plain_words_stay(content: str) -> None:
    assert is_harmless(content, DETECTOR)


@pytest.mark.parametrize(
    "content",
    [
        "", "  ", "9208791757", "697 123 45 67", "12345", "https://example.gr/?t=ab", "https://example.gr/u/x7Gh2k",
        "https://a:b@example.gr", "https://example.gr#abc", "https://example.gr/maria", "Μαρία", "maria.example.gr",
        "BEGIN:VCARD\nFN:Someone\nEND:VCARD", "WIFI:S:net;P:word;;", "mailto:me@example.gr", "tel:+30697", "q83vEjRWeJA=",
        "qWeRtZuIoP", "{\"a\":1}", "λ" * 30, "a " * 200, "!!!",
    ],
)  # fmt: skip
def test_everything_else_is_covered(content: str) -> None:
    assert not is_harmless(content, DETECTOR)


def test_marks_without_content_always_stay_in_the_evidence() -> None:
    face, unread = Mark("FACE", BOX, 0.9, "f"), Mark("QR_CODE", BOX, 0.9, "z")
    menu, card = (Mark("QR_CODE", BOX, 1.0, "z", content) for content in ("Menu", "Μαρία"))
    assert judged(Evidence((), marks=(face, unread, menu, card)), DETECTOR).marks == (face, unread, card)
