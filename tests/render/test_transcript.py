from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest

from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.regions import Span, TimeRange
from redactor.render.transcript import FORMS, said, written
from redactor.render.turns import turns


def spoken(*words: tuple[str, int, int, int, str]) -> Evidence:
    return Evidence(
        tuple(Word(text, TimeRange(channel, start, end), 1.0, gap) for text, channel, start, end, gap in words)
    )


def redacted_transcript(
    evidence: Evidence, redactions: Sequence[Redaction], masks: Sequence[TimeRange], placeholder: str = "[{type}]"
) -> str:
    return written("txt", turns(evidence, redactions, masks, placeholder))


CALL = spoken(
    ("Your", 0, 300, 600, "\n"), ("number?", 0, 600, 1200, " "),
    ("It", 1, 12_300, 12_500, "\n"), ("is", 1, 12_500, 12_700, " "), ("697", 1, 13_000, 13_800, " "),
    ("1234567,", 1, 13_800, 15_000, " "), ("thanks", 1, 16_000, 16_500, " "), ("Anna", 1, 18_000, 18_500, " "),
    ("Goodbye.", 0, 3_723_400, 3_724_000, "\n"),
)  # fmt: skip
PHONE = Redaction("PHONE_NUMBER", (TimeRange(1, 13_000, 13_800), TimeRange(1, 13_800, 15_000)), 0.9, "t")
NAME = Redaction("PERSON", (TimeRange(1, 18_000, 18_500),), 0.8, "t")
MASKS = [TimeRange(1, 12_800, 15_300), TimeRange(1, 17_800, 18_800)]


def test_one_placeholder_stands_for_each_mask() -> None:
    assert redacted_transcript(CALL, [PHONE, NAME], MASKS) == (
        "[00:00.3] channel 1: Your number?\n"
        "[00:12.3] channel 2: It is [PHONE_NUMBER] thanks [PERSON]\n"
        "[1:02:03.4] channel 1: Goodbye.\n"
    )


def test_a_word_that_only_the_padding_touches_is_hidden_like_its_sound() -> None:
    text = redacted_transcript(CALL, [PHONE, NAME], [TimeRange(1, 12_600, 16_001), MASKS[1]])
    assert "It [PHONE_NUMBER] [PERSON]" in text
    assert "is" not in text
    assert "thanks" not in text


def test_masks_of_one_channel_leave_the_others_alone() -> None:
    both = spoken(("six", 0, 0, 500, "\n"), ("yes", 1, 100, 400, "\n"))
    phone = Redaction("PHONE_NUMBER", (TimeRange(0, 0, 500),), 1.0, "t")
    text = redacted_transcript(both, [phone], [TimeRange(0, 0, 750)], "<{type}>")
    assert text == "[00:00.0] channel 1: <PHONE_NUMBER>\n[00:00.1] channel 2: yes\n"


def test_a_mask_without_words_has_its_own_line_in_time() -> None:
    unread = Redaction("UNCERTAIN", (TimeRange(0, 5000, 6000),), 1.0, "reader")
    text = redacted_transcript(CALL, [PHONE, NAME, unread], [TimeRange(0, 4800, 6300), *MASKS])
    assert text.splitlines()[1] == "[00:05.0] channel 1: [UNCERTAIN]".replace("05.0", "04.8")


def test_neighbours_under_two_masks_get_two_placeholders() -> None:
    masks = [TimeRange(1, 13_000, 13_800), TimeRange(1, 13_800, 15_000)]
    two = [
        Redaction("PHONE_NUMBER", (masks[0],), 0.9, "t"),
        Redaction("CUSTOMER_ID", (masks[1],), 0.9, "t"),
    ]
    assert "is [PHONE_NUMBER] [CUSTOMER_ID] thanks" in redacted_transcript(CALL, two, masks)


def test_a_known_type_goes_before_uncertain_and_the_best_before_others() -> None:
    region = (TimeRange(1, 18_000, 18_500),)
    many = [Redaction("UNCERTAIN", region, 1.0, "r"), NAME, Redaction("USERNAME", region, 0.5, "t")]
    assert redacted_transcript(CALL, many, MASKS[1:]).count("[PERSON]") == 1


def test_an_empty_transcript_is_empty() -> None:
    assert redacted_transcript(Evidence(()), [], []) == ""


def test_words_without_a_time_are_a_mistake() -> None:
    with pytest.raises(TypeError):
        redacted_transcript(Evidence((Word("a", Span(0, 1)),)), [], [])


