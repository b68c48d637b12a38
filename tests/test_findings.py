"""Overlapping findings are united, never dropped."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.findings import Finding, Redaction, resolve
from redactor.regions import Span

findings = st.builds(
    lambda start, length, kind, score: Finding(Span(start, start + length), kind, score, "test"),
    st.integers(0, 80),
    st.integers(1, 15),
    st.sampled_from(["PERSON", "PHONE_NUMBER", "GR_AFM"]),
    st.floats(0, 1),
)


@given(st.lists(findings))
def test_resolving_loses_no_character_and_leaves_no_overlap(items: list[Finding]) -> None:
    resolved = resolve(items)
    assert {c for f in resolved for c in range(f.span.start, f.span.end)} == {
        c for f in items for c in range(f.span.start, f.span.end)
    }
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(resolved))


@given(st.lists(findings, min_size=1), st.randoms())
def test_the_order_of_detectors_does_not_matter(items: list[Finding], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(shuffled) == resolve(items)


def test_the_union_takes_the_type_of_the_surest() -> None:
    long = Finding(Span(0, 20), "PERSON", 0.4, "b")
    sure = Finding(Span(15, 25), "GR_AFM", 0.9, "a")
    assert resolve([long, sure]) == (Finding(Span(0, 25), "GR_AFM", 0.9, "a+b"),)


def test_a_finding_holds_no_text_and_is_checked() -> None:
    assert set(Finding.__slots__) == {"span", "entity_type", "score", "detector"}
    for bad in ((Span(1, 1), "PERSON", 0.5), (Span(0, 1), "person", 0.5), (Span(0, 1), "PERSON", 1.5)):
        with pytest.raises(ValueError, match=r"."):
            Finding(*bad, "test")
    with pytest.raises(ValueError, match="region"):
        Redaction("PERSON", (), 1.0, "test")
