"""Calls through the whole path: key tones with a scripted recogniser, two languages at once with the real one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from redactor.engines import ffmpeg
from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTranscriber
from redactor.errors import WithheldError
from redactor.library import Redactor
from redactor.policy import Policy
from redactor.protocols import HeardWord, Media
from redactor.readers.audio import AudioReader
from redactor.readers.keytones import key_tones
from tests.scripted import WordFinder
from tests.sound import heard, syllables, write_wav

SAMPLES = Path(__file__).parents[1] / "samples"


def test_key_tones_are_masked_and_never_written_down(tmp_path: Path) -> None:
    sound = syllables(12, channels=2)
    at = np.arange(800) / 8000
    for key, start in enumerate(np.arange(6.0, 7.5, 0.3)):
        low, high = (697, 770, 852, 941)[key % 4], (1209, 1336, 1477)[key % 3]
        first = int(start * 8000)
        sound[first : first + 800, 1] = 0.25 * (np.sin(2 * np.pi * low * at) + np.sin(2 * np.pi * high * at))
    media = write_wav(tmp_path / "call.wav", sound)
    engine = ScriptedTranscriber(lambda samples, language: [HeardWord("ναι", 300, 900, 0.9)])
    reader = AudioReader(Policy(), engine, ScriptedSpeechDetector([(500, 1500)]))
    redactor = Redactor(finder=WordFinder({}), readers={"audio": reader})
    receipt = redactor.redact_file(media.path, tmp_path / "out")
    assert dict(receipt.counts) == {"KEY_TONES": 1}
    copy = heard(Media(tmp_path / "out" / "call.wav", "audio", "wav"), rate_hz=16_000)
    assert list(key_tones(np.ascontiguousarray(copy[:, 1], dtype=np.float32))) == []
    # The other channel carries no tones and stays as it was.
    np.testing.assert_array_equal(heard(Media(tmp_path / "out" / "call.wav", "audio", "wav"))[:, 0], heard(media)[:, 0])
    text = (tmp_path / "out" / "call.txt").read_text(encoding="utf-8")
    assert text.count("[KEY_TONES]") == 1


def test_a_value_on_two_equal_channels_is_heard_once_and_masked_on_both(tmp_path: Path) -> None:
    one = syllables(12)
    media = write_wav(tmp_path / "call.wav", np.hstack([one, one]))
    engine = ScriptedTranscriber(
        lambda samples, language: [
            HeardWord("με", 300, 500, 0.9),
            HeardWord("λένε", 500, 900, 0.9),
            HeardWord("εδώ", 900, 1400, 0.9),
            HeardWord("Ζωή", 1400, 2300, 0.9),
        ]
    )
    reader = AudioReader(Policy(), engine, ScriptedSpeechDetector([(200, 2500)]))
    redactor = Redactor(finder=WordFinder({"Ζωή": "PERSON"}), readers={"audio": reader})
    redactor.redact_file(media.path, tmp_path / "out")
    copy = heard(Media(tmp_path / "out" / "call.wav", "audio", "wav"))
    np.testing.assert_array_equal(copy[:, 0], copy[:, 1])
    assert abs(np.corrcoef(copy[13_000:17_000, 1], one[13_000:17_000, 0])[0, 1]) < 0.1
    # The second channel says nothing of its own, and nobody knows who of the two speaks; the cover reaches over "εδώ".
    text = (tmp_path / "out" / "call.txt").read_text(encoding="utf-8")
    assert text.count("[PERSON]") == 1
    assert [line.split("] ", 1)[1] for line in text.splitlines()] == ["channel 1: με λένε [PERSON]"]


@pytest.mark.slow
def test_two_languages_at_once_end_in_a_masked_call_or_a_refusal(tmp_path: Path) -> None:
    names = ("energy-el.wav", "bank-en.mp3")
    voices = []
    for name in names:
        path = SAMPLES / "calls" / name
        blocks = list(ffmpeg.decode(path, ffmpeg.probe(path, path.suffix[1:]), rate_hz=8000))
        voices.append(np.concatenate(blocks).sum(axis=1)[: 25 * 8000])
    write_wav(tmp_path / "both.wav", (0.5 * sum(voices)).clip(-1, 1).astype(np.float32)[:, None])
    try:
        receipt = Redactor().redact_file(tmp_path / "both.wav", tmp_path / "out")
    except WithheldError:
        assert not (tmp_path / "out" / "both.wav").exists()
        return
    assert sum(count for _, count in receipt.counts) >= 3
    text = (tmp_path / "out" / "both.txt").read_text(encoding="utf-8")
    for name in names:
        gold = json.loads((SAMPLES / "gold" / "calls" / f"{Path(name).stem}.json").read_text(encoding="utf-8"))
        assert not [item for item in gold["pii"] if item["text"] in text]
