from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest

from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTranscriber
from redactor.errors import MediaError, WithheldError
from redactor.evidence import Evidence, locate
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import HeardWord, Media
from redactor.readers import audio
from redactor.readers.audio import AudioReader
from redactor.readers.packing import PAD_MS
from redactor.regions import TimeRange
from tests.sound import syllables, write_wav

if TYPE_CHECKING:
    from redactor.protocols import Samples

ONE_LANGUAGE = {"detection": {"languages": ["en"]}}


def words(*items: tuple[str, int, int]) -> list[HeardWord]:
    return [HeardWord(text, start, end, 0.9) for text, start, end in items]


def policy(**audio_settings: object) -> Policy:
    return Policy.model_validate({**ONE_LANGUAGE, "audio": audio_settings})


def read(
    media: Media, script: list[list[HeardWord]], speech: list[tuple[int, int]] | None = None, **settings: object
) -> Evidence:
    # What was not heard at first is listened to by itself; the script says what comes of that, else nothing.
    engine = ScriptedTranscriber([*script, *[[]] * 4])
    return AudioReader(policy(**settings), engine, ScriptedSpeechDetector(speech)).read(media)


@pytest.fixture
def mono(tmp_path: Path) -> Media:
    # As loud everywhere: there is no quieter place to which the edge of a word would move.
    return write_wav(tmp_path / "a.wav", np.sign(syllables(6)) * 0.3)


def test_words_have_channel_time_and_confidence(mono: Media) -> None:
    evidence = read(mono, [words(("hello", 300, 1200), ("there", 1200, 2200))], [(1000, 3000)])
    assert evidence.text == "hello there"
    assert [w.region for w in evidence.words] == [TimeRange(0, 1000, 2000), TimeRange(0, 2000, 3000)]
    assert evidence.words[0].confidence == 0.9
    assert evidence.extent == (TimeRange(0, 0, 6000),)
    assert evidence.languages == ("en",)
    assert evidence.unread == ()


def test_a_pause_begins_a_new_line(mono: Media) -> None:
    script = [words(("a", 200, 700), ("b", 700, 1200), ("c", 1600 + 200, 2800))]
    evidence = read(mono, script, [(500, 1500), (3000, 4000)])
    assert evidence.text == "a b\nc"


def test_channels_are_heard_apart_and_come_in_order_of_time(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(8, channels=2))
    heard: list[np.ndarray] = []

    def script(samples: Samples, language: str) -> list[HeardWord]:
        heard.append(samples)
        if len(heard) == 1:
            return words(("first", 0, 1000), ("third", 4000, 5000))
        return words(("second", 2000, 3000), ("fourth", 6000, 7000)) if len(heard) == 2 else []

    gaps = ScriptedSpeechDetector([(0, 1000), (2000, 3000), (4000, 5000), (6000, 7000)])
    reader = AudioReader(policy(uncertain="keep"), ScriptedTranscriber(lambda s, lang: packed(script(s, lang))), gaps)
    evidence = reader.read(media)
    assert [(w.text, w.region.channel) for w in evidence.words if isinstance(w.region, TimeRange)] == [
        ("first", 0), ("second", 1), ("third", 0), ("fourth", 1),
    ]  # fmt: skip
    assert evidence.text == "first\nsecond\nthird\nfourth"
    assert abs(np.corrcoef(heard[0], heard[1])[0, 1]) < 0.1


def test_what_two_channels_carry_from_the_beginning_on_is_heard_once(tmp_path: Path) -> None:
    one = np.sign(syllables(6)) * 0.3
    media = write_wav(tmp_path / "a.wav", np.hstack([one, one]))
    evidence = read(media, [words(("hello", 200, 1200), ("there", 1200, 2200))], [(1000, 3000)], uncertain="keep")
    assert evidence.text == "hello there"
    assert evidence.extent == (TimeRange(0, 0, 6000),)


