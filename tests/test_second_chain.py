"""The second detector: what it found is compared with the first by place alone, in texts, sound and pictures."""

from pathlib import Path

import pytest

from redactor.assembly import Assembly
from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.policy import DetectionPolicy, Policy
from redactor.protocols import Media
from redactor.recall import Captured
from redactor.regions import Box, Region, Span, Stay, TimeRange, Track
from redactor.second_chain import SecondChain, compared, redactions_of, united
from tests.scripted import ReaderOf, WordFinder


def covered(entity_type: str, *regions: Region) -> Redaction:
    return Redaction(entity_type, regions, 0.9, "somebody")


def test_values_are_matched_by_place_whatever_their_types_say() -> None:
    first = [covered("GR_AFM", Span(0, 9)), covered("PERSON", Span(20, 25)), covered("PERSON", Span(40, 45))]
    second = [
        covered("PHONE_NUMBER", Span(5, 12)),
        covered("PERSON", Span(22, 30)),
        covered("EMAIL_ADDRESS", Span(50, 60)),
    ]
    assert compared(first, second) == {
        "GR_AFM": Captured(0, 0, 1),
        "PERSON": Captured(1, 0, 1),
        "EMAIL_ADDRESS": Captured(0, 1, 0),
    }


def test_what_lies_under_speech_that_nobody_understood_is_hidden() -> None:
    first = [covered("UNCERTAIN", TimeRange(0, 0, 1000)), covered("PERSON", TimeRange(1, 0, 500))]
    second = [covered("CVV", TimeRange(0, 200, 400)), covered("CVV", TimeRange(1, 600, 700))]
    assert compared(first, second) == {"PERSON": Captured(1, 0, 0), "CVV": Captured(0, 1, 0)}


def test_two_detectors_that_found_one_value_found_one() -> None:
    both = [covered("PERSON", Span(0, 5)), covered("LOCATION", Span(3, 9)), covered("PERSON", Span(20, 25))]
    assert united(both) == [both[0], both[2]]


def test_a_sidecar_says_where_the_run_covered_what() -> None:
    stay = {"start": 0, "end": 9, "top": 1, "left": 2, "bottom": 3, "right": 4}
    places = [
        {"start": 1, "end": 4},
        {"channel": 0, "start_ms": 5, "end_ms": 9},
        {"page": 0, "top": 1, "left": 2, "bottom": 3, "right": 4},
        {"stays": [stay]},
    ]
    body = {"redactions": [{"type": "PERSON", "score": 0.9, "detector": "x", "regions": [place]} for place in places]}
    regions = [one.regions[0] for one in redactions_of(body)]
    assert regions == [Span(1, 4), TimeRange(0, 5, 9), Box(0, 1, 2, 3, 4), Track((Stay(0, 9, 1, 2, 3, 4),))]
    with pytest.raises(KeyError):
        redactions_of({})


def test_lists_of_the_policy_say_nothing_about_what_is_missed(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Zeta met Maria and Nikos")
    policy = Policy(detection=DetectionPolicy(deny=("Zeta",)))
    chain = SecondChain(
        Assembly(policy, finder=WordFinder({"Maria": "PERSON"})), finder=WordFinder({"Nikos": "PERSON"})
    )
    found = chain.captures(Media(tmp_path / "note.txt", "text", "txt"))
    assert found == {"DENY_LIST": Captured(1, 0, 0), "PERSON": Captured(1, 1, 0)}


def test_a_call_is_heard_again_and_compared_by_time(tmp_path: Path) -> None:
    def heard(*words: tuple[str, int]) -> Evidence:
        return Evidence(tuple(Word(text, TimeRange(0, at, at + 400)) for text, at in words))

    again = ReaderOf([heard(("Maria", 1100), ("says", 1600), ("6971234567", 3000))])
    assembly = Assembly(
        Policy(), finder=WordFinder({"Maria": "PERSON"}), readers={"audio": ReaderOf([heard(("Maria", 900))])}
    )
    chain = SecondChain(assembly, finder=WordFinder({"6971234567": "PHONE_NUMBER"}), readers={"audio": again})
    media = Media(tmp_path / "call.wav", "audio", "wav")
    assert chain.captures(media) == {"PERSON": Captured(0, 0, 1), "PHONE_NUMBER": Captured(0, 1, 0)}
    first = [covered("PHONE_NUMBER", TimeRange(0, 2800, 3600))]
    assert chain.captures(media, first) == {"PHONE_NUMBER": Captured(0, 0, 1), "PERSON": Captured(0, 1, 0)}
