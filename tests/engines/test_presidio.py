from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection import Detector
from redactor.engines import presidio, spacy_ner
from redactor.engines.presidio import PresidioFinder, anonymize
from redactor.errors import EngineError, MissingEngineError
from redactor.findings import NAME_MODEL, Finding
from redactor.policy import DetectionPolicy, PatternPolicy
from redactor.recognizers.name_model import NameRecognizer, model_folder
from redactor.recognizers.view import _MEMORY
from redactor.regions import Span, merge_spans
from tests.growth import grows_with_length

GREEK = DetectionPolicy(languages=("el",))


def texts(finder: PresidioFinder, text: str, entity: str) -> set[str]:
    return {text[f.span.start : f.span.end] for f in finder.find(text) if f.entity_type == entity}


@pytest.fixture(scope="module")
def greek() -> PresidioFinder:
    return PresidioFinder(GREEK)


def test_greek_alone_needs_no_english_model(greek: PresidioFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no-model" in greek.name
    monkeypatch.setattr(spacy_ner, "MODELS", ("a_model_that_is_nowhere",))
    PresidioFinder(GREEK)
    with pytest.raises(MissingEngineError, match=r"redactor\[ner\]"):
        PresidioFinder(DetectionPolicy())


def test_findings_are_ordered_and_exact(greek: PresidioFinder) -> None:
    text = "🙂 Λέγομαι Μαρία Νικολάου, mail m@x.gr, κινητό 6941234567."
    found = greek.find(text)
    assert [f.span for f in found] == sorted(f.span for f in found)
    assert texts(greek, text, "EMAIL_ADDRESS") == {"m@x.gr"}
    assert texts(greek, text, "PHONE_NUMBER") == {"6941234567"}
    assert "Μαρία Νικολάου" in texts(greek, text, "PERSON")


def test_nothing_is_remembered(greek: PresidioFinder) -> None:
    greek.find("Μαρία Νικολάου")
    assert _MEMORY.view is None


def test_empty_text(greek: PresidioFinder) -> None:
    assert list(greek.find("")) == []


def test_the_threshold_counts() -> None:
    text = "τηλ. 6941234567, mail a@b"
    strict = PresidioFinder(DetectionPolicy(languages=("el",), threshold=0.8))
    assert texts(strict, text, "PHONE_NUMBER") == {"6941234567"}
    assert texts(strict, text, "EMAIL_ADDRESS") == set()


def test_windows_lose_nothing(greek: PresidioFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "WINDOW", 1500)
    monkeypatch.setattr(presidio, "OVERLAP", 700)
    for filler in ("λέξη ", "χ", "\n"):
        for at in range(1300, 1520, 7):
            text = (filler * 3000)[:at] + " 6941234567 " + (filler * 3000)[:2000]
            assert "6941234567" in texts(greek, text, "PHONE_NUMBER")


def test_windows_cover_the_text() -> None:
    text = ("abc " * 50_000) + "x" * 100_000
    ranges = list(presidio._windows(text))
    assert ranges[0][0] == 0
    assert ranges[-1][1] == len(text)
    assert all(b[0] < a[1] < b[1] for a, b in pairwise(ranges))


def test_patterns_of_the_policy() -> None:
    pattern = PatternPolicy(entity="EMPLOYEE", regex=r"EMP-\d{4}|№ ?\d{4}", score=0.9)
    policy = DetectionPolicy(languages=("el",), patterns=(pattern,))
    # As it is written, and with signs made plain: "№" becomes "No" there, and a dash that does not break one that does.
    text = "ο EMP-1234 και ο EMP\u20115678, φάκελος № 4711"
    found = Detector(policy, [PresidioFinder(policy)]).detect(text)
    assert [text[f.span.start : f.span.end] for f in found] == ["EMP-1234", "EMP\u20115678", "№ 4711"]


def test_a_type_that_is_kept_takes_nothing_from_a_name() -> None:
    name, town = Finding(Span(0, 14), "PERSON", 0.9, NAME_MODEL), Finding(Span(6, 14), "LOCATION", 0.9, "towns")
    text = "Μαρία Καλαμάτα"
    parted = presidio._parted([name, town], lambda _: 0.35, text)
    assert {(f.entity_type, f.span) for f in parted} == {("PERSON", Span(0, 5)), ("LOCATION", Span(6, 14))}
    assert name in presidio._parted([name, town], lambda _: 0.35, text, ("LOCATION",))


def test_a_slow_pattern_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "PATTERN_SECONDS", 0.05)
    pattern = PatternPolicy(entity="SLOW", regex=r"(a|aa|a?a)+(b|c)*$")
    finder = PresidioFinder(DetectionPolicy(languages=("el",), patterns=(pattern,)))
    with pytest.raises(EngineError) as error:
        finder.find("a" * 5000 + "!")
    assert error.value.reason == "PATTERN_TIMEOUT"
    assert "aaa" not in str(error.value)


