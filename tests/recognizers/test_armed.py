from __future__ import annotations

import pytest

from redactor.recognizers.armed import armed


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (
            "το άμκας σας;\nμιδέντρια μιδέν εξη ευδομήνταδείο μιδέναι να τ' έσσερα πέντε νοοο και τι άλλο θα θέλατε",
            [" σας;\nμιδέντρια μιδέν εξη ευδομήνταδείο μιδέναι να τ' έσσερα πέντε νοοο και"],
        ),
        (
            "the long number? four one one one two two two two three three three three vour okay thanks",
            ["? four one one one two two two two three three three three vour okay"],
        ),
        (
            "το άμκας σας; θα σας το πω αμέσως μόλις γυρίσω από την κουζίνα μου κάτω",
            [" σας; θα σας το πω αμέσως μόλις γυρίσω από την"],
        ),
    ],
)
def test_an_answer_ends_after_ten_words_or_two_words_behind_its_numbers(text: str, answers: list[str]) -> None:
    assert [text[span.start : span.end] for span in armed(text)] == answers
