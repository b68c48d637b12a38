"""The witness of sound: the correct output passes, what is left or badly covered does not."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redactor import pipeline
from redactor.assembly import Assembly
from redactor.detection import Detector
from redactor.engines.faster_whisper import SileroSpeechDetector
from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTranscriber
from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import HeardWord, Media, Witness
from redactor.readers.audio import AudioReader
from redactor.regions import TimeRange
from redactor.removed import Removed, removed
from redactor.witnesses.sound import SoundWitness
from tests.scripted import WordFinder
from tests.sound import syllables, write_wav

if TYPE_CHECKING:
    from redactor.protocols import Samples

SAMPLE = Path(__file__).parents[2] / "samples/calls/bank-en.mp3"
POLICY = Policy.model_validate({"detection": {"languages": ["en"]}, "audio": {"mask": "silence"}})
PLACE = TimeRange(0, 8500, 9500)
COVER = Redaction("PHONE_NUMBER", (PLACE,), 1.0, "cover")
SPOKEN = "zero nine zero four five six"
PHONE = Removed("six nine seven one two three four five six seven", "PHONE_NUMBER", (PLACE,))


@pytest.fixture
def output(tmp_path: Path) -> Media:
    sound = syllables(10)
    sound[8500 * 8 : 9500 * 8] = 0
    return write_wav(tmp_path / "out.wav", sound)


class Says(ScriptedTranscriber):
    """Says the same in every window, word after word."""

    def __init__(self, text: str) -> None:
        super().__init__(self._words, language="en")
        self.text = text
        self.windows = 0

    def _words(self, samples: "Samples", language: str) -> Sequence[HeardWord]:
        self.windows += 1
        words = self.text.split()
        step = len(samples) // 16 // max(1, len(words))
        return [HeardWord(word, at * step, (at + 1) * step, 0.9) for at, word in enumerate(words)]


def witness(engine: Says, *, reader: AudioReader | None = None) -> SoundWitness:
    finder = WordFinder({"4539148803436467": "CREDIT_CARD", SPOKEN: "GR_AFM", "jane": "PERSON"})
    detector = Detector(POLICY.detection, [finder])
    return SoundWitness(POLICY, engine, ScriptedSpeechDetector([(0, 8000)]), detector, reader=reader)


def test_a_correct_output_passes(output: Media) -> None:
    made: Witness = witness(Says("thank you for calling us today"))
    assert made.left(output, [COVER], [PHONE], "changed") == ()
    assert made.left(output, [COVER], [PHONE], "full") == ()
    assert made.name == "sound witness (scripted)"


def test_a_value_that_is_still_said_is_found_where_it_is_said(output: Media) -> None:
    left = witness(Says("please nine seven one two three thanks")).left(output, [COVER], [PHONE], "full")
    assert left
    for found in left:
        assert (found.entity_type, found.detector) == ("PHONE_NUMBER", "witness")
        assert len(found.regions) == 5
        assert not any(isinstance(region, TimeRange) and region.overlaps(PLACE) for region in found.regions)


def test_what_the_detector_is_sure_of_counts_when_it_is_a_number(output: Media) -> None:
    left = witness(Says("hello jane your card 4539148803436467")).left(output, [COVER], [PHONE], "full")
    assert {found.entity_type for found in left} == {"CREDIT_CARD"}


def test_a_number_that_is_said_in_words_counts_as_well(output: Media) -> None:
    left = witness(Says(f"well {SPOKEN} thanks")).left(output, [COVER], [], "full")
    assert {found.entity_type for found in left} == {"GR_AFM"}


def test_a_removed_value_without_a_cover_is_withheld(output: Media) -> None:
    beside = Removed(PHONE.text, "PHONE_NUMBER", (TimeRange(0, 6000, 7000),))
    with pytest.raises(WithheldError, match=r"has no cover \(channel 0 at 6\.0 s\)"):
        witness(Says("hello")).left(output, [COVER], [beside], "changed")


def test_speech_without_a_word_is_no_reading(output: Media) -> None:
    with pytest.raises(WithheldError) as caught:
        witness(Says("")).left(output, [COVER], [PHONE], "full")
    assert caught.value.reason == "SECOND_READING_SHORT"


def test_a_cover_that_does_not_cover_is_withheld_before_anything_is_heard(output: Media) -> None:
    engine = Says("hello")
    with pytest.raises(WithheldError) as caught:
        witness(engine).left(output, [Redaction("PERSON", (TimeRange(0, 8250, 9500),), 1.0, "cover")], (), "changed")
    assert caught.value.reason == "COVER_DOES_NOT_COVER"
    assert engine.windows == 0


def test_what_the_second_reading_heard_is_not_listened_to_once_more(output: Media) -> None:
    engine = Says("thank you for calling")
    reader = AudioReader(POLICY, engine, ScriptedSpeechDetector([(0, 8000)]))
    reader.read_again(output, [COVER])
    heard = engine.windows
    assert witness(engine, reader=reader).left(output, [COVER], [PHONE], "changed") == ()
    assert engine.windows == heard > 0


def test_an_output_that_cannot_be_decoded_is_withheld(tmp_path: Path) -> None:
    broken = Media(tmp_path / "out.wav", "audio", "wav")
    broken.path.write_bytes(b"RIFF0000WAVE")
    with pytest.raises(WithheldError) as caught:
        witness(Says("hello")).left(broken, [COVER], (), "changed")
    assert caught.value.reason == "BAD_DRAFT"


@pytest.mark.slow
def test_real_ears_pass_the_output_of_a_call_and_catch_its_sabotages(tmp_path: Path) -> None:
    assembly = Assembly(Policy())
    media = Media(SAMPLE, "audio", "mp3")
    draft = pipeline.run(media, assembly, tmp_path, lambda stage, share: None)
    reader = assembly.reader("audio")
    assert isinstance(reader, AudioReader)
    made = SoundWitness(
        assembly.policy, assembly.transcriber(), SileroSpeechDetector(), assembly.detector(), reader=reader
    )
    output = Media(draft.medium, "audio", "mp3")
    values = removed(draft.evidence, draft.redactions)
    assert values
    assert made.left(output, draft.covers, values, "changed") == ()

    for shift in (-400, -250, -150, 150, 250, 400):
        moved = [
            Redaction(
                c.entity_type, (TimeRange(r.channel, max(0, r.start_ms + shift), r.end_ms + shift),), 1.0, "cover"
            )
            for c in draft.covers
            for r in c.regions
            if isinstance(r, TimeRange)
        ]
        with pytest.raises(WithheldError, match="does not cover"):
            made.check(output, moved)
    with pytest.raises(WithheldError, match="does not cover"):
        made.check(media, draft.covers)
    for missing in draft.covers:
        with pytest.raises(WithheldError, match="does not cover"):
            made.check(media, [missing])
        with pytest.raises(WithheldError, match="no cover"):
            made.left(output, [cover for cover in draft.covers if cover is not missing], values, "changed")
    spoken = [Removed(value.text, value.entity_type, ()) for value in values]
    assert made.left(media, (), spoken, "full")
