"""Whisper's pieces of words, which both Whisper engines give, as whole words."""

from __future__ import annotations

import math
from collections.abc import Iterable

from redactor.protocols import HeardWord

LOOP_RATIO = 2.4
"""Text that zlib makes smaller than this share of itself repeats itself (the threshold of Whisper's authors)."""


def join_words(pieces: Iterable[tuple[str, float, float, float]]) -> tuple[HeardWord, ...]:
    """`(text, start_s, end_s, probability)` as words, rounded outward to milliseconds.

    A piece without a blank in front goes on with the word before: `804`, `-127`, `-65` are one word.
    """
    words: list[HeardWord] = []
    for text, start_s, end_s, probability in pieces:
        start, end, confidence = math.floor(start_s * 1000), math.ceil(end_s * 1000), min(1.0, float(probability))
        if not (plain := text.strip()):
            continue
        if words and not text[0].isspace():
            before = words[-1]
            words[-1] = HeardWord(
                before.text + plain, before.start_ms, max(before.end_ms, end), min(before.confidence, confidence)
            )
        else:
            words.append(HeardWord(plain, max(0, start), max(0, start, end), confidence))
    return tuple(words)