@given(
    st.text(max_size=60), st.lists(st.tuples(st.integers(0, 59), st.integers(1, 9), st.sampled_from("AB")), max_size=8)
)
def test_anonymize_replaces_each_span_and_nothing_else(text: str, drawn: list[tuple[int, int, str]]) -> None:
    redactions: list[tuple[Span, str]] = []
    at = 0
    for start, length, entity in sorted(drawn):
        if at <= start and start + length <= len(text):
            redactions.append((Span(start, start + length), entity))
            at = start + length
    expected, last = "", 0
    for span, entity in redactions:
        expected += f"{text[last : span.start]}[{entity}]"
        last = span.end
    assert anonymize(text, redactions, "[{type}]") == expected + text[last:]


def test_anonymize_keeps_neighbours_apart() -> None:
    spans = [(Span(0, 2), "A"), (Span(2, 4), "A"), (Span(5, 6), "A")]
    assert anonymize("abcd e", spans, "<{type}>") == "<A><A> <A>"


def test_anonymize_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "_BATCH", 3)
    text = "ab" * 50
    spans = [(Span(2 * i, 2 * i + 1), "A") for i in range(50)]
    assert anonymize(text, spans, "{type}") == "Ab" * 50


@pytest.mark.parametrize("spans", [[(0, 2), (1, 3)], [(3, 4), (0, 1)], [(0, 9)], [(1, 1)]])
def test_anonymize_refuses_wrong_spans(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="disjoint"):
        anonymize("abcd", [(Span(*span), "A") for span in spans], "[{type}]")


@pytest.mark.slow
def test_english_names_by_the_model() -> None:
    finder = PresidioFinder(DetectionPolicy())
    assert "en_core_web_sm" in finder.name
    text = "Yesterday Barack Obama met Angela Merkel. Μίλησε ο Bartholomew Higginbotham."
    found = merge_spans(f.span for f in finder.find(text) if f.entity_type == "PERSON")
    assert [text[s.start : s.end] for s in found][:2] == ["Barack Obama", "Angela Merkel"]
    for finding in finder.find("Ο Δήμος Αθηναίων και η ομάδα"):
        assert finding.detector != "EnglishNames"


@pytest.mark.slow
def test_threads_share_one_finder() -> None:
    from concurrent.futures import ThreadPoolExecutor

    finder = PresidioFinder(DetectionPolicy())
    wanted = [f"call 69412345{i:02d} now, Maria" for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        for text, found in zip(wanted, pool.map(finder.find, wanted), strict=True):
            assert any(text[f.span.start : f.span.end] in text and f.entity_type == "PHONE_NUMBER" for f in found)


def finding(start: int, end: int, entity: str, detector: str, score: float = 0.8) -> Finding:
    return Finding(Span(start, end), entity, score, detector)


def parted(text: str, *found: Finding) -> list[tuple[str, str]]:
    left = presidio._parted(found, GREEK.threshold_of, text)
    return sorted((text[f.span.start : f.span.end], f.entity_type) for f in left)


def test_the_name_model_gives_way_to_rules_on_their_words() -> None:
    text = "Κανάρη 14, Δράμα, δίπλα"
    guess = finding(0, 23, "ADDRESS", "NameRecognizer", 0.9)
    rules = [finding(0, 9, "ADDRESS", "A"), finding(11, 16, "LOCATION", "A", 0.6)]
    assert parted(text, guess, *rules) == [("Δράμα", "LOCATION"), ("Κανάρη 14", "ADDRESS"), ("δίπλα", "ADDRESS")]


def test_a_rule_that_does_not_count_takes_nothing_from_the_name_model() -> None:
    guess, rule = finding(0, 5, "PERSON", "NameRecognizer"), finding(0, 5, "URL", "A", 0.2)
    assert parted("Δράμα", guess, rule) == [("Δράμα", "PERSON"), ("Δράμα", "URL")]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8), st.booleans()), max_size=8))
