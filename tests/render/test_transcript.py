from __future__ import annotations

import pytest

from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.regions import Span, TimeRange
from redactor.render.transcript import redacted_transcript, said


def spoken(*words: tuple[str, int, int, int, str]) -> Evidence:
    return Evidence(
        tuple(Word(text, TimeRange(channel, start, end), 1.0, gap) for text, channel, start, end, gap in words)
    )


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


def test_what_was_said_is_told_apart_from_times_and_channels() -> None:
    assert said("[00:12.7] channel 2: [GR_AFM]\n[1:02:03.0] channel 1: ναι: μάλιστα\n") == "[GR_AFM]\nναι: μάλιστα"
    for other in ("", "ένα κείμενο\n", "[00:12.7] channel 2: ναι\nκάτι άλλο\n"):
        assert said(other) is None
