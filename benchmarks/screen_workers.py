"""Processes that redact one picture after another, engines loaded: the product, and presidio-image-redactor beside it.

Each is held on one core and given one thread, so that two of them that take turns can be compared.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.machine import held_mb
from redactor.errors import RedactorError
from redactor.library import Redactor

Redact: TypeAlias = Callable[[Path, Path], Mapping[str, float]]
"""Writes the copy of a picture into a folder and returns the seconds of each stage, where it knows them."""
LANGUAGES = "ell+eng"
"""What Tesseract reads when the peer is told of Greek."""
_LOADING_S = 300.0
_BLACK = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one picture went."""

    seconds: float
    """From the file to the file."""
    processor_s: float
    """Processor time of the child and of the programs that it ran; other work on the machine hardly changes it."""
    stages: Mapping[str, float] = field(default_factory=dict)
    refused: str = ""
    """Why there is no output: the reason of our error, or the name of another."""


class Worker:
    """A child process that redacts pictures, one at a time."""

    def __init__(self, make: Callable[[], Redact], core: int) -> None:
        """`make` is called in the child and loads the engines; the child keeps to `core`. Returns when it is ready."""
        context = multiprocessing.get_context("spawn")
        self._end, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, make, core), daemon=True)
        self._process.start()
        other.close()
        if not self._end.poll(_LOADING_S):
            raise TimeoutError("the engines did not load")
        self._end.recv()

    def redact(self, source: Path, out: Path) -> Answer:
        """Redact `source` into the folder `out`. Raises `EOFError` when the child has died."""
        self._end.send((source, out))
        answer: Answer = self._end.recv()
        return answer

    def peak_mb(self) -> int:
        """The most memory that the child has held so far, MB; programs that it starts are not in it."""
        return round(held_mb(self._process.pid or 0))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def ours() -> Redact:
    """The product with its defaults."""
    redactor = Redactor()
    redactor.redact_text("warm up 6970000000")
    redactor.assembly.reader("image")

    def redact(source: Path, out: Path) -> Mapping[str, float]:
        return dict(redactor.redact_file(source, out).seconds)

    return redact


def presidio_english() -> Redact:
    """presidio-image-redactor as it comes: English text, the small English model, black boxes."""
    return _presidio({})


def presidio_greek_letters() -> Redact:
    """The same with Tesseract told to read Greek too; what is read is still taken for English, as it has no Greek."""
    return _presidio({"lang": LANGUAGES})


def _presidio(reading: dict[str, str]) -> Redact:
    from PIL import Image

    from benchmarks.peers import english_analyzer

    package: Any = import_module("presidio_image_redactor")
    engine = package.ImageRedactorEngine(package.ImageAnalyzerEngine(english_analyzer()))

    def redact(source: Path, out: Path) -> Mapping[str, float]:
        with Image.open(source) as picture:
            engine.redact(picture.convert("RGB"), _BLACK, ocr_kwargs=reading).save(out / f"{source.stem}.png")
        return {}

    return redact


def _serve(end: Any, make: Callable[[], Redact], core: int) -> None:
    os.sched_setaffinity(0, {core})
    redact = make()
    end.send("ready")
    while True:
        source, out = end.recv()
        began, worked, stages, refused = time.perf_counter(), _processor_s(), {}, ""
        try:
            stages = dict(redact(source, out))
        except RedactorError as error:
            refused = error.reason
        except Exception as error:
            refused = type(error).__name__
        end.send(Answer(time.perf_counter() - began, _processor_s() - worked, stages, refused))


def _processor_s() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
