"""Speak call scripts: `KOKORO_DIR=... python -m benchmarks.speak_calls SCRIPT.txt OUT [ID...]` (espeak-ng, ffmpeg).

Voices, pace, line noise and form of a call depend on its name alone. Gold is as that of the samples.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples" / "make"))

import calls as maker
from speech import RATE_HZ, Kokoro, Samples

_GREEK = ("ef_dora", "em_alex", "em_santa", "if_sara", "im_nicola")
"""Spanish and Italian voices know the sounds of Greek."""
_ENGLISH = ("af_bella", "am_michael", "bf_emma", "bm_george", "bf_lily", "am_eric", "af_nova", "bm_lewis", "am_puck")
_FORMS = (
    ("wav", "mulaw8-stereo", 2, 8000, ("-c:a", "pcm_mulaw")),
    ("mp3", "mp3-mono", 1, 16000, ("-c:a", "libmp3lame", "-b:a", "32k")),
    ("wav", "alaw8-mono", 1, 8000, ("-c:a", "pcm_alaw")),
    ("ogg", "opus-stereo", 2, 16000, ("-c:a", "libopus", "-b:a", "32k")),
    ("wav", "gsm-mono", 1, 8000, ("-c:a", "libgsm_ms")),
    ("flac", "flac8-stereo", 2, 8000, ("-c:a", "flac")),
    ("m4a", "aac-stereo", 2, 16000, ("-c:a", "aac", "-b:a", "64k")),
    ("wav", "pcm8-stereo", 2, 8000, ("-c:a", "pcm_s16le")),
)
_SPEAKERS = {"A": "agent", "C": "customer"}


class _Voices(Kokoro):
    """Each speaker with a voice per language and a pace of their own."""

    voices: dict[tuple[str, str], str]
    pace: dict[str, float]

    def speak(self, text: str, *, voice: str, language: str, speed: float = 1.0) -> Samples:
        """`voice` is the speaker here."""
        chosen = self.voices[voice, "el" if language == "el" else "en"]
        return super().speak(text, voice=chosen, language=language, speed=speed * self.pace[voice])


def main() -> None:
    """Speak the calls of a script, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("ids", nargs="*")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    voices = _Voices.from_environment()
    assert isinstance(voices, _Voices)
    for number, call in enumerate(scripts(options.script.read_text(encoding="utf-8"))):
        if not options.ids or call["id"] in options.ids:
            print(call["id"], perform(call, number, voices, options.out), flush=True)


def scripts(text: str) -> Iterator[dict[str, Any]]:
    """The calls of a script: id, language, and turns as the maker of the samples takes them."""
    for block in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        head, *lines = block.strip().splitlines()
        name, language = head.split()
        parts = [re.fullmatch(r"([AC]) (el|en): (.+)", line) for line in lines if line.strip()]
        turns = [[_SPEAKERS[part[1]], part[2], part[3]] for part in parts if part]
        if len(turns) < len(parts):
            raise ValueError(f"{name}: a line that is no turn")
        yield {"id": name, "language": language, "turns": turns}


def perform(call: dict[str, Any], number: int, kokoro: _Voices, out: Path) -> str:
    """Speak one call; returns its form and length."""
    rng = np.random.default_rng(int(hashlib.sha256(call["id"].encode()).hexdigest()[:8], 16))
    suffix, form, channels, rate, codec = _FORMS[(number + int(rng.integers(2))) % len(_FORMS)]
    greek, english = rng.permutation(_GREEK), rng.permutation(_ENGLISH)
    speakers = tuple(_SPEAKERS.values())
    voices = {(speaker, "el"): str(greek[i]) for i, speaker in enumerate(speakers)}
    voices |= {(speaker, "en"): str(english[i]) for i, speaker in enumerate(speakers)}
    pace = {"agent": float(rng.uniform(0.95, 1.15)), "customer": float(rng.uniform(0.85, 1.1))}
    object.__setattr__(kokoro, "voices", voices)
    object.__setattr__(kokoro, "pace", pace)
    maker.NOISE = float(10 ** rng.uniform(-3.6, -2.4))
    plan = {
        **call,
        "file": f"{call['id']}.{suffix}",
        "form": form,
        "channels": channels,
        "voices": {s: s for s in speakers},
    }
    recording, gold = maker.perform(plan, kokoro)
    raw = ["-f", "f32le", "-ar", str(RATE_HZ), "-ac", str(channels), "-i", "-"]
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-y",
        *raw,
        "-af",
        maker.BAND,
        "-ar",
        str(rate),
        *codec,
        str(out / plan["file"]),
    ]
    subprocess.run(command, input=recording.mix().tobytes(), check=True)
    (out / f"{call['id']}.json").write_text(json.dumps(gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return f"{form}, {gold['duration']} s"


if __name__ == "__main__":
    main()
