"""The name model: what it finds, in every condition, and that no text harms it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.errors import EngineError, MissingEngineError
from redactor.normalize import folded
from redactor.recognizers import greek_recognizers
from redactor.recognizers.base import USUAL
from redactor.recognizers.name_model import NameRecognizer, model_folder, scaled
from redactor.recognizers.pieces import WINDOW, Cutter
from redactor.recognizers.tagger import tagger
from redactor.recognizers.view import view
from redactor.regions import Span

SAID = "Καλησπέρα, ο ιδιοκτήτης λέγεται Στέλιος Μαυρουδής και μένει Κανάρη 14 στη Δράμα."
_CHARACTERS = st.sampled_from("αάΑςΣ ΐabZ019.,;·@\n\t\x00\u200b\u0301😀𝔘語ﬁ'-")


@pytest.fixture(scope="module")
def names() -> NameRecognizer:
    return NameRecognizer()


def test_it_finds_people_and_where_they_live(names: NameRecognizer) -> None:
    found = " ".join(names.spans(SAID))
    assert "Στέλιος Μαυρουδής" in found
    assert "Κανάρη 14" in found


@pytest.mark.parametrize("change", [str.lower, folded, lambda text: folded(text).upper()])
def test_neither_case_nor_accents_are_needed(names: NameRecognizer, change: object) -> None:
    assert callable(change)
    assert any("μαυρουδ" in folded(span) for span in names.spans(change(SAID)))


def test_english(names: NameRecognizer) -> None:
    assert any(
        "Margaret Okonkwo" in span for span in names.spans("You spoke to my mother, Margaret Okonkwo, last week.")
    )


def test_plain_talk_is_left_alone(names: NameRecognizer) -> None:
    assert names.spans("Ο λογαριασμός βγήκε ακριβός και το ρεύμα κόπηκε δύο φορές.") == []


def test_pieces_of_numbers_that_identify_and_no_quantities(names: NameRecognizer) -> None:
    assert "one seven, oh four" in " ".join(names.spans("the last bit of my policy number is h l m one seven, oh four"))
    assert not names.spans("two double rooms for three nights")
    assert not names.spans("γράψτε στο info@deh.gr ή δείτε το www.deh.gr/help")


def test_suspicion_is_that_of_the_most_suspicious_word(names: NameRecognizer) -> None:
    text = "με λένε Στέλιο Καραγιώργο και θέλω δύο καρέκλες"
    name, chairs = (Span(text.index(word), text.index(word) + len(word)) for word in ("Στέλιο", "δύο καρέκλες"))
    high, low, whole = names.suspicion(text, [name, chairs, Span(0, len(text))])
    assert low < 0.2
    assert 0.9 < high <= whole <= 1
    assert names.suspicion(text, []) == []


def test_words_at_the_ends_of_a_span_that_are_not_suspected_are_no_part_of_it(names: NameRecognizer) -> None:
    text = "Θέλω δύο καρέκλες, με λένε Στέλιο Καραγιώργο, ευχαριστώ πολύ, στις 10"

    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    doubts = [
        (span("με λένε Στέλιο Καραγιώργο, ευχαριστώ πολύ,"), 0.2, True),
        (span("δύο καρέκλες"), 0.2, True),
        (span("δύο καρέκλες"), 0.2, False),
        (span("πολύ, στις 10"), 0.2, True),
    ]
    wanted = [span("Στέλιο Καραγιώργο"), None, span("δύο"), span("10")]
    assert names.suspected(text, doubts) == wanted
    assert names.suspected(text, []) == []


def test_a_text_does_not_change_another(names: NameRecognizer) -> None:
    first = [(r.start, r.end, r.score) for r in names.analyze(SAID, list(names.ENTITIES))]
    names.analyze("Γεια σας, " * 200, list(names.ENTITIES))
    assert [(r.start, r.end, r.score) for r in names.analyze(SAID, list(names.ENTITIES))] == first


def test_a_long_text_is_read_to_its_end(names: NameRecognizer) -> None:
    talk = "Ο λογαριασμός βγήκε ακριβός και το ρεύμα κόπηκε δύο φορές. " * 60
    assert any("Μαυρουδής" in span for span in names.spans(talk + SAID))


@settings(max_examples=80, deadline=None)
@given(st.text(_CHARACTERS, max_size=300))
def test_any_text_gives_spans_inside_it(text: str) -> None:
    for result in NameRecognizer().analyze(text, list(NameRecognizer.ENTITIES)):
        assert 0 <= result.start < result.end <= len(text)
        assert 0 <= result.score <= 1


@pytest.mark.parametrize("text", ["α" * 40_000, "a1" * 20_000, "." * 20_000, "\n" * 20_000, "😀" * 10_000, ""])
def test_endless_texts(names: NameRecognizer, text: str) -> None:
    assert all(result.end <= len(text) for result in names.analyze(text, list(names.ENTITIES)))


@settings(max_examples=80, deadline=None)
@given(st.text(_CHARACTERS, max_size=1500))
def test_windows_cover_every_word_and_overlap(text: str) -> None:
    words = Cutter(model_folder() / "tokenizer.json").words(view(text))
    windows = list(words.windows())
    assert {i for a, b in windows for i in range(a, b)} == set(range(len(words.spans)))
    assert all(sum(map(len, words.pieces[a:b])) <= WINDOW for a, b in windows)


def test_the_model_is_offered_to_plain_presidio() -> None:
    plain, whole = greek_recognizers(), greek_recognizers(names=True)
    assert [r.name for r in whole[len(plain) :]] == ["NameRecognizer"]


def test_scores_meet_the_usual_threshold_at_the_cut() -> None:
    assert scaled(0.0, 0.6) == 0
    assert scaled(0.6, 0.6) == USUAL
    assert scaled(1.0, 0.6) == 1
    assert scaled(0.59, 0.6) < USUAL < scaled(0.61, 0.6)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingEngineError, match="name model"):
        NameRecognizer(folder=tmp_path)
    tagger.cache_clear()


@pytest.mark.parametrize("package", ["tokenizers", "onnxruntime"])
def test_what_it_runs_on_is_named_when_missing(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tagger.cache_clear()
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingEngineError, match=r"redactor\[names\]"):
        NameRecognizer()
    tagger.cache_clear()


@pytest.mark.parametrize("body", ["", "PERSON\n", "PERSON\thalf\n", "CAT\t0.5\n"])
def test_a_list_of_types_that_cannot_be_used_is_refused(body: str, tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        shutil.copy(model_folder() / name, tmp_path)
    (tmp_path / "types.tsv").write_text(body, encoding="utf-8")
    with pytest.raises(EngineError, match="types"):
        NameRecognizer(folder=tmp_path)
