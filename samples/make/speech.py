"""Speech from text: espeak-ng writes the phonemes, Kokoro-82M reads them.

Kokoro knows no Greek, but its Spanish and Italian voices know nearly every Greek sound. The folder named by the
environment variable KOKORO_DIR holds `kokoro.onnx`, `vocab.json` (phoneme to number) and `voices/NAME.bin` (float32,
rows of 256).
"""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

Samples = npt.NDArray[np.float32]

RATE_HZ = 24000
STYLE_WIDTH = 256
LONGEST = 500
"""Phonemes that one pass of the model takes."""
QUIET = 0.012
"""Amplitude (full scale 1) below which the ends of a clip are cut away."""

CLAUSE = re.compile(r"([^.,;!?·:]+)([.,;!?·:]*)")
STOPS = {";": "?", "·": ",", ":": ","}
"""Greek marks, written as Kokoro knows them; English texts here use none of them."""
BARE_STOP = re.compile(r"(?<=[aeiou])[bd]")  # many speakers keep the nasal of πέντε and λάμπα, espeak-ng drops it
GREEK_LETTERS = str.maketrans({"r": "ɾ", "c": "k", "ɟ": "ɡ"})  # trills and palatals that the voices were not taught


@dataclass(frozen=True)
class Kokoro:
    """The model and its voices, loaded on first use."""

    folder: Path
    """Holds `kokoro.onnx`, `vocab.json` and `voices/`."""

    @classmethod
    def from_environment(cls) -> "Kokoro":
        """The model in KOKORO_DIR."""
        return cls(Path(os.environ["KOKORO_DIR"]))

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        """The network."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        return onnxruntime.InferenceSession(self.folder / "kokoro.onnx", options, providers=["CPUExecutionProvider"])

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of every phoneme that the model knows."""
        known: dict[str, int] = json.loads((self.folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        return known

    def style(self, voice: str, length: int) -> Samples:
        """The style vector of a voice for a text of `length` phonemes, shape (1, 256)."""
        rows = np.fromfile(self.folder / "voices" / f"{voice}.bin", dtype=np.float32).reshape(-1, STYLE_WIDTH)
        return rows[[min(length, len(rows)) - 1]]

    def speak(self, text: str, *, voice: str, language: str, speed: float = 1.0) -> Samples:
        """`text` as mono float32 samples at 24 kHz, silence cut at both ends."""
        coded = [self.numbers[p] for p in phonemes(text, language) if p in self.numbers]
        if not 0 < len(coded) <= LONGEST:
            raise ValueError(f"{len(coded)} phonemes in one passage")
        fed = {
            "tokens": np.array([[0, *coded, 0]], dtype=np.int64),
            "style": self.style(voice, len(coded)),
            "speed": np.array([speed], dtype=np.float32),
        }
        return cut(np.asarray(self.session.run(None, fed)[0], dtype=np.float32).ravel())


def phonemes(text: str, language: str) -> str:
    """International phonetic alphabet, one mark after each clause as it stands in the text."""
    return " ".join(
        clause(words.strip(), language) + mark(marks) for words, marks in CLAUSE.findall(text) if words.strip()
    )


def mark(marks: str) -> str:
    """The first mark of a run, in Latin punctuation."""
    return STOPS.get(marks[:1], marks[:1])


def clause(words: str, language: str) -> str:
    """The phonemes of a stretch without punctuation."""
    command = ["espeak-ng", "-q", "--ipa", "-v", language, "--", words]
    heard = " ".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()).replace(
        "-", ""
    )
    if language != "el":
        return heard
    nasal = BARE_STOP.sub(lambda stop: {"b": "mb", "d": "nd"}[stop[0]], heard)
    return nasal.translate(GREEK_LETTERS)


def cut(samples: Samples) -> Samples:
    """Drop what is quieter than QUIET at both ends, but for 20 ms."""
    margin = RATE_HZ // 50
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    if not len(loud):
        raise ValueError("nothing was spoken")
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]
