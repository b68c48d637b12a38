"""The script that one would write in an afternoon: openai-whisper, Presidio as it comes, a mute by ffmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peers import english_analyzer
from redactor.engines import models
from redactor.engines.openai_whisper import OpenAIWhisperTranscriber


def script() -> Callable[[Path, Path], None]:
    """A function that writes a muted copy of one recording to a new file; models are loaded here.

    The same weights as ours, beam 5, both channels mixed, the language left to the model; words whose text Presidio's
    English analyzer finds personal are silenced on all channels, without margins.
    """
    model = OpenAIWhisperTranscriber(models.locate("whisper-base-openai"), "whisper-base-openai")
    analyzer = english_analyzer()
    with model._whisper() as loaded:
        whisper = loaded

    def redact(source: Path, target: Path) -> None:
        answer = whisper.transcribe(str(source), beam_size=5, word_timestamps=True, fp16=False, verbose=None)
        words: list[dict[str, Any]] = [word for part in answer["segments"] for word in part["words"]]
        text, spans = "", []
        for word in words:
            spans.append((len(text), len(text) + len(word["word"])))
            text += word["word"]
        found = analyzer.analyze(text, language="en")
        ranges = [
            (word["start"], word["end"])
            for word, (start, end) in zip(words, spans, strict=True)
            if any(start < one.end and one.start < end for one in found)
        ]
        quiet = "+".join(f"between(t,{start:.3f},{end:.3f})" for start, end in ranges) or "0"
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-nostdin",
            "-y",
            "-i",
            f"file:{source}",
            "-af",
            f"volume=0:enable='{quiet}'",
        ]
        subprocess.run([*command, f"file:{target}"], check=True)

    return redact
