from __future__ import annotations

import socket
import threading
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from redactor.engines import models
from redactor.engines.faster_whisper import FasterWhisperTranscriber, SileroSpeechDetector
from redactor.errors import EngineError, MissingEngineError
from redactor.protocols import BatchTranscriber, SpeechDetector, Transcriber

SECOND = np.zeros(16000, np.float32)


def test_it_says_what_is_missing(tmp_path: Path) -> None:
    engine: Transcriber = FasterWhisperTranscriber(tmp_path, "whisper-base")
    assert engine.choose_language(SECOND, ["el"]) == "el"
    with pytest.raises(MissingEngineError, match=r"model\.bin, config\.json, tokenizer\.json missing"):
        engine.transcribe(SECOND, "el")


def test_the_name_tells_engine_version_and_model(tmp_path: Path) -> None:
    version = metadata.version("faster-whisper")
    assert FasterWhisperTranscriber(tmp_path, "m", beam=3).name == f"faster-whisper {version} m beam 3, again 1"


def test_a_broken_model_is_an_engine_error(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"nonsense")
    with pytest.raises(EngineError, match="cannot be loaded"):
        FasterWhisperTranscriber(tmp_path, "m").transcribe(SECOND, "el")


def test_silence_tones_and_noise_are_not_speech() -> None:
    detector: SpeechDetector = SileroSpeechDetector()
    at = np.arange(16000 * 3)
    tone = (0.1 * np.sin(2 * np.pi * 1000 / 16000 * at)).astype(np.float32)
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, 48000).astype(np.float32)
    for sound in (np.zeros(48000, np.float32), tone, noise, np.zeros(0, np.float32)):
        assert list(detector.speech(sound)) == []


@pytest.mark.slow
def test_it_hears_a_call_the_same_in_all_threads_and_asks_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    sound = spoken()
    engine = FasterWhisperTranscriber(models.locate("whisper-base"), "whisper-base")
    stretches = SileroSpeechDetector().speech(sound)
    assert stretches
    assert engine.choose_language(sound, ("el", "en")) == "en"
    answers: list[list[str]] = []

    def hear() -> None:
        answers.append([word.text for word in engine.transcribe(sound, "en")])

    threads = [threading.Thread(target=hear) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0] == answers[1]
    assert len(answers[0]) >= 5


@pytest.mark.slow
def test_windows_heard_together_come_out_as_each_by_itself() -> None:
    sound = spoken()
    engine: BatchTranscriber = FasterWhisperTranscriber(models.locate("whisper-base"), "whisper-base")
    windows = [sound, sound[: 6 * 16000], sound[4 * 16000 : 20 * 16000], sound[2 * 16000 : 7 * 16000]]
    encodings = engine.encode(windows)
    together = engine.decode(encodings, ["en"] * 4, thorough=True)
    for window, words in zip(windows, together, strict=True):
        assert words == engine.decode(engine.encode([window]), ["en"], thorough=True)[0]
        assert all(0 <= w.start_ms <= w.end_ms <= len(window) // 16 + 20 for w in words)
    odds = engine.language_odds(encodings[0], [(0, 5000), (5000, 12_000)], ("el", "en"))
    assert all(one["en"] > one["el"] for one in odds)
    with pytest.raises(TypeError):
        engine.decode([windows[0]], ["en"], thorough=True)
    with pytest.raises(ValueError, match="30 s"):
        engine.encode([np.zeros(30 * 16000 + 1, np.float32)])


@pytest.mark.slow
def test_a_short_window_is_not_drawn_out_to_half_a_minute() -> None:
    engine = FasterWhisperTranscriber(models.locate("whisper-base"), "whisper-base")
    short, longer, whole = engine.encode([SECOND, np.tile(SECOND, 9), np.tile(SECOND, 30)])
    assert [len(one.states) * 20 for one in (short, longer, whole)] == [5000, 15_000, 30_000]
    assert [one.frames for one in (short, longer, whole)] == [100, 900, 3000]


def spoken() -> np.ndarray:
    """Speech at 16 kHz: the first sample call."""
    from redactor.engines import ffmpeg

    calls = sorted((Path(__file__).parents[2] / "samples" / "calls").glob("*-en.*"))
    assert calls, "samples/calls holds no English call"
    info = ffmpeg.probe(calls[0], calls[0].suffix[1:])
    whole = np.concatenate(list(ffmpeg.decode(calls[0], info, rate_hz=16000)))
    return np.ascontiguousarray(whole[: 25 * 16000].mean(axis=1), dtype=np.float32)
