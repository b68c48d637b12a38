"""Covers that do not tell how long a value is: they grow to whole buckets, never over a word that stays."""

from hypothesis import given
from hypothesis import strategies as st

from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.regions import Box
from redactor.render.boxes import widened

PAGE = Box(0, 0, 0, 100, 400)


def value(left: int, right: int, top: int = 10) -> Redaction:
    return Redaction("PERSON", (Box(0, top, left, top + 12, right),), 1.0, "x")


def grown(redaction: Redaction, *stay: Box, bucket: int = 48) -> Box:
    words = tuple(Word("w", box) for box in (*stay, *redaction.regions))
    (result,) = widened([redaction], Evidence(words, extent=(PAGE,)), bucket_px=bucket, margin_px=3)
    boxes = [box for box in result.regions if isinstance(box, Box)]
    return Box(0, 10, min(b.left for b in boxes), 22, max(b.right for b in boxes))


def test_two_values_of_one_bucket_have_covers_of_one_width() -> None:
    assert grown(value(100, 130)) == grown(value(100, 138)) == Box(0, 10, 100, 22, 142)
    assert grown(value(100, 150)) == Box(0, 10, 100, 22, 190)


def test_a_cover_grows_to_the_left_where_a_word_stands_on_the_right() -> None:
    assert grown(value(100, 130), Box(0, 10, 140, 22, 180)) == Box(0, 10, 91, 22, 133)


def test_words_on_both_sides_and_the_edge_of_the_page_are_not_covered() -> None:
    assert grown(value(100, 130), Box(0, 10, 133, 22, 180), Box(0, 10, 50, 22, 97)) == Box(0, 10, 100, 22, 130)
    assert grown(value(370, 398)) == Box(0, 10, 358, 22, 400)


def test_without_buckets_covers_are_as_wide_as_their_values() -> None:
    assert grown(value(100, 130), bucket=0) == Box(0, 10, 100, 22, 130)


@given(
    left=st.integers(0, 398),
    width=st.integers(1, 200),
    others=st.lists(st.tuples(st.integers(0, 380), st.integers(1, 20))),
)
def test_growing_stays_on_the_page_and_off_other_words(left: int, width: int, others: list[tuple[int, int]]) -> None:
    redaction = value(left, min(400, left + width))
    (own,) = redaction.regions
    stay = [b for at, wide in others if not (b := Box(0, 10, at, 22, at + wide)).overlaps(own)]  # type: ignore[arg-type]
    words = tuple(Word("w", box) for box in (*stay, own))
    (result,) = widened([redaction], Evidence(words, extent=(PAGE,)), bucket_px=48, margin_px=3)
    assert own in result.regions
    for box in result.regions:
        assert isinstance(box, Box)
        assert box.right <= 400
        assert not any(box.overlaps(other) for other in stay)
