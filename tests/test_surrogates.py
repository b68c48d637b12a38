"""Placeholders stood in for by invented values, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from redactor.regions import Span
from redactor.surrogates import surrogated

pieces = st.lists(st.sampled_from(["[PERSON]", "[CVV]", "[SOMETHING]", "α β", " 123 ", "[no]", ""]))


@given(pieces)
def test_what_was_not_invented_maps_back_to_itself(parts: list[str]) -> None:
    text = "".join(parts)
    judged = surrogated(text, "[{type}]")
    assert "[PERSON]" not in judged.text
    for at in range(len(judged.text)):
        for back in judged.outside(Span(at, at + 1)):
            assert text[back.start : back.end] == judged.text[at]


@given(pieces)
def test_all_of_the_rest_is_still_there(parts: list[str]) -> None:
    text = "".join(parts)
    judged = surrogated(text, "[{type}]")
    kept = "".join(text[s.start : s.end] for s in judged.outside(Span(0, len(judged.text)))) if judged.text else ""
    assert kept == "".join(part for part in parts if not (part.startswith("[") and part.isupper()))


def test_a_finding_over_an_invented_value_keeps_only_its_rest() -> None:
    judged = surrogated("[CVV] 212", "[{type}]")
    assert judged.text == "000 212"
    assert judged.outside(Span(0, 3)) == ()
    assert judged.outside(Span(0, 7)) == (Span(5, 9),)
