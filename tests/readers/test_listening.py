"""What is heard in each language when the sound does not tell which it is."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from redactor.protocols import HeardWord
from redactor.readers.heard import Timed
from redactor.readers.languages import Choice
from redactor.readers.listening import Listener, Part, Talk, surest

if TYPE_CHECKING:
    from redactor.protocols import Samples


def timed(text: str, confidence: float, start_ms: int = 0) -> list[Timed]:
    words = text.split()
    return [Timed(word, start_ms + 200 * i, start_ms + 200 * i + 180, confidence) for i, word in enumerate(words)]


def unsure(start_ms: int, end_ms: int, language: str = "el", margin: float = 0.0) -> tuple[Choice, tuple[int, int]]:
    return Choice(language, margin), (start_ms, end_ms)


def test_of_two_answers_the_surer_one_is_believed_for_each_utterance() -> None:
    greek = [*timed("καλημέρα σας", 0.7), *timed("λέβαια να σας", 0.2, 5_000)]
    english = [*timed("calimera sas", 0.3), *timed("do you speak", 0.9, 5_000)]
    told = surest([("el", greek), ("en", english)], [unsure(0, 1_000), unsure(5_000, 6_000)])
    assert [language for language, _ in told] == ["el", "en"]
    assert [" ".join(word.text for word in words) for _, words in told] == ["καλημέρα σας", "do you speak"]


def test_greek_in_latin_letters_is_not_believed_for_a_little_more_sureness() -> None:
    told = surest([("el", timed("η διεύθυνσή σας", 0.50)), ("en", timed("i diev sin", 0.55))], [unsure(0, 900)])
    assert told[0][0] == "el"


def test_what_the_neighbours_say_counts_with_it() -> None:
    said = [("el", timed("η επιστροφή των τριάντα", 0.4)), ("en", timed("y pistrofi ton", 0.65))]
    assert surest(said, [unsure(0, 900, margin=0.9)])[0][0] == "el"
    assert surest(said, [unsure(0, 900, "en", margin=0.9)])[0][0] == "en"
    assert surest(said, [unsure(0, 900)])[0][0] == "en"


def test_words_of_a_dictionary_count_where_greek_was_written_as_it_sounds() -> None:
    said = [("el", timed("στην αδερφή μου στην αγγλία", 0.62)), ("en", timed("stina derfimus in anglia", 0.53))]
    assert surest(said, [unsure(0, 900, "en", margin=0.87)])[0][0] == "el"
    said = [("el", timed("μαλιστακύρια μίλερ", 0.45)), ("en", timed("malista kirje miller", 0.56))]
    assert surest(said, [unsure(0, 900, "el", margin=0.13)])[0][0] == "el"
    heard = [("el", timed("ωρ ντουγιου σπικ ινγκλις", 0.53)), ("en", timed("how do you speak english", 0.8))]
    assert surest(heard, [unsure(0, 900, "el", margin=0.87)])[0][0] == "en"


def test_an_utterance_without_words_in_one_language_is_in_the_other() -> None:
    assert surest([("el", timed("ναι", 0.01)), ("en", [])], [unsure(0, 900)])[0][0] == "el"
    assert surest([("el", []), ("en", timed("yes", 0.01))], [unsure(0, 900)])[0][0] == "en"
    assert surest([("el", []), ("en", [])], [unsure(0, 900)])[0][1] == []


_WORD = {"el": "ακούω", "en": "heard"}


class _Engine:
    """Says the same words of every window of a language; how Greek each utterance sounds is given."""

    def __init__(self, ratios: Sequence[float], sure: Mapping[str, float]) -> None:
        self.ratios, self.sure = list(ratios), sure
        self.asked: list[str] = []

    def encode(self, windows: Sequence[Samples]) -> Sequence[object]:
        return list(windows)

    def language_odds(
        self, encoding: object, spans: Sequence[tuple[int, int]], languages: Sequence[str]
    ) -> Sequence[Mapping[str, float]]:
        assert encoding is not None
        assert tuple(languages) == ("el", "en")
        return [{"el": self.ratios.pop(0), "en": 0.0} for _ in spans]

    def decode(
        self, encodings: Sequence[object], languages: Sequence[str], *, thorough: bool
    ) -> Sequence[Sequence[HeardWord]]:
        assert len(encodings) == len(languages)
        assert thorough
        self.asked += languages
        return [[HeardWord(_WORD[language], 300, 2_000, self.sure[language])] for language in languages]


def hear(ratios: Sequence[float], sure: Mapping[str, float]) -> tuple[list[str], list[str], Talk]:
    engine = _Engine(ratios, sure)
    part = Part(np.zeros(16_000 * 4, np.float32), 0, [(0, 3_000)])
    talk = Talk(1)
    Listener(engine, ("el", "en"), lambda _: contextlib.nullcontext()).hear([part], talk, thorough=True)
    return [word.text for word in part.words], engine.asked, talk


def test_what_is_in_doubt_is_heard_in_both_languages() -> None:
    assert hear([-1.5], {"el": 0.3, "en": 0.9})[:2] == (["heard"], ["el", "en"])
    words, _, talk = hear([-1.5], {"el": 0.9, "en": 0.3})
    assert words == ["ακούω"]
    assert talk.heard == {"el": 3_000 * 16}


def test_what_is_clear_is_heard_once() -> None:
    assert hear([2.0], {"el": 0.1, "en": 0.9})[:2] == (["ακούω"], ["el"])
    assert hear([-6.0], {"el": 0.9, "en": 0.1})[:2] == (["heard"], ["en"])
