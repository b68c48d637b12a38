from redactor.engines.whisper_words import join_words
from redactor.protocols import HeardWord


def test_pieces_without_a_blank_belong_to_the_word_before() -> None:
    pieces = [(" 804", 0.0, 0.5, 0.9), ("-127", 0.5, 0.81, 0.4), ("-65.", 0.9, 1.2, 0.8), (" Yes", 2.0, 2.2, 0.7)]
    assert join_words(pieces) == (HeardWord("804-127-65.", 0, 1200, 0.4), HeardWord("Yes", 2000, 2200, 0.7))


def test_times_are_rounded_outward_and_never_turned_round() -> None:
    assert join_words([("a", 0.0014, 0.0016, 1.2)]) == (HeardWord("a", 1, 2, 1.0),)
    assert join_words([(" a", 0.5, 0.4, 0.5)]) == (HeardWord("a", 500, 500, 0.5),)


def test_blank_pieces_are_no_words() -> None:
    assert join_words([(" ", 0, 1, 1), ("", 0, 1, 1)]) == ()