def test_a_mask_over_several_turns_is_shown_once() -> None:
    # Groups of a number with pauses between them: their number must not be counted.
    groups = spoken(("697", 0, 0, 500, "\n"), ("123", 0, 1300, 1800, "\n"), ("ναι", 1, 1900, 2000, "\n"),
                    ("456", 0, 2600, 3000, "\n"), ("thanks", 0, 4000, 4500, " "))  # fmt: skip
    phone = Redaction("PHONE_NUMBER", (TimeRange(0, 0, 3000),), 0.9, "t")
    text = redacted_transcript(groups, [phone], [TimeRange(0, 0, 3250)])
    assert text == "[00:00.0] channel 1: [PHONE_NUMBER]\n[00:01.9] channel 2: ναι\n[00:04.0] channel 1: thanks\n"


def test_channels_have_the_names_of_the_policy() -> None:
    lines = written("txt", turns(CALL, [PHONE, NAME], MASKS, speakers=("agent",))).splitlines()
    assert lines[:2] == ["[00:00.3] agent: Your number?", "[00:12.3] channel 2: It is [PHONE_NUMBER] thanks [PERSON]"]


def test_json_gives_each_word_its_time_and_a_placeholder_that_of_its_mask() -> None:
    body = json.loads(written("json", turns(CALL, [PHONE, NAME], MASKS, speakers=("agent", "customer"))))
    assert body["text"] == "Your number?\nIt is [PHONE_NUMBER] thanks [PERSON]\nGoodbye."
    assert [(t["speaker"], t["channel"], t["start_ms"], t["end_ms"]) for t in body["turns"]] == [
        ("agent", 0, 300, 1200), ("customer", 1, 12_300, 18_800), ("agent", 0, 3_723_400, 3_724_000)
    ]  # fmt: skip
    assert body["turns"][1]["text"] == "It is [PHONE_NUMBER] thanks [PERSON]"
    assert body["turns"][1]["words"] == [
        {"text": "It", "start_ms": 12_300, "end_ms": 12_500},
        {"text": "is", "start_ms": 12_500, "end_ms": 12_700},
        {"text": "[PHONE_NUMBER]", "start_ms": 12_800, "end_ms": 15_300},
        {"text": "thanks", "start_ms": 16_000, "end_ms": 16_500},
        {"text": "[PERSON]", "start_ms": 17_800, "end_ms": 18_800},
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("placeholder", ["[{type}]", "<{type}>", "the {type} & co"])
def test_every_form_says_what_the_lines_say_and_nothing_else(form: str, placeholder: str) -> None:
    speakers = ("agent", "customer")
    told = turns(CALL, [PHONE, NAME], MASKS, placeholder, speakers)
    text = written(form, told)
    assert said(form, text, speakers) == said("txt", written("txt", told), speakers)
    shape = r"&\w+;|\\n|\b(?:WEBVTT|v|text|turns|speaker|channel|start_ms|end_ms|words)\b"
    words = set(re.findall(r"[^\W\d]+", re.sub(shape, " ", text)))
    assert words <= set(re.findall(r"[^\W\d]+", written("txt", told)))
    assert not re.search("697|1234567|Anna", text)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_holds_more_than_a_transcript_is_none(form: str) -> None:
    text = written(form, turns(CALL, [PHONE, NAME], MASKS))
    assert said(form, text) is not None
    at = text.index("Your")
    for more in (
        text + "Anna\n", "Anna\n" + text, text[: at - 1] + "Anna" + text[at - 1 :],
        text.replace("channel 1", "Anna").replace("channel 2", "Anna"), text.replace("channel 1", "channel 6971234567"),
    ):  # fmt: skip
        assert said(form, more) is None


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ('"start_ms": 300,', '"start_ms": 6971234567,'),
        ('"start_ms": 300,', '"start_ms": "Anna",'),
        ('"text": "Your"', '"text": "Anna", "text": "Your"'),
        ('"text": "Your"', '"name": "Anna", "text": "Your"'),
        ('"channel": 0', '"channel": "Anna"'),
        ('"turns": [', '"turns": [[],'),
        ('"words": [', '"words": [7,'),
    ],
)
def test_nothing_hides_in_a_json(found: str, instead: str) -> None:
    text = written("json", turns(CALL, [PHONE, NAME], MASKS))
    assert found in text
    assert said("json", text.replace(found, instead)) is None


def test_what_was_said_is_told_apart_from_times_and_channels() -> None:
    text = "[00:12.7] channel 2: [GR_AFM]\n[1:02:03.0] agent: ναι: μάλιστα\n"
    assert said("txt", text, ("agent",)) == "[GR_AFM]\nναι: μάλιστα"
    # A name that the policy does not know may be a person's.
    assert said("txt", text) is None
    for other in ("", "ένα κείμενο\n", "[00:12.7] channel 2: ναι\nκάτι άλλο\n"):
        assert said("txt", other) is None
