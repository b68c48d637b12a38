"""Every recognizer shows in its own file what it finds, and the example is true."""

from __future__ import annotations

import doctest
import importlib

import pytest

from redactor.recognizers.all import RECOGNIZERS

MODULES = sorted({recognizer.__module__ for recognizer in RECOGNIZERS})


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_recognizer_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
