"""Finders, policy lists and repeats."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from redactor.detection import Detector
from redactor.findings import Finding
from redactor.library import Redactor
from redactor.policy import DetectionPolicy
from redactor.regions import Span
from tests.scripted import WordFinder

ROOT = Path(__file__).parents[1]


def found(text: str, words: dict[str, str], **policy: object) -> list[tuple[str, str]]:
    detector = Detector(DetectionPolicy.model_validate(policy), [WordFinder(words)])
    return [(f.entity_type, text[f.span.start : f.span.end]) for f in detector.detect(text)]


def test_spans_point_into_the_original_text() -> None:
    text = "τηλ\u200b. 697\u00a01234567 ναι"
    assert found(text, {"697 1234567": "PHONE_NUMBER"}) == [("PHONE_NUMBER", "697\u00a01234567")]


def test_what_was_found_once_is_found_again_in_every_case_and_accent() -> None:
    text = "Ο κύριος Αλφαβήτας Δοκιμαστικός. Ευχαριστώ ΑΛΦΑΒΗΤΑΣ δοκιμαστικοσ"
    assert found(text, {"Αλφαβήτας Δοκιμαστικός": "PERSON"}) == [
        ("PERSON", "Αλφαβήτας Δοκιμαστικός"),
        ("PERSON", "ΑΛΦΑΒΗΤΑΣ δοκιμαστικοσ"),
    ]


def test_allow_deny_keep_and_threshold() -> None:
    words = {"ΔΟΚΙΜΗ": "PERSON", "10.0.0.1": "IP_ADDRESS"}
    text = "ΔΟΚΙΜΗ 10.0.0.1 Μυστικό Έργο"
    assert found(text, words, allow=["δοκιμή"], keep=["IP_ADDRESS"], deny=["μυστικο εργο"]) == [
        ("DENY_LIST", "Μυστικό Έργο")
    ]
    assert found(text, words, threshold=0.95) == []


def test_thresholds_and_word_lists_of_single_types() -> None:
    words = {"ΔΟΚΙΜΗ": "PERSON", "10.0.0.1": "IP_ADDRESS"}
    text = "ΔΟΚΙΜΗ 10.0.0.1 Έργο Άλφα"
    assert found(text, words, thresholds={"PERSON": 0.99}) == [("IP_ADDRESS", "10.0.0.1")]
    policy = DetectionPolicy.model_validate({"words": [{"entity": "PROJECT", "words": ["έργο αλφα"]}]})
    (listed,) = Detector(policy, []).detect(text)
    assert (listed.entity_type, text[listed.span.start : listed.span.end]) == ("PROJECT", "Έργο Άλφα")


def test_blank_text_asks_nobody() -> None:
    finder = WordFinder({})
    assert Detector(DetectionPolicy(), [finder]).detect(" \n\t") == ()
    assert finder.calls == 0


def test_the_same_text_is_searched_once_by_a_detector_that_knows_the_same() -> None:
    finder = WordFinder({"ΔΟΚΙΜΗ": "PERSON"})
    detector = Detector(DetectionPolicy(), [finder])
    first = detector.detect("Η ΔΟΚΙΜΗ ήρθε")
    assert detector.detect("Η ΔΟΚΙΜΗ ήρθε") == first
    known = detector.confirmed("Η ΔΟΚΙΜΗ ήρθε")
    assert finder.calls == 1
    assert [f.entity_type for f in detector.knowing(known).detect("Η ΔΟΚΙΜΗ ήρθε")] == ["PERSON"]
    assert finder.calls == 2
    assert detector.detect("Η δοκιμή ήρθε") != first
    for number in range(20):
        detector.detect(f"κάτι άλλο {number}")
    calls = finder.calls
    detector.detect("Η ΔΟΚΙΜΗ ήρθε")
    assert finder.calls == calls + 1


def test_nothing_that_was_said_is_kept() -> None:
    detector = Detector(DetectionPolicy(), [WordFinder({"ΔΟΚΙΜΗ": "PERSON"})])
    detector.detect("Η ΔΟΚΙΜΗ ήρθε")
    assert "ΔΟΚΙΜΗ" not in repr(vars(detector._answers))


def test_a_finder_that_points_outside_the_text_fails_loudly() -> None:
    class Wrong:
        def find(self, text: str) -> list[Finding]:
            return [Finding(Span(5, 90), "PERSON", 1.0, "wrong")]

    with pytest.raises(ValueError, match="outside"):
        Detector(DetectionPolicy(), [Wrong()]).detect("short text")


def test_threads_find_what_one_thread_finds() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "samples" / "texts").iterdir())]
    texts = [text[:600] for text in texts]
    redactor = Redactor()
    alone = [redactor.redact_text(text) for text in texts]
    assert sum(len(result.findings) for result in alone) > 10
    # Each text twice and in another order than alone: threads meet over different texts, and over one.
    order = [i for shift in (0, 1) for i in range(shift, len(texts))]
    with ThreadPoolExecutor(4) as pool:
        for i, result in zip(order, pool.map(redactor.redact_text, [texts[i] for i in order]), strict=True):
            assert result == alone[i]
