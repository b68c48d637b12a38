from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.regions import Box, Span
from redactor.removed import removed

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
