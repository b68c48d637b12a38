from __future__ import annotations

import numpy as np
import pytest

from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTextReader, ScriptedTranscriber
from redactor.errors import EngineError
from redactor.protocols import HeardWord, SeenWord
from redactor.regions import Box

SECOND = np.zeros(16000, np.float32)
WORD = HeardWord("hello", 0, 500, 0.9)


def test_a_transcriber_says_its_script_and_no_more() -> None:
    engine = ScriptedTranscriber([[WORD], []], language="en")
    assert engine.choose_language(SECOND, ("el", "en")) == "en"
    assert engine.choose_language(SECOND, ("el",)) == "el"
    assert engine.transcribe(SECOND, "en") == [WORD]
    assert engine.transcribe(SECOND, "en") == []
    with pytest.raises(EngineError, match="come to its end"):
        engine.transcribe(SECOND, "en")


def test_a_transcriber_may_be_a_function_of_the_sound() -> None:
    engine = ScriptedTranscriber(lambda samples, language: [HeardWord(language, 0, len(samples) // 16, 1.0)])
    assert engine.transcribe(SECOND, "el") == [HeardWord("el", 0, 1000, 1.0)]


def test_speech_is_cut_to_the_sound() -> None:
    assert ScriptedSpeechDetector().speech(SECOND) == ((0, 1000),)
    assert ScriptedSpeechDetector([]).speech(SECOND) == ()
    assert ScriptedSpeechDetector([(100, 200), (900, 1500), (2000, 3000)]).speech(SECOND) == ((100, 200), (900, 1000))


def test_a_text_reader_sees_its_words() -> None:
    word = SeenWord("hello", Box(0, 1, 2, 3, 4), 1.0, 0)
    pixels = np.zeros((8, 8, 3), np.uint8)
    assert ScriptedTextReader([word]).words(pixels) == [word]
    assert ScriptedTextReader(lambda picture: [word] * len(picture)).words(pixels) == [word] * 8