def test_parting_loses_no_letter(places: list[tuple[int, int, bool]]) -> None:
    text = "αβ γδ, εζ η θι. κλ μν ξο πρ στ υφ χψ ωα"
    found = [finding(a, min(a + n, len(text)), "X", "NameRecognizer" if m else "A") for a, n, m in places]
    letters = {i for f in found for i in range(f.span.start, f.span.end) if text[i].isalnum()}
    left = list(presidio._parted(found, GREEK.threshold_of, text))
    assert letters == {i for f in left for i in range(f.span.start, f.span.end) if text[i].isalnum()}


@given(st.integers(0, 20), st.integers(1, 5), st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), max_size=5))
def test_numbers_that_meet_others_are_found_among_all(start: int, size: int, places: list[tuple[int, int]]) -> None:
    span, others = Span(start, start + size), [Span(a, a + n) for a, n in places]
    assert presidio._meets(span, merge_spans(others)) == any(span.overlaps(other) for other in others)


def test_many_findings_beside_a_guess_are_parted_in_linear_time() -> None:
    def part(size: int) -> None:
        found = [finding(at, at + 1, "EMAIL_ADDRESS", "EmailRecognizer") for at in range(0, size, 2)]
        guess = finding(0, 1, "PERSON", "NameRecognizer")
        assert list(presidio._parted([*found, guess], GREEK.threshold_of, "a " * size))

    assert grows_with_length(part, 20_000)


def test_the_receipt_names_the_model() -> None:
    assert "no-names" in PresidioFinder(GREEK).name
    assert "name-model" in PresidioFinder(GREEK, model_folder()).name


def test_the_model_finds_what_no_list_holds() -> None:
    text = "τον λογαριασμό τον πλήρωσε ο ξάδερφος ο Ζαχουλής Πετριντώνης χτες"
    assert any("Πετριντώνης" in found for found in texts(PresidioFinder(GREEK, model_folder()), text, "PERSON"))


def test_what_rules_found_is_cut_back_to_what_the_model_suspects(monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = PatternPolicy(entity="TICKET", regex="ticket [a-z]+")
    finder = PresidioFinder(DetectionPolicy(languages=("en",), patterns=(pattern,)), model_folder())
    text = "ticket lily, my son is nine years old, mail maria@example.gr, call six nine seven one two three four five six seven"
    asked: list[str] = []

    def suspected(_: NameRecognizer, text: str, doubts: Sequence[tuple[Span, float, bool]]) -> list[Span | None]:
        asked.extend(text[span.start : span.end] for span, _, _ in doubts)
        return [
            Span(span.start + 4, span.end) if "six nine" in text[span.start : span.end] else None
            for span, _, _ in doubts
        ]

    monkeypatch.setattr(NameRecognizer, "suspected", suspected)
    found = [text[f.span.start : f.span.end] for f in finder.find(text) if f.detector != "NameRecognizer"]
    number = "six nine seven one two three four five six seven"
    assert number in asked
    assert not {"ticket lily", "nine years old", "maria@example.gr"} & set(asked)
    assert {"ticket lily", "maria@example.gr", number[4:]} <= set(found)
    assert number not in found


def test_unannounced_quantities_are_left_where_the_model_suspects_nothing() -> None:
    policy = DetectionPolicy(languages=("el",))
    rules, both = PresidioFinder(policy), PresidioFinder(policy, model_folder())
    for quantity in (
        "το χαλί είναι ένα εξήντα επί δύο τριάντα και κοστίζει ογδόντα εννέα ευρώ",
        "το κανάλι άλλαξε θέση, από το τριάντα επτά πήγε στο εκατόν δύο",
    ):
        assert rules.find(quantity)
        assert not both.find(quantity)
    number = "ναι, έξι εννιά επτά δύο τριάντα τέσσερα πενήντα έξι δεκαοκτώ"
    assert {f.span for f in rules.find(number)} <= {f.span for f in both.find(number)}
