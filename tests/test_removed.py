from dataclasses import replace

from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.half_covered import half_covered
from redactor.regions import Box, Span, TimeRange
from redactor.removed import Removed, removed

TEXT = "Καλέστε Μαρία 6972341520 τώρα"


def test_a_value_is_what_stands_under_its_regions_in_their_order():
    words = tuple(Word(t, Box(0, 0, i, 1, i + 1)) for i, t in enumerate(TEXT.split()))
    regions = (words[1].region, words[2].region)
    (value,) = removed(Evidence(words), [Redaction("PERSON", regions, 1.0, "x")])
    assert (value.text, value.regions) == ("Μαρία 6972341520", regions)
    assert "Μαρία" not in repr(value)


def test_a_word_of_a_text_is_cut_to_what_is_covered_of_it():
    evidence = Evidence((Word(TEXT, Span(10, 10 + len(TEXT))),))
    redactions = [Redaction("PHONE_NUMBER", evidence.locate(Span(14, 24)), 1.0, "x")]
    assert [value.text for value in removed(evidence, redactions)] == [TEXT[14:24]]


def test_what_has_no_words_has_no_value():
    evidence = Evidence((Word("a", Box(0, 0, 0, 1, 1)),))
    face = Redaction("FACE", (Box(0, 5, 5, 9, 9),), 1.0, "x")
    unread = Redaction("UNCERTAIN", (Box(0, 0, 0, 1, 1),), 1.0, "x")
    assert removed(evidence, [face, unread]) == ()


def test_what_another_listening_found_is_what_this_one_heard_there():
    said = [("στο", 0, 400), ("αρειρείω", 400, 1500), ("μελπω", 1500, 2200), ("αρειρείω", 2200, 3300)]
    evidence = Evidence(tuple(Word(text, TimeRange(0, start, end)) for text, start, end in said))
    again = Redaction("PERSON", (TimeRange(0, 2380, 3290),), 0.99, "x")
    (value,) = removed(evidence, [again])
    assert (value.text, value.regions) == ("αρειρείω", again.regions)
    assert removed(evidence, [replace(again, score=0.5)]) == ()


def test_a_value_that_a_cover_reaches_into_and_leaves_most_of_is_found():
    said = [("στο", 0, 400), ("αρειρείω", 400, 1500), ("μελπω", 1500, 2200), ("αρειρείω", 2200, 3300)]
    evidence = Evidence(tuple(Word(text, TimeRange(0, start, end)) for text, start, end in said))
    covers = (Redaction("PERSON", (TimeRange(0, 1300, 3300),), 1.0, "cover"),)
    values = (Removed("αρειρείω", "PERSON", (TimeRange(0, 2380, 3290),)),)
    (found,) = half_covered(evidence, covers, values, "[{type}]")
    assert found.regions == (TimeRange(0, 400, 1500),)
    most = (Redaction("PERSON", (TimeRange(0, 900, 3300),), 1.0, "cover"),)
    assert half_covered(evidence, most, values, "[{type}]") == ()
