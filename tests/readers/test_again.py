"""A second listening: faster, beside the covers, and given to the next who asks."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redactor.detection import Detector
from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTranscriber
from redactor.errors import WithheldError
from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import HeardWord, Media
from redactor.readers.audio import AudioReader
from redactor.readers.hurried import Hurried, shortened
from redactor.readers.listening import OneByOne
from redactor.readers.nearby import inside, near, voices
from redactor.readers.once import Once
from redactor.regions import TimeRange
from redactor.verify import second_reading
from tests.scripted import WordFinder
from tests.sound import syllables, write_wav

if TYPE_CHECKING:
    from redactor.protocols import Samples

ENGLISH = {"detection": {"languages": ["en"]}}


def test_shortened_sound_is_the_same_tone_higher_and_as_loud() -> None:
    seconds, speed = 2, 1.06
    tone = np.sin(2 * np.pi * 1000 / 16_000 * np.arange(16_000 * seconds)).astype(np.float32)
    short = shortened(tone, speed)
    assert len(short) == round(len(tone) / speed)
    peak = np.argmax(np.abs(np.fft.rfft(short))) * 16_000 / len(short)
    assert peak == pytest.approx(1000 * speed, abs=1)
    assert np.square(short).mean() == pytest.approx(np.square(tone).mean(), rel=0.01)
    assert len(shortened(tone[:1], speed)) == 1


def test_times_are_given_back_as_they_were() -> None:
    lengths: list[int] = []

    def hears(samples: "Samples", language: str) -> list[HeardWord]:
        lengths.append(len(samples))
        return [HeardWord("end", 0, len(samples) // 16, 1.0)]

    engine = Hurried(OneByOne(ScriptedTranscriber(hears, language="en")), 1.06)
    encodings = engine.encode([np.zeros(16_000 * 31, np.float32)])
    ((word,),) = engine.decode(encodings, ["en"], thorough=False)
    assert lengths[0] <= 16_000 * 30
    assert (word.start_ms, word.end_ms) == (0, pytest.approx(31_000, abs=3))
    (odds,) = engine.language_odds(encodings[0], [(0, 31_000)], ["el", "en"])
    assert odds["en"] > odds["el"]


def test_near_is_inside_the_recording_and_united() -> None:
    places = [
        TimeRange(0, 1000, 2000),
        TimeRange(0, 5000, 6000),
        TimeRange(1, 9000, 9500),
        TimeRange(0, 30_000, 31_000),
    ]
    assert near(places, 20_000) == (TimeRange(0, 0, 8500), TimeRange(1, 6500, 12_000))


def test_speech_is_cut_where_it_is_quiet_and_lies_beside_what_is_looked_at() -> None:
    sound = np.ones(16 * 20_000, np.float32)
    sound[16 * 8300 : 16 * 8450] = 0
    kept = list(inside([(0, 1000), (2000, 20_000)], [TimeRange(0, 0, 3000), TimeRange(0, 6000, 8000)], sound, 0))
    assert kept[0] == (0, 1000)
    assert kept[1][0] == 2000
    assert 3000 <= kept[1][1] <= 3700
    assert 5300 <= kept[2][0] <= 6000
    assert kept[2][1] == pytest.approx(8350, abs=60)
    assert list(inside([(0, 1000)], [], sound, 0)) == []
    assert list(inside([(0, 1000), (1200, 1300)], [TimeRange(0, 0, 21_000)], sound, 0)) == [(0, 1000), (1200, 1300)]


def test_voices_are_sought_beside_what_is_looked_at_only() -> None:
    heard: list[int] = []

    class Everywhere:
        def speech(self, samples: "Samples") -> Sequence[tuple[int, int]]:
            heard.append(len(samples) // 16)
            return [(0, 500), (1000, len(samples) // 16)]

    sound = np.ones(16 * 60_000, np.float32)
    places = [TimeRange(0, 90_000, 101_000), TimeRange(0, 120_000, 125_000), TimeRange(0, 126_000, 127_000)]
    # The sound begins 100 s into the recording: the first place reaches into it, the others are near each other.
    found = voices(Everywhere(), sound, places, 100_000)
    assert heard == [3000, 11_000]
    assert found == [(0, 500), (1000, 3000), (18_000, 18_500), (19_000, 29_000)]
    assert voices(Everywhere(), sound, [TimeRange(0, 0, 50_000), TimeRange(0, 170_000, 171_000)], 100_000) == []
    assert voices(Everywhere(), sound, [TimeRange(0, 0, 200_000)], 100_000) == [(0, 500), (1000, 60_000)]


def listening(scope: str, media: Media, covers: Sequence[Redaction]) -> tuple[int, AudioReader, list[str]]:
    """Milliseconds that the engine was given, for a call in which somebody speaks all the time."""
    given: list[int] = []

    def hears(samples: "Samples", language: str) -> list[HeardWord]:
        given.append(len(samples) // 16)
        return [HeardWord("word" * 20, 0, len(samples) // 16, 1.0)]

    policy = Policy.model_validate({**ENGLISH, "verify": {"mode": scope}})
    reader = AudioReader(policy, ScriptedTranscriber(hears), ScriptedSpeechDetector())
    words = [word.text for word in reader.read_again(media, covers).words]
    return sum(given), reader, words


def test_only_what_stands_beside_a_cover_is_heard_again_unless_all_is_asked_for(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(40))
    covers = [Redaction("PERSON", (TimeRange(0, 20_000, 21_000),), 1.0, "cover")]
    beside, reader, words = listening("changed", media, covers)
    everything, _, _ = listening("full", media, covers)
    assert 5000 < beside < 8000
    assert everything > 35_000
    assert "[PERSON]" in words
    assert reader.read_again(media, covers).extent == (TimeRange(0, 17_500, 23_500),)
    nothing, _, words = listening("changed", media, [])
    assert (nothing, words) == (0, [])


def test_what_the_first_reading_was_not_sure_of_is_heard_again(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(40))
    given: list[int] = []

    def hears(samples: "Samples", language: str) -> list[HeardWord]:
        given.append(len(samples) // 16)
        return [HeardWord("word" * 20, 0, len(samples) // 16, 1.0)]

    reader = AudioReader(Policy.model_validate(ENGLISH), ScriptedTranscriber(hears), ScriptedSpeechDetector())
    for sure, expected in ((0.1, 5500), (0.9, 0)):
        given.clear()
        first = Evidence(
            (Word("word", TimeRange(0, 20_000, 20_500), sure), Word("other", TimeRange(0, 1000, 2000), 0.9))
        )
        detector = Detector(Policy().detection, [WordFinder({})])
        again = second_reading(media, reader, detector, [], "[{type}]", first=first)
        assert again.left == ()
        assert sum(given) == pytest.approx(expected, abs=1500)


def test_speech_without_a_word_is_no_reading(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(10))
    reader = AudioReader(
        Policy.model_validate(ENGLISH), ScriptedTranscriber(lambda samples, language: []), ScriptedSpeechDetector()
    )
    with pytest.raises(WithheldError) as caught:
        reader.read_again(media, [Redaction("PERSON", (TimeRange(0, 4000, 5000),), 1.0, "cover")])
    assert caught.value.reason == "SECOND_READING_SHORT"


def test_an_answer_is_given_once_more_and_then_forgotten() -> None:
    asked: list[int] = []
    once: Once[int] = Once()
    answers = [once.get("a", lambda: asked.append(1) or len(asked)) for _ in range(4)]
    assert answers == [1, 1, 2, 2]
    for key in range(20):
        once.get(key, lambda: 0)
    assert once.get(0, lambda: 7) == 7
