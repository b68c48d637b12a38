"""The process of one engine: JSON lines in, JSON lines out: `python -m benchmarks.comparison.serve MAKER`.

Some engines run in a virtual environment of their own, without this project's packages: the standard library only up
here, everything else inside the makers.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

Work: TypeAlias = Callable[[dict[str, str]], str | None]
"""Does one order: the redacted text for `text`; for `source` and `out`, paths, it writes a copy into the folder `out`.

None for a text that the engine holds back.
"""
Made: TypeAlias = tuple[Work, dict[str, str]]
"""The work, and the packages that do it with their versions."""


def main() -> None:
    """Load the engine named in the arguments, then do one order a line until the input ends."""
    # What engines print goes where errors go, so that answers stay clean.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    began, worked = time.perf_counter(), processor_s()
    try:
        work, packages = MAKERS[sys.argv[1]]()
    except ImportError as error:
        say({"missing": f"{error.name or 'a package'} is not installed"})
        return
    except Exception as error:
        say({"missing": f"it does not load: {type(error).__name__}"})
        return
    say({"packages": packages, "loading_s": time.perf_counter() - began, "loading_processor_s": processor_s() - worked})
    for line in sys.stdin:
        order, answer = json.loads(line), dict[str, Any]()
        began, worked = time.perf_counter(), processor_s()
        try:
            answer["text"] = work(order)
        except Exception as error:
            # Only its kind: the message may hold what was to be redacted.
            answer["failed"] = str(getattr(error, "reason", "") or type(error).__name__)
        say({**answer, "seconds": time.perf_counter() - began, "processor_s": processor_s() - worked})


def processor_s() -> float:
    """Processor time of this process, and of the programs that it ran and saw to their end."""
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def _text(name: str) -> Callable[[], Made]:
    """An engine of `benchmarks.peers`."""

    def make() -> Made:
        peers: Any = import_module("benchmarks.peers")
        peer = peers.ours(import_module("redactor.library").Redactor()) if name == "ours" else getattr(peers, name)()
        return lambda order: peer.redact(order["text"]), dict(peer.packages)

    return make


def _screen(name: str, *packages: str) -> Callable[[], Made]:
    """An engine of `benchmarks.screen_workers`."""

    def make() -> Made:
        redact = getattr(import_module("benchmarks.screen_workers"), name)()

        def work(order: dict[str, str]) -> str:
            redact(Path(order["source"]), Path(order["out"]))
            return ""

        return work, {package: version(package) for package in packages}

    return make


def _calls() -> Made:
    redactor = import_module("redactor.library").Redactor()
    redactor.redact_text("warm up 6970000000")
    redactor.assembly.reader("audio")

    def work(order: dict[str, str]) -> str:
        redactor.redact_file(Path(order["source"]), Path(order["out"]))
        return ""

    return work, {package: version(package) for package in ("redactor", "faster-whisper", "ctranslate2")}


def _naive() -> Made:
    redact = import_module("benchmarks.naive").script()

    def work(order: dict[str, str]) -> str:
        source = Path(order["source"])
        redact(source, Path(order["out"]) / source.name)
        return ""

    return work, {package: version(package) for package in ("openai-whisper", "torch", "presidio-analyzer", "spacy")}


def _datafog() -> Made:
    sanitize = import_module("datafog").sanitize
    return lambda order: str(sanitize(order["text"])), {"datafog": version("datafog")}


def _scrubadub(locale: str) -> Callable[[], Made]:
    def make() -> Made:
        scrubber = import_module("scrubadub").Scrubber(locale=locale)
        packages = {package: version(package) for package in ("scrubadub", "textblob", "scikit-learn")}
        return lambda order: str(scrubber.clean(order["text"])), packages

    return make


MAKERS: dict[str, Callable[[], Made]] = {
    "redactor-texts": _text("ours"),
    "presidio-english": _text("presidio_english"),
    "presidio-greek": _text("presidio_greek"),
    "euredact": _text("euredact"),
    "datafog": _datafog,
    "scrubadub": _scrubadub("en_US"),
    "scrubadub-greece": _scrubadub("el_GR"),
    "redactor-screens": _screen("ours", "redactor", "tesserocr"),
    "presidio-image": _screen("presidio_english", "presidio-image-redactor", "presidio-analyzer", "pytesseract"),
    "presidio-image-greek": _screen(
        "presidio_greek_letters", "presidio-image-redactor", "presidio-analyzer", "pytesseract"
    ),
    "redactor-calls": _calls,
    "naive": _naive,
}
"""What can be asked for, by name."""

if __name__ == "__main__":
    main()
