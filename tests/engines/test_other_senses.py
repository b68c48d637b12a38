"""Other ears and eyes: what comes back has the times and the pixels of the original."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from redactor.engines.other_senses import OtherScale, OtherSpeed
from redactor.engines.scripted import ScriptedTextReader, ScriptedTranscriber
from redactor.protocols import HeardWord, SeenWord
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Pixels, Samples


def test_faster_sound_gives_words_with_the_times_of_the_original() -> None:
    lengths: list[int] = []

    def hears(samples: Samples, language: str) -> list[HeardWord]:
        lengths.append(len(samples))
        loud = np.flatnonzero(samples > 0.5) / 16
        return [HeardWord(language, int(loud[0]), int(loud[-1]) + 1, 0.9)]

    samples = np.zeros(32_000, np.float32)
    samples[16_000:24_000] = 1.0
    (word,) = OtherSpeed(ScriptedTranscriber(hears, language="el"), 1.25).transcribe(samples, "el")
    assert lengths == [pytest.approx(32_000 / 1.25, abs=2)]
    assert (word.start_ms, word.end_ms) == (pytest.approx(1000, abs=3), pytest.approx(1500, abs=3))
    assert word.end_ms <= 2000


def test_nothing_to_hear_is_no_error() -> None:
    assert OtherSpeed(ScriptedTranscriber([[]])).transcribe(np.zeros(0, np.float32), "el") == []


def test_larger_pictures_give_words_with_the_boxes_of_the_original() -> None:
    def reads(pixels: Pixels) -> list[SeenWord]:
        rows, columns = np.nonzero(pixels[:, :, 0] > 128)
        box = Box(0, int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)
        return [SeenWord("x", box, 0.9, 0)]

    pixels = np.zeros((40, 100, 3), np.uint8)
    pixels[10:20, 30:70] = 255
    box = OtherScale(ScriptedTextReader(reads), 1.6).words(pixels)[0].box
    assert (box.top, box.left, box.bottom, box.right) == tuple(pytest.approx(n, abs=1) for n in (10, 30, 20, 70))
    edge = OtherScale(ScriptedTextReader([SeenWord("x", Box(0, 60, 150, 64, 160), 0.9, 0)]), 1.6).words(pixels)[0].box
    assert edge.bottom <= 40
    assert edge.right <= 100


def test_no_speed_and_no_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="speed"):
        OtherSpeed(ScriptedTranscriber([]), 0)
    with pytest.raises(ValueError, match="scale"):
        OtherScale(ScriptedTextReader([]), -1)
