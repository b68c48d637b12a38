"""Traces: a removed value is found in every form, and what identifies nobody alone cries no wolf."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.removed import Removed
from redactor.sought import sought
from redactor.traces import Search, traces
from tests.growth import grows_with_length

CASES = json.loads((Path(__file__).parent / "traces.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_value_is_found_where_it_stands(case: dict[str, str]) -> None:
    found = traces(case["text"], [Removed(case["value"], case["type"], ())])
    assert [case["text"][f.span.start : f.span.end] for f in found] == ([case["left"]] if "left" in case else [])
    assert {(f.entity_type, f.score, f.detector) for f in found} <= {(case["type"], 1.0, "trace")}


def test_decomposed_letters_count_in_the_text_as_it_is() -> None:
    text = unicodedata.normalize("NFD", "είπε ο Παπαδόπουλος εδώ")
    (found,) = traces(text, [Removed("Παπαδόπουλος", "PERSON", ())])
    assert unicodedata.normalize("NFC", text[found.span.start : found.span.end]) == "Παπαδόπουλος"


def test_another_placeholder_is_known() -> None:
    values = [Removed("Johnson Harris", "PERSON", ())]
    assert traces("<<JOHNSON>> <<HARRIS>>", values, placeholder="<<{type}>>") == ()
    assert traces("<<JOHNSON>> <<HARRIS>>", values)


@settings(max_examples=30, deadline=None)
@given(st.text("0123456789", min_size=9, max_size=16), st.data())
def test_however_a_number_is_grouped(digits: str, data: st.DataObject) -> None:
    if len(set(digits)) < 2:
        return
    gaps = st.sampled_from(["", " ", "-", ".", "\n", " - ", "/"])
    text = "".join(digit + data.draw(gaps) for digit in digits)
    assert traces(f"abc {text} def", [Removed(digits, "BANK_ACCOUNT", ())])


@settings(max_examples=30, deadline=None)
@given(
    st.text(max_size=80), st.text(max_size=30), st.sampled_from(["PERSON", "ADDRESS", "EMAIL_ADDRESS", "CUSTOMER_ID"])
)
def test_any_text_and_any_value(text: str, value: str, entity_type: str) -> None:
    for finding in traces(text + value, [Removed(value, entity_type, ())]):
        assert 0 <= finding.span.start < finding.span.end <= len(text) + len(value)


def test_no_value_is_shown() -> None:
    (forms,) = sought([Removed("Μαρία Παπαδοπούλου", "PERSON", ())])
    assert "παπαδοπ" not in repr(forms).lower()
    assert "πaπa" not in repr(forms)


def test_nothing_worth_looking_for_costs_nothing() -> None:
    assert not Search([Removed("837", "CVV", ()), Removed("44", "AGE", ())])


def test_time_grows_with_the_text_and_not_faster() -> None:
    values = [Removed(f"69{n:08}", "PHONE_NUMBER", ()) for n in range(10_000_019, 10_100_019, 503)]
    values += [Removed("Μαρία Παπαδοπούλου", "PERSON", ())]
    line = "σήμερα κάλεσα για τον λογαριασμό και πλήρωσα δέκα ευρώ στις 12:30, αριθμός 4711 και the agent said five\n"
    search = Search(values)
    search.find(line)

    def nothing(lines: int) -> None:
        assert search.find(line * lines) == ()

    assert grows_with_length(nothing, 2000)
