"""No text may make a recognizer slow: 100,000 characters of each kind, seconds at most."""

from __future__ import annotations

import time

import pytest

from redactor.recognizers import greek_recognizers

LENGTH = 100_000
HOSTILE = (
    "1", "1 ", "0 0 1 ", "4111 ", "69 71 23 45 67 ", "a.a", "@", "a@", "a", "A", "α", "\u0301",
    ":", "ab:", "GR12", "GR12 ", "rf12 ", "ΑΦΜ ",
    "κ. ", "Μαρία ", "ΜΑΡΙΑ ",
    "\n", '"', ";", "ΑΦΜ;Όνομα\n", " ", "Οδός Α Β ", "ένα δύο ", "Abcd ", "www.", "1-", "1/", "(1)", "+1", "μένω στην ",
    "user pass ", "born on ", "one hundred ", "a'", "name ", "το όνομα μου ",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_bounded(piece: str) -> None:
    text = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    for recognizer in greek_recognizers():
        start = time.process_time()
        recognizer.analyze(text, list(recognizer.ENTITIES))
        assert time.process_time() - start < 4, type(recognizer).__name__
