"""What may be on a line besides voices, with the real voice detector: a clear end each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from redactor.engines.faster_whisper import SileroSpeechDetector
from redactor.engines.scripted import ScriptedTranscriber
from redactor.errors import WithheldError
from redactor.policy import Policy
from redactor.readers.audio import AudioReader
from tests.sound import write_wav

RATE = 8000
SECONDS = 20
AT = np.arange(RATE * SECONDS) / RATE


def music() -> NDArray[np.float64]:
    """Chords of decaying tones with overtones, two a second, over a bass: music on hold."""
    sound = np.zeros_like(AT)
    chords = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    for beat in range(2 * SECONDS):
        first = beat * RATE // 2
        at = AT[: len(AT) - first]
        for hertz in (*chords[beat // 4 % 4], chords[beat // 4 % 4][0] / 2):
            for overtone in (1, 2, 3):
                sound[first:] += 0.05 / overtone * np.sin(2 * np.pi * hertz * overtone * at) * np.exp(-3 * at)
    return sound


def fax() -> NDArray[np.float64]:
    """The calling tone (1100 Hz, half a second in three and a half) and the answer (2100 Hz): ITU-T T.30."""
    calling = np.where(AT % 3.5 < 0.5, np.sin(2 * np.pi * 1100 * AT), 0)
    answer = np.where((AT > 6) & (AT < 9.3), np.sin(2 * np.pi * 2100 * AT), 0)
    return 0.2 * (calling + answer)


def ringing() -> NDArray[np.float64]:
    """The Greek ringing tone: 425 Hz, one second in five."""
    return 0.2 * np.sin(2 * np.pi * 425 * AT) * (AT % 5 < 1)


def hum() -> NDArray[np.float64]:
    """A constant offset, mains hum and clipped crackle."""
    crackle = np.random.default_rng(1).normal(0, 1, len(AT))
    return 0.3 + 0.05 * np.sin(2 * np.pi * 50 * AT) + np.where(np.abs(crackle) > 3.9, np.sign(crackle), 0)


@pytest.mark.parametrize(
    "sound", [np.zeros_like(AT), music(), fax(), ringing(), hum()], ids=["silence", "music", "fax", "ringing", "hum"]
)
def test_a_line_on_which_nobody_speaks_is_refused(tmp_path: Path, sound: NDArray[np.float64]) -> None:
    media = write_wav(tmp_path / "a.wav", np.clip(sound, -1, 1).astype(np.float32)[:, None])
    reader = AudioReader(Policy(), ScriptedTranscriber(lambda samples, language: []), SileroSpeechDetector())
    with pytest.raises(WithheldError) as caught:
        reader.read(media)
    # A sound that passes for speech gave no words.
    assert caught.value.reason in {"NO_SPEECH", "NO_WORDS"}
