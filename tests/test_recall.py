"""Bounds of recall: against known intervals, in small worlds that are made up, and at the edges."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.recall_bound import WORLDS, simulate
from redactor.recall import Bound, Captured, Captures, Review, Tally, bound

MANY = 1_000_000


def reviewed(found: int, missed: int, *, items: int = MANY, empty: int = 0, each: int = 1) -> Review:
    tallies = [Tally(each, 0)] * found + [Tally(0, each)] * missed
    return Review("s", items, len(tallies) + empty, tuple(tallies))


def of(*reviews: Review, sees: float = 1.0) -> Bound:
    return bound("GR_AFM", found=1, reviews=reviews, reviewer_recall=sees)


@pytest.mark.parametrize(
    ("found", "missed", "lower", "upper"),
    # Clopper and Pearson's 95 % intervals.
    [(30, 0, 0.8843, 1.0), (97, 3, 0.9148, 0.9938), (700, 300, 0.6705, 0.7283), (0, 10, 0.0, 0.3085)],
)
def test_one_value_per_item_gives_the_interval_of_clopper_and_pearson(
    found: int, missed: int, lower: float, upper: float
) -> None:
    known = of(reviewed(found, missed))
    assert known.lower == pytest.approx(lower, abs=0.0015)
    assert known.upper == pytest.approx(upper, abs=0.0015)
    assert known.recall == pytest.approx(found / (found + missed))
    assert (known.reviewed, known.missed, known.basis) == (found + missed, missed, "review")


def test_ten_values_of_one_call_say_no_more_than_one() -> None:
    assert of(reviewed(30, 0, each=10)).lower == pytest.approx(of(reviewed(30, 0)).lower)


def test_a_review_of_everything_by_reviewers_who_see_everything_is_the_truth() -> None:
    known = of(reviewed(48, 2, items=50))
    assert (known.lower, known.recall, known.upper) == (pytest.approx(0.96), pytest.approx(0.96), pytest.approx(0.96))
    lower = of(reviewed(48, 2, items=50), sees=0.9).lower
    assert lower is not None
    assert 0.85 < lower < 0.95


def test_two_reviewers_of_a_small_night_can_show_that_nothing_was_missed() -> None:
    assert of(reviewed(40, 0, items=40), sees=0.95).lower == pytest.approx(0.97, abs=0.002)
    assert of(reviewed(40, 0, items=40), sees=0.9975).lower == 1.0


def test_the_stratum_of_which_least_was_seen_limits_what_is_known() -> None:
    well, little = reviewed(400, 0, items=800), Review("t", 10_000, 20, ())
    alone, both = of(well).lower, of(well, little).lower
    assert alone is not None
    assert both is not None
    assert alone > 0.98
    assert both < 0.5


def test_what_nobody_looked_at_counts_as_missed() -> None:
    known = of(reviewed(500, 0, items=1000), Review("t", 1000, 0, ()))
    assert known.lower is not None
    assert known.lower < 0.5


def test_a_value_that_is_not_there_has_no_bound_but_few_items_can_have_missed_one() -> None:
    known = bound("CVV", found=0, reviews=[Review("s", 5000, 250, ())])
    assert (known.lower, known.recall, known.basis) == (None, None, "none")
    assert known.missed_items_upper < 0.02
    assert bound("CVV", found=0).missed_items_upper == 1.0
    assert bound("CVV", found=0, reviews=[Review("s", 30, 30, ())], reviewer_recall=1.0).missed_items_upper == 0.0
    assert bound("CVV", found=0, reviews=[Review("s", 5000, 20, ())]).missed_items_upper > 0.1


def captured(both: int, first: int, second: int) -> list[Captures]:
    items = [Captured(0, 0, 1)] * both + [Captured(1, 0, 0)] * first + [Captured(0, 1, 0)] * second
    return [Captures("s", MANY, len(items), tuple(items))]


def test_two_detectors_estimate_as_chapman_does_and_the_bound_allows_for_dependence() -> None:
    captures = captured(900, 90, 9)
    known = bound("GR_AFM", found=990, captures=captures)
    population = math.prod((990 + 1, 909 + 1)) / (900 + 1) - 1
    assert known.recall == pytest.approx(990 / population, abs=1e-4)
    independent = bound("GR_AFM", found=990, captures=captures, odds_ratio=1.0).lower
    assert known.lower is not None
    assert independent is not None
    # By the table itself, with an odds ratio of 10, neither found ten times 90 * 9 / 900.
    assert known.lower < 990 / (990 + 9 + 10 * 90 * 9 / 900)
    assert known.lower < independent < 0.99
    assert known.basis == "captures"


def test_what_two_detectors_agree_on_is_chance_also_when_everything_was_looked_at() -> None:
    few = [Captures("s", 20, 20, (Captured(0, 0, 1),) * 20)]
    lower = bound("GR_AFM", found=20, captures=few).lower
    assert lower is not None
    assert 0.2 < lower < 0.9


def test_a_second_detector_that_seldom_agrees_says_nothing() -> None:
    assert bound("GR_AFM", found=5, captures=captured(40, 60, 0)).basis == "none"
    assert bound("GR_AFM", found=5, captures=captured(60, 40, 0)).basis == "captures"
    assert bound("GR_AFM", found=5, captures=captured(0, 5, 3)).basis == "none"


def test_a_review_decides_unless_the_captures_contradict_it() -> None:
    review = [reviewed(300, 0)]
    agreed = bound("GR_AFM", found=9, reviews=review, captures=captured(900, 90, 9))
    alone = bound("GR_AFM", found=9, reviews=review)
    assert (agreed.lower, agreed.basis) == (alone.lower, "review")
    against = bound("GR_AFM", found=9, reviews=review, captures=captured(500, 90, 400))
    assert against.basis == "review, captures disagree"
    assert against.lower is not None
    assert against.lower < 0.5
    # A run that covered nothing, and reviewers who nodded it through.
    nodded = bound("GR_AFM", found=9, reviews=review, captures=captured(0, 0, 11))
    assert (nodded.lower, nodded.basis) == (0.0, "review, captures disagree")


tallies = st.lists(st.builds(Tally, st.integers(0, 9), st.integers(0, 9)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(tallies, st.integers(0, 20), st.integers(0, 200)), min_size=1, max_size=3), st.floats(0.5, 1))
def test_the_ends_lie_around_the_estimate_whatever_was_seen(
    strata: list[tuple[list[Tally], int, int]], sees: float
) -> None:
    reviews = [Review(str(i), len(t) + e + more, len(t) + e, tuple(t)) for i, (t, e, more) in enumerate(strata)]
    known = bound("X", found=1, reviews=reviews, reviewer_recall=sees)
    assert 0 <= known.missed_items_upper <= 1
    if known.recall is not None:
        assert known.lower is not None
        assert known.upper is not None
        assert 0 <= known.lower <= known.recall + 1e-9
        assert known.recall <= known.upper + 1e-9 <= 1 + 2e-9


@pytest.mark.parametrize("world", [w for w in WORLDS if w.assumed][2::4], ids=lambda world: world.name)
def test_the_lower_bound_holds_in_made_up_nights(world) -> None:  # type: ignore[no-untyped-def]
    assert simulate(world, 120)["coverage"] >= 0.93


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="counted"):
        Tally(-1, 0)
    with pytest.raises(ValueError, match="reviewed"):
        Review("s", 10, 11, ())
    with pytest.raises(ValueError, match="odds"):
        bound("X", found=0, odds_ratio=0.5)
