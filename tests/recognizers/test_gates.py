"""What recognizers ask of a text before they search it: nothing that they would find is left out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.recognizers.all import RECOGNIZERS
from redactor.recognizers.health_denied import _questions
from redactor.recognizers.identifier import IdentifierRecognizer
from redactor.recognizers.labels import label_pattern, labels, places, shortened
from redactor.recognizers.sound import _TWICE, joined, sound
from redactor.recognizers.spoken_tokens import _FIGURES, _figures
from redactor.recognizers.view import View, view

TEXTS = [
    view(str(case["text"]))
    for path in sorted((Path(__file__).parents[1] / "regressions").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]
GATED = [one for one in RECOGNIZERS if issubclass(one, IdentifierRecognizer) and one.FEWEST]
QUESTION = re.compile(r"[^.!?;\n]{3,160}[?;](?=\s|\Z)")


@pytest.mark.parametrize("entity", labels())
def test_every_label_is_looked_for(entity: str) -> None:
    for label in labels()[entity]:
        for form in (label, label.upper(), shortened(label), label.replace(" ", "_"), label.replace(" ", ". ")):
            text = view(f"a {form.replace('*', '')} 1")
            assert list(places(text, entity)) or label_pattern(entity).search(text.latin) is None


@pytest.mark.parametrize("text", TEXTS)
def test_labels_of_texts_are_looked_for(text: View) -> None:
    for entity in labels():
        found = [match.span() for match in label_pattern(entity).finditer(text.latin)]
        assert found == [span for span in places(text, entity) if span in found]


@pytest.mark.parametrize("kind", GATED)
def test_fewer_digits_are_never_found_without_a_label(kind: type[IdentifierRecognizer]) -> None:
    recognizer, fewer = kind(), kind.FEWEST - 1
    for text in TEXTS:
        run = re.compile(rf"((?:\d[ .\-/()]{{0,3}}){{{fewer}}})(?=\d)") if fewer else re.compile(r"\d")
        cut = view(run.sub(r"\1 and ", text.source) if fewer else run.sub("", text.source))
        if cut.most_digits <= fewer:
            assert not list(recognizer.unlabelled(cut))


@given(st.lists(st.sampled_from(["31.12.2026", "12/2027", " : ", "-", "0.315", "1,200.50", "2", "; ", " ", "a", "."])))
def test_dates_and_amounts_are_found_from_their_digits(parts: list[str]) -> None:
    text = "".join(parts)
    assert list(_figures(text)) == [match.span() for match in _FIGURES.finditer(text)]


@given(st.lists(st.sampled_from(["έχετε άσθμα", "?", ";", " ", ".", "\n", "x" * 79, "no"])))
def test_questions_are_found_from_their_marks(parts: list[str]) -> None:
    text = "".join(parts)
    assert list(_questions(text)) == [match.span() for match in QUESTION.finditer(text)]


@given(st.lists(st.text("αεηιουνμντσκξ", max_size=6).map(sound), max_size=4))
def test_keys_are_joined_as_one_word_is_heard(keys: list[str]) -> None:
    assert joined(keys) == _TWICE.sub(r"\1", "".join(keys))
