"""Speech for `hear`: Kokoro's voices over a telephone line, and what Whisper makes of it."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from scipy.signal import butter, resample_poly, sosfiltfilt

RATE, TELEPHONE = 24_000, 8_000
VOICES = {
    "el": (("ef_dora", "el"), ("em_alex", "el"), ("em_santa", "el"), ("if_sara", "el"), ("im_nicola", "el")),
    "en": (("af_heart", "en-us"), ("am_michael", "en-us"), ("bf_emma", "en-gb"), ("bm_george", "en-gb")),
}
"""Language -> voices with their espeak-ng language."""
_STRESSED_PHONES = 480
Samples = npt.NDArray[np.float32]


class Line:
    """A speaker at one end of a telephone line, a recogniser at the other; one thread each."""

    def __init__(self, kokoro: Path, whisper: Path) -> None:
        from faster_whisper import WhisperModel

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._home = kokoro
        self._voice = onnxruntime.InferenceSession(
            str(kokoro / "kokoro.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._symbols: dict[str, int] = json.loads((kokoro / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self._ear = WhisperModel(str(whisper), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)

    def heard(self, text: str, language: str, rng: random.Random) -> str:
        """What is recognised of `text`, spoken by a voice of `language` over a noisy line."""
        voice, tongue = rng.choice(VOICES[language])
        signal = _telephone(self._say(text, voice, tongue, rng.uniform(0.9, 1.2)), rng)
        wide = resample_poly(signal, 16_000 // TELEPHONE, 1).astype(np.float32)
        segments, _ = self._ear.transcribe(
            wide, language=language, beam_size=5, temperature=0.0, condition_on_previous_text=False, vad_filter=False
        )
        return "".join(segment.text for segment in segments).strip()

    def _say(self, text: str, voice: str, tongue: str, speed: float) -> Samples:
        command = ["espeak-ng", "-v", tongue, "-q", "--ipa", text]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        phones = " ".join(out.split()).replace("-", "")
        if tongue == "el":
            # Prenasalised stops inside words, a tapped r, and no palatals, as Kokoro's other voices know them.
            phones = re.sub(r"([aeiou])([db])", lambda m: m[1] + ("n" if m[2] == "d" else "m") + m[2], phones)
            phones = phones.replace("r", "ɾ").replace("c", "k").replace("ɟ", "ɡ")
        tokens = [self._symbols[phone] for phone in phones if phone in self._symbols][:_STRESSED_PHONES]
        styles = np.fromfile(self._home / "voices" / f"{voice}.bin", dtype=np.float32).reshape(-1, 256)
        style = styles[min(len(tokens), len(styles)) - 1].reshape(1, 256)
        inputs = {"tokens": np.array([[0, *tokens, 0]]), "style": style, "speed": np.array([speed], np.float32)}
        return np.asarray(self._voice.run(None, inputs)[0], np.float32).reshape(-1)


def _telephone(sound: Samples, rng: random.Random) -> Samples:
    """8 kHz, 300-3400 Hz, noise 12-30 dB below the speech, mu-law."""
    narrow = sosfiltfilt(
        butter(4, [300, 3400], btype="bandpass", fs=TELEPHONE, output="sos"), resample_poly(sound, 1, 3)
    )
    narrow = np.pad(narrow / max(1e-6, float(np.abs(narrow).max())) * rng.uniform(0.2, 0.8), 2000)
    power = float(np.mean(narrow**2))
    noise = np.random.default_rng(rng.getrandbits(32)).standard_normal(len(narrow))
    noisy = narrow + noise * np.sqrt(power / 10 ** (rng.uniform(12, 30) / 10))
    law = np.sign(noisy) * np.log1p(255 * np.minimum(np.abs(noisy), 1.0)) / np.log(256)
    steps = np.round(law * 127) / 127
    return np.asarray(np.sign(steps) * (np.power(256, np.abs(steps)) - 1) / 255, np.float32)