def test_a_channel_that_goes_its_own_way_is_heard_from_there_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "_CHUNK_S", 20)
    one = np.sign(syllables(60)) * 0.3
    other = one.copy()
    # Nobody hears what lies 80 dB below full scale; a voice that sets in is heard, and what was held back before it.
    other[: 8000 * 30] += np.float32(5e-5)
    other[8000 * 30 :] *= -0.5
    media = write_wav(tmp_path / "a.wav", np.hstack([one, other]))

    def hears(samples: Samples, _: str) -> list[HeardWord]:
        return words(*((f"word{at}", at, at + 500) for at in range(0, len(samples) // 16 - 500, 500)))

    evidence = AudioReader(policy(), ScriptedTranscriber(hears), ScriptedSpeechDetector()).read(media)
    ends = {place.channel: place.end_ms for place in evidence.extent if isinstance(place, TimeRange)}
    assert ends == {0: 60_000, 1: 60_000}
    said = [w.region for w in evidence.words if isinstance(w.region, TimeRange)]
    assert min(place.start_ms for place in said if place.channel == 1) < 30_000
    assert max(place.end_ms for place in said if place.channel == 1) > 59_000


def packed(items: list[HeardWord]) -> list[HeardWord]:
    """Times of the recording above as times in its window: one second of speech, padded, and a silence between."""
    at = {0: 0, 2000: 1400 + 200, 4000: 1400 + 1800 + 200, 6000: 1400 + 2 * 1800 + 200}
    return [HeardWord(w.text, at[w.start_ms] + 100, at[w.start_ms] + 900, w.confidence) for w in items]


def test_speech_without_words_is_masked_refused_or_kept_as_the_policy_says(mono: Media) -> None:
    speech, script = [(0, 1000), (3000, 5000)], [words(("a", 0, 1000))]
    assert read(mono, script, speech).unread == (TimeRange(0, 3000, 5000),)
    assert read(mono, script, speech, uncertain="keep").unread == ()
    with pytest.raises(WithheldError, match=r"2\.0 s of speech") as caught:
        read(mono, script, speech, uncertain="refuse")
    assert caught.value.reason == "UNREAD_SPEECH"


def test_what_a_recogniser_left_out_is_heard_by_itself(mono: Media) -> None:
    speech = [(0, 1000), (3000, 5000)]
    # In its own window the second stretch begins after 200 ms of quiet.
    evidence = read(mono, [words(("a", 0, 1000)), words(("behind", 0, 2200))], speech)
    assert evidence.text == "a\nbehind"
    assert evidence.unread == ()


def test_a_looping_recogniser_was_not_heard(mono: Media) -> None:
    loop = words(
        *((f"σκάλα{'.' * i}", 200 * i, 200 * i + 200) for i in range(8)), ("end of all that was said", 1600, 5000)
    )
    evidence = read(mono, [loop, loop], [(0, 5000)])
    assert evidence.unread == (TimeRange(0, 0, 1600),)
    assert evidence.text.endswith("end of all that was said")


def test_each_stretch_of_speech_that_a_loop_went_over_is_heard_by_itself(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", np.sign(syllables(12)) * 0.3)
    speech = [(0, 1000), (3000, 4000), (6000, 7000), (9000, 9500)]
    # Three stretches in one window: the recogniser goes round in circles from the second one on.
    circles = ((f"na{'.' * i}", 1900 + 250 * i, 2100 + 250 * i) for i in range(9))
    window = words(("begun", 200, 1100), *circles)
    script = [window, words(("second", 0, 1200)), words(("third", 0, 1200)), words(("closing", 200, 650))]
    evidence = read(media, script, speech)
    assert evidence.text.split("\n") == ["begun", "second", "third", "closing"]
    assert evidence.unread == ()


def test_an_empty_transcript_is_refused_not_passed(mono: Media) -> None:
    for uncertain in ("mask", "keep"):
        with pytest.raises(WithheldError) as caught:
            read(mono, [[]], uncertain=uncertain)
        assert caught.value.reason == "NO_WORDS"


def test_silence_is_refused(mono: Media) -> None:
    with pytest.raises(WithheldError) as caught:
        read(mono, [], [])
    assert caught.value.reason == "NO_SPEECH"


def test_an_output_may_have_nothing_left_to_hear(mono: Media) -> None:
    reader = AudioReader(policy(), ScriptedTranscriber([]), ScriptedSpeechDetector([]))
    assert reader.read_again(mono, ()).words == ()


def test_a_cut_off_recording_is_refused_before_anything_is_transcribed(mono: Media) -> None:
    mono.path.write_bytes(mono.path.read_bytes()[:-9000])
    with pytest.raises(MediaError) as caught:
        read(mono, [])
    assert caught.value.reason == "TRUNCATED"


def test_an_engine_that_hears_one_window_at_a_time_chooses_its_language_among_those_of_the_policy(
    tmp_path: Path,
) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(50))

    class Choosing(ScriptedTranscriber):
        asked: ClassVar[list[tuple[str, ...]]] = []

        def choose_language(self, samples: Samples, languages: object) -> str:
            self.asked.append(tuple(languages))  # type: ignore[call-overload]
            return "el" if len(self.asked) == 1 else "en"

    said = " and so on without a pause, from the beginning of a window to its very end"
    engine = Choosing(lambda samples, language: words((language + said, 0, len(samples) // 16)))
    evidence = AudioReader(Policy(), engine, ScriptedSpeechDetector()).read(media)
    assert set(engine.asked) == {("el", "en")}
    assert [w.text[:2] for w in evidence.words] == ["el", *["en"] * (len(engine.asked) - 1)]
    assert len(engine.asked) >= 2
    assert set(evidence.languages) == {"el", "en"}


def test_long_recordings_are_heard_in_chunks_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "_CHUNK_S", 20)
    rate, seconds = 8000, 95
    sound = np.zeros((rate * seconds, 1), np.float32)
    bursts = [(s, s + 1.5) for s in np.arange(0.7, 93, 2.9)]
    for start, end in bursts:
        sound[int(start * rate) : int(end * rate)] = 0.3
    media = write_wav(tmp_path / "a.wav", sound * np.sign(syllables(seconds)))

    class Energy:
        def speech(self, samples: Samples) -> list[tuple[int, int]]:
            loud = np.abs(samples[: len(samples) // 160 * 160]).reshape(-1, 160).max(axis=1) > 0.1
            edges = np.flatnonzero(np.diff(np.r_[False, loud, False]))
            return [(int(a) * 10, int(b) * 10) for a, b in edges.reshape(-1, 2)]

    heard: list[Samples] = []

    def hears(samples: Samples, language: str) -> list[HeardWord]:
        heard.append(samples)
        return [HeardWord("hey", start, end, 1.0) for start, end in Energy().speech(samples)]

    shares: list[float] = []
    took: Counter[str] = Counter()
    reader = AudioReader(
        policy(),
        ScriptedTranscriber(hears),
        Energy(),
        lambda stage, share: shares.append(share),
        took=lambda stage, seconds: took.update([stage]),
    )
    evidence = reader.read(media)
    times = [w.region for w in evidence.words]
    assert len(times) == len(bursts)
    for region, (start, end) in zip(times, bursts, strict=True):
        assert isinstance(region, TimeRange)
        assert region.start_ms == pytest.approx(start * 1000, abs=25)
        assert region.end_ms == pytest.approx(end * 1000, abs=25)
    # Voices begin a little before they are noticed: every utterance is heard with what stands before it.
    assert all(np.abs(window[: PAD_MS * 16]).max() < 0.1 for window in heard)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert took.keys() == {"decode", "vad", "recognise"}


def test_what_is_covered_is_not_listened_to_again(mono: Media) -> None:
    class Loudness(ScriptedSpeechDetector):
        def speech(self, samples: Samples) -> list[tuple[int, int]]:
            loud = np.flatnonzero(np.abs(samples) > 0)
            heard.append((int(loud[0]) // 16, int(loud[-1]) // 16) if len(loud) else (0, 0))
            return []

    heard: list[tuple[int, int]] = []
    reader = AudioReader(policy(), ScriptedTranscriber([]), Loudness([]))
    evidence = reader.read_again(mono, [Redaction("PERSON", (TimeRange(0, 0, 400),), 1.0, "cover")])
    assert heard[0][0] >= 400
    assert evidence.text == "[PERSON]"


class Bilingual(ScriptedTranscriber):
    """A recogniser of many windows that knows the language of each stretch by its level, and says it."""

    def __init__(self) -> None:
        super().__init__([])
        self.decoded: list[str] = []

    def encode(self, windows: Sequence[Samples]) -> Sequence[object]:
        return windows

    def language_odds(
        self, encoding: object, spans: Sequence[tuple[int, int]], languages: Sequence[str]
    ) -> Sequence[Mapping[str, float]]:
        assert isinstance(encoding, np.ndarray)
        loud = [float(np.abs(encoding[a * 16 : b * 16]).max()) > 0.5 for a, b in spans]
        return [{"el": -6.0, "en": 0.0} if one else {"el": 0.0, "en": -6.0} for one in loud]

    def decode(
        self, encodings: Sequence[object], languages: Sequence[str], *, thorough: bool
    ) -> Sequence[Sequence[HeardWord]]:
        self.decoded += languages
        sizes = [len(e) // 16 for e in encodings if isinstance(e, np.ndarray)]
        said = " and so on, from its beginning to its end"
        return [words((one + said, 200, size - 200)) for one, size in zip(languages, sizes, strict=True)]


def test_the_language_is_chosen_for_each_utterance(tmp_path: Path) -> None:
    sound = np.sign(syllables(20)) * 0.2
    sound[8000 * 8 : 8000 * 12] *= 4
    media = write_wav(tmp_path / "a.wav", sound)
    engine = Bilingual()
    stretches = ScriptedSpeechDetector([(1000, 6000), (8100, 11_900), (14_000, 18_000)])
    evidence = AudioReader(Policy(), engine, stretches).read(media)
    # The Greek before and after the English is one window, and one word here.
    assert [w.text[:2] for w in evidence.words] == ["el", "en"]
    assert engine.decoded == ["el", "en"]
    middle = evidence.words[1].region
    assert isinstance(middle, TimeRange)
    assert (middle.start_ms, middle.end_ms) == (pytest.approx(8100, abs=250), pytest.approx(11_900, abs=250))
    assert evidence.languages == ("el", "en")


def test_key_tones_are_reported_on_their_channel(tmp_path: Path) -> None:
    sound = np.sign(syllables(12, channels=2)) * 0.1
    at = np.arange(800) / 8000
    for start in (6.0, 6.3, 6.6):
        first = int(start * 8000)
        sound[first : first + 800, 1] = 0.2 * (np.sin(2 * np.pi * 770 * at) + np.sin(2 * np.pi * 1336 * at))
    media = write_wav(tmp_path / "a.wav", sound)
    evidence = AudioReader(
        policy(uncertain="keep"),
        ScriptedTranscriber([words(("a", 0, 900)), [], []]),
        ScriptedSpeechDetector([(0, 1000)]),
    ).read(media)
    (tones,) = evidence.tones
    assert isinstance(tones, TimeRange)
    assert (tones.channel, tones.start_ms, tones.end_ms) == (
        1,
        pytest.approx(6000, abs=32),
        pytest.approx(6700, abs=32),
    )
    assert [r.entity_type for r in locate(evidence, [])] == ["KEY_TONES"]
