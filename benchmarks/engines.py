"""faster-whisper against openai-whisper on the same weights, tesserocr against pytesseract; in one run each."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from redactor.engines import ffmpeg, models
from redactor.normalize import folded
from redactor.policy import ImagePolicy, Policy
from redactor.protocols import Media

if TYPE_CHECKING:
    from redactor.protocols import Samples, TextReader, Transcriber

SAMPLES = Path(__file__).parents[1] / "samples"


def speech() -> dict[str, Any]:
    """Seconds for the same sound (beam 5, 2 threads, int8 against fp32) and how alike the words are."""
    from redactor.engines.faster_whisper import FasterWhisperTranscriber
    from redactor.engines.openai_whisper import OpenAIWhisperTranscriber

    policy = Policy().models
    name = "whisper-base"
    fast = FasterWhisperTranscriber(models.locate(name), name, beam=policy.beam, threads=policy.threads)
    openai = f"{name}-openai"
    other = OpenAIWhisperTranscriber(models.locate(openai), openai, beam=policy.beam, threads=policy.threads)
    rows: list[dict[str, Any]] = []
    for path in sorted((SAMPLES / "calls").iterdir()):
        sound = _first_channel(path)
        language = "en" if path.stem.endswith("-en") else "el"
        (quick, quick_words), (slow, slow_words) = (_timed(engine, sound, language) for engine in (fast, other))
        rows.append(
            {
                "call": path.name,
                "seconds_of_sound": round(len(sound) / ffmpeg.SPEECH_RATE_HZ, 1),
                "faster_whisper_s": round(quick, 2),
                "openai_whisper_s": round(slow, 2),
                "same_words": round(_alike(quick_words, slow_words), 3),
            }
        )
    ratio = sum(r["openai_whisper_s"] for r in rows) / sum(r["faster_whisper_s"] for r in rows)
    return {"engines": [fast.name, other.name], "calls": rows, "openai_over_faster": round(ratio, 2)}


def reading() -> dict[str, Any]:
    """Seconds per screen and the share of the gold words that each engine reads, on the sample screens."""
    from redactor.engines.pytesseract import PytesseractReader
    from redactor.engines.tesserocr import TesserocrReader

    engines: list[TextReader] = [TesserocrReader(("el", "en")), PytesseractReader(("el", "en"))]
    return {engine.name: _read_all(engine) for engine in engines}


def _read_all(engine: TextReader) -> dict[str, Any]:
    from redactor.engines import pillow

    spent, found, total = [], 0, 0
    for path in sorted((SAMPLES / "screens").iterdir()):
        gold = json.loads((SAMPLES / "gold" / "screens" / f"{path.stem}.json").read_text(encoding="utf-8"))
        media = Media(path, "image", {"jpeg": "jpg", "tif": "tiff"}.get(path.suffix[1:], path.suffix[1:]))
        (picture,) = pillow.load(media, ImagePolicy())
        pixels = picture.pixels
        began = time.perf_counter()
        words = engine.words(pixels)
        spent.append(time.perf_counter() - began)
        read = folded(" ".join(w.text for w in words))
        wanted = [folded(w["text"]) for w in gold["words"]] + [folded(p["text"]) for p in gold["pii"]]
        found += sum(w in read for w in wanted)
        total += len(wanted)
    return {"median_s": round(float(np.median(spent)), 2), "words_read": round(found / total, 4), "of": total}


def _first_channel(path: Path) -> Samples:
    info = ffmpeg.probe(path, path.suffix[1:])
    blocks = list(ffmpeg.decode(path, info, rate_hz=ffmpeg.SPEECH_RATE_HZ))
    return np.ascontiguousarray(np.concatenate(blocks)[:, 0], dtype=np.float32)[: 28 * ffmpeg.SPEECH_RATE_HZ]


def _timed(engine: Transcriber, sound: Samples, language: str) -> tuple[float, list[str]]:
    engine.choose_language(sound, (language,))
    engine.transcribe(sound[: ffmpeg.SPEECH_RATE_HZ * 2], language)
    began = time.perf_counter()
    words = engine.transcribe(sound, language)
    return time.perf_counter() - began, [folded(w.text).strip() for w in words]


def _alike(a: list[str], b: list[str]) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, a, b, autojunk=False).ratio()
