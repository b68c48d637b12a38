"""Findings map to words by position only; a finding without a word raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.evidence import Evidence, Word, locate
from redactor.findings import Finding
from redactor.regions import Box, Span, TimeRange


def boxes(*texts: str) -> Evidence:
    words = tuple(Word(t, Box(0, 0, 10 * i, 8, 10 * i + 9)) for i, t in enumerate(texts))
    return Evidence(words)


def test_a_value_split_over_words_gets_every_box() -> None:
    # The known failure of another tool: "tel:697" + "1234567," gave no box at all.
    evidence = boxes("tel:697", "1234567,", "ok")
    start = evidence.text.index("697")
    found = evidence.locate(Span(start, start + 11))
    assert found == (evidence.words[0].region, evidence.words[1].region)


def test_a_finding_on_a_gap_raises() -> None:
    evidence = boxes("a", "b")
    with pytest.raises(ValueError, match="touches no word"):
        evidence.locate(Span(1, 2))
    with pytest.raises(ValueError, match="touches no word"):
        locate(evidence, [Finding(Span(90, 95), "PERSON", 1.0, "test")])


def test_words_of_a_text_are_cut_to_the_finding() -> None:
    evidence = Evidence((Word("tel:6971234567,", Span(40, 55)),))
    assert evidence.locate(Span(4, 14)) == (Span(44, 54),)


def test_what_could_not_be_read_is_always_covered() -> None:
    evidence = Evidence((Word("ναι", TimeRange(0, 0, 300)),), unread=(TimeRange(1, 500, 900),))
    (redaction,) = locate(evidence, [])
    assert redaction.entity_type == "UNCERTAIN"
    assert redaction.regions == (TimeRange(1, 500, 900),)


@given(
    st.lists(st.tuples(st.text("αβ69", min_size=1, max_size=5), st.sampled_from(["", " ", "\n", " · "])), min_size=1)
)
def test_spans_point_at_the_words_and_every_word_is_found_by_its_span(pairs: list[tuple[str, str]]) -> None:
    words = tuple(Word(t, Box(0, i, 0, i + 1, 1), gap=gap) for i, (t, gap) in enumerate(pairs))
    evidence = Evidence(words)
    for word, span in zip(words, evidence.spans, strict=True):
        assert evidence.text[span.start : span.end] == word.text
        assert evidence.locate(span) == (word.region,)


def test_a_word_of_a_text_covers_its_own_characters() -> None:
    with pytest.raises(ValueError, match="exactly"):
        Word("abc", Span(0, 2))
    with pytest.raises(ValueError, match="text"):
        Word("", Span(0, 0))


def test_no_text_in_reprs() -> None:
    word = Word("6971234567", Span(0, 10))
    assert "697" not in repr(word)
    assert "697" not in repr(Evidence((word,)))
