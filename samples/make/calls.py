"""Speaks calls.toml to calls/ and writes what was said, and when, to gold/calls/.

    KOKORO_DIR=... python samples/make/calls.py [NAME...]       needs espeak-ng and ffmpeg on the PATH

Every datum is spoken on its own, so that its times are those of its samples.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from speech import RATE_HZ, Kokoro, Samples

MAKE = Path(__file__).parent
SAMPLES = MAKE.parent
EDGE_S, TURN_S, PIECE_S = 0.4, 0.55, 0.08
"""Silence before and after the call, between turns, and around a datum."""
LEVEL = 0.35
"""Peak of a spoken piece, full scale 1."""
DATUM_SPEED = {"el": 0.88, "en": 1.0}
"""People slow down for names and numbers; English is understood as it is."""
NOISE = 0.0006
"""Standard deviation of the line noise, full scale 1."""
BAND = "highpass=f=300:poles=2,lowpass=f=3400:poles=2"
ACCENTS = {"el": "el", "en": "en-us"}
"""The voices of espeak-ng by language."""
DATUM = re.compile(r"\{([A-Z_]+)\|([^|}]+)(?:\|([^}]+))?\}")


@dataclass
class Recording:
    """A call that grows by one piece at a time."""

    channels: int
    """1, or 2 with the agent on channel 0."""
    pieces: list[tuple[int, int, Samples]] = field(default_factory=list)
    """Channel, first sample, samples at 24 kHz."""
    at: int = int(EDGE_S * RATE_HZ)
    """The sample where the next piece starts."""

    def say(self, samples: Samples, channel: int) -> tuple[float, float]:
        """Append a piece; returns its start and end in seconds."""
        self.pieces.append((channel, self.at, samples * (LEVEL / np.abs(samples).max())))
        start, self.at = self.at, self.at + len(samples)
        return round(start / RATE_HZ, 3), round(self.at / RATE_HZ, 3)

    def wait(self, seconds: float) -> None:
        """Append silence."""
        self.at += int(seconds * RATE_HZ)

    def mix(self) -> Samples:
        """All channels with line noise, shape (samples, channels)."""
        noise = np.random.default_rng(7).normal(0, NOISE, (self.at + int(EDGE_S * RATE_HZ), self.channels))
        mixed = noise.astype(np.float32)
        for channel, start, samples in self.pieces:
            mixed[start : start + len(samples), channel] += samples
        return mixed


def parts(words: str) -> Iterator[tuple[str | None, str, str]]:
    """Type (None for plain words), written and spoken form of each piece of a turn."""
    end = 0
    for match in DATUM.finditer(words):
        plain = words[end : match.start()].strip()
        if re.search(r"\w", plain):
            yield None, plain, plain
        yield match[1], match[2], match[3] or match[2]
        end = match.end()
    if re.search(r"\w", rest := words[end:].strip().lstrip(".,; ")):
        yield None, rest, rest


def perform(call: dict[str, Any], kokoro: Kokoro) -> tuple[Recording, dict[str, Any]]:
    """Speak a call; returns the recording and its gold."""
    recording = Recording(call["channels"])
    pii, speech, turns = [], [], []
    for speaker, language, words in call["turns"]:
        channel = int(call["channels"] == 2 and speaker == "customer")
        times: list[float] = []
        for kind, written, spoken in parts(words):
            speed = DATUM_SPEED[language] if kind else 1.0
            clip = kokoro.speak(spoken, voice=call["voices"][speaker], language=ACCENTS[language], speed=speed)
            start, end = recording.say(clip, channel)
            where = {"channel": channel, "start": start, "end": end}
            if kind is None:
                speech.append({"text": written, **where})
            else:
                pii.append({"type": kind, "text": written, "spoken": spoken, **where})
            times += start, end
            recording.wait(PIECE_S)
        recording.wait(TURN_S - PIECE_S)
        text = DATUM.sub(lambda datum: datum[2], words)
        turns.append({"speaker": speaker, "channel": channel, "start": times[0], "end": times[-1], "text": text})
    recording.at -= int(TURN_S * RATE_HZ)
    told = {"audio": call["file"], **{key: call[key] for key in ("language", "form")}}
    duration = round(len(recording.mix()) / RATE_HZ, 3)
    return recording, {
        **told,
        "duration": duration,
        "channels": call["channels"],
        "pii": pii,
        "speech": speech,
        "turns": turns,
    }


def encode(recording: Recording, call: dict[str, Any]) -> None:
    """Band-limit the call to the telephone and store it in its form."""
    raw = ["-f", "f32le", "-ar", str(RATE_HZ), "-ac", str(call["channels"]), "-i", "-"]
    form = ["-af", BAND, "-ar", str(call["rate_hz"]), *call["codec"], "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    command = ["ffmpeg", "-v", "error", "-y", *raw, *form, str(SAMPLES / "calls" / call["file"])]
    subprocess.run(command, input=recording.mix().tobytes(), check=True)


def main(names: list[str]) -> None:
    """Make the named calls, or all."""
    kokoro = Kokoro.from_environment()
    for call in tomllib.loads((MAKE / "calls.toml").read_text(encoding="utf-8"))["calls"]:
        name = Path(call["file"]).stem
        if names and name not in names:
            continue
        recording, gold = perform(call, kokoro)
        encode(recording, call)
        text = json.dumps(gold, ensure_ascii=False, indent=1)
        (SAMPLES / "gold" / "calls" / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {gold['duration']} s")


if __name__ == "__main__":
    main(sys.argv[1:])
