"""The sample that people look at: who gets how many, and that chance is the only preference."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from redactor.sampling import Candidate, Stratum, allocate, draw
from tests.queues import digest

CALLS, TEXTS, EMPTY = Stratum("audio", "acme", True), Stratum("text", "acme", True), Stratum("text", "acme", False)


def test_each_gets_its_least_and_the_rest_goes_by_size() -> None:
    assert allocate({CALLS: 900, TEXTS: 90, EMPTY: 3}, 100) == {CALLS: 88, TEXTS: 9, EMPTY: 3}
    assert allocate({CALLS: 990, TEXTS: 10}, 100) == {CALLS: 95, TEXTS: 5}
    assert sum(allocate({CALLS: 901, TEXTS: 333, EMPTY: 77}, 101).values()) == 101


def test_small_runs_are_looked_at_whole() -> None:
    assert allocate({CALLS: 20, TEXTS: 4}, 100) == {CALLS: 20, TEXTS: 4}
    assert allocate({}, 100) == {}
    assert allocate({CALLS: 50, TEXTS: 50, EMPTY: 50}, 3) == {CALLS: 5, TEXTS: 5, EMPTY: 5}


def test_where_more_was_missed_more_is_looked_at() -> None:
    given = allocate({CALLS: 500, TEXTS: 500}, 110, deviations={CALLS: 3.0, TEXTS: 1.0})
    assert given == {CALLS: 83, TEXTS: 27}
    assert allocate({CALLS: 500, TEXTS: 500}, 110, deviations={CALLS: 0.0}) == {CALLS: 55, TEXTS: 55}


def test_the_sample_of_a_run_can_be_drawn_again_and_no_item_is_preferred() -> None:
    candidates = [Candidate(n, digest(n), TEXTS if n < 150 else CALLS) for n in range(200)]
    drawn = draw(candidates, 40, seed="r1")
    assert drawn == draw(reversed(candidates), 40, seed="r1")
    assert [(d.stratum, d.items_total, len(d.numbers)) for d in drawn] == [(CALLS, 50, 10), (TEXTS, 150, 30)]
    often = Counter(n for run in range(400) for d in draw(candidates, 40, seed=f"r{run}") for n in d.numbers)
    # 400 draws of 10 of 50, and of 30 of 150: about 80 each each.
    assert min(often.values()) > 40
    assert max(often.values()) < 140


def test_a_stratum_is_named_without_its_client() -> None:
    assert len({CALLS.key, TEXTS.key, EMPTY.key}) == 3
    assert "acme" not in CALLS.key


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.integers(1, 500))
def test_no_item_of_the_sample_is_lost_in_rounding(sizes: list[int], items: int) -> None:
    strata = {Stratum("text", str(i), True): n for i, n in enumerate(sizes)}
    given_ = allocate(strata, items)
    assert all(min(5, strata[s]) <= n <= strata[s] for s, n in given_.items())
    least = sum(min(5, n) for n in sizes)
    assert min(items, sum(sizes)) <= sum(given_.values()) <= max(min(items, sum(sizes)), least)
