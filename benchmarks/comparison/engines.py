"""Who takes part in the comparison, with what, and what each was told: the defaults that its user gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["texts", "screens", "calls"]
KINDS: tuple[Kind, ...] = ("texts", "screens", "calls")


@dataclass(frozen=True, slots=True)
class Engine:
    """One tool on one kind of medium."""

    peer: str
    """The tool; the name for `--only`."""
    maker: str
    """Its name in `serve`."""
    title: str
    """How tables call it."""
    kind: Kind
    told: str
    """How it was set up."""
    licence: str = "Apache-2.0"
    own_environment: bool = False
    """It has a virtual environment of its own, `.venv-peers/PEER`, with the pins of `requirements/PEER.txt`."""
    recordings: bool = False
    """It takes screen recordings, too."""


_TEXT = "all its entity types"
ENGINES = (
    Engine("redactor", "redactor-texts", "redactor", "texts", "`Redactor().redact_text(text)`, default policy"),
    Engine(
        "presidio",
        "presidio-english",
        "Presidio, English model",
        "texts",
        f"default registry, en_core_web_sm, language `en`, {_TEXT}, default anonymizer",
        "MIT",
    ),
    Engine(
        "presidio",
        "presidio-greek",
        "Presidio, blank Greek",
        "texts",
        f"every predefined recognizer that takes `el`, a blank Greek pipeline, language `el`, {_TEXT}",
        "MIT",
    ),
    Engine("euredact", "euredact", "euredact", "texts", "local rules, all countries, dates of birth on"),
    Engine(
        "datafog",
        "datafog",
        "datafog",
        "texts",
        "`datafog.sanitize(text)`: the regex engine of the plain installation, its default entity types",
        "MIT (Apache-2.0 in its metadata)",
        own_environment=True,
    ),
    Engine(
        "scrubadub",
        "scrubadub",
        "scrubadub",
        "texts",
        "`Scrubber()`, default detectors, default locale (en_US)",
        "Apache-2.0 (MIT in its metadata)",
        own_environment=True,
    ),
    Engine(
        "scrubadub",
        "scrubadub-greece",
        "scrubadub, el_GR",
        "texts",
        "`Scrubber(locale='el_GR')`, default detectors",
        "Apache-2.0 (MIT in its metadata)",
        own_environment=True,
    ),
    Engine(
        "redactor",
        "redactor-screens",
        "redactor",
        "screens",
        "`Redactor().redact_file(path, out)`, default policy",
        recordings=True,
    ),
    Engine(
        "presidio-image-redactor",
        "presidio-image",
        "presidio-image-redactor",
        "screens",
        "`ImageRedactorEngine` around Presidio's default registry, en_core_web_sm, Tesseract `eng`, black boxes",
        "MIT",
    ),
    Engine(
        "presidio-image-redactor",
        "presidio-image-greek",
        "presidio-image-redactor, ell+eng",
        "screens",
        "the same with Tesseract told to read Greek, too; what is read is taken for English, as it has no Greek",
        "MIT",
    ),
    Engine("redactor", "redactor-calls", "redactor", "calls", "`Redactor().redact_file(path, out)`, default policy"),
    Engine(
        "naive",
        "naive",
        "Whisper + Presidio + mute",
        "calls",
        "openai-whisper with our weights (base, beam 5), words that Presidio's English analyzer finds are silenced",
        "MIT",
    ),
)
PEERS = tuple(dict.fromkeys(engine.peer for engine in ENGINES))
