"""What an engine must be able to do. Any object with these methods will do: no base class, no registration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from redactor.evidence import Evidence, Mark
from redactor.findings import Finding, Redaction
from redactor.regions import Box, Region, TimeRange
from redactor.removed import Removed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples: TypeAlias = NDArray[np.float32]
    """Mono sound at 16 kHz, float32 in -1..1, shape (n,)."""
    Pixels: TypeAlias = NDArray[np.uint8]
    """An RGB picture, shape (height, width, 3)."""
    Grey: TypeAlias = NDArray[np.uint8]
    """The brightness of a picture, shape (height, width)."""

Kind: TypeAlias = Literal["audio", "image", "video", "text"]
Progress: TypeAlias = Callable[[str, float], None]
"""Called with a stage name and the share of it that is done, 0..1."""


@dataclass(frozen=True, slots=True)
class Media:
    """One input file: where it is and what it claims to be (readers check the claim)."""

    path: Path = field(repr=False)
    """A readable file. Never shown: file names can hold personal data."""
    kind: Kind
    format: str
    """Lower-case suffix without the dot, the canonical one: `wav`, `mp3`, `png`, `jpg`, `tiff`, `jsonl`, ..."""
    speaker: str = ""
    """Who alone speaks in a call of one channel: one of `audio.speakers`, or empty when it is not known."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word of a transcript with its time inside the samples that were transcribed."""

    text: str = field(repr=False)
    start_ms: int
    end_ms: int
    """Greater than start_ms, or equal to it when the engine gave no time for the word."""
    confidence: float
    """0..1."""


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word that optical character recognition read."""

    text: str = field(repr=False)
    box: Box
    confidence: float
    """0..1."""
    line: int
    """Index of the text line that the word stands in; words come in reading order."""
    glued: bool = False
    """True when no blank parts it from the word before: `name=` and `Maria` of `name=Maria`."""


class Reader(Protocol):
    """Turns a medium into words with places. Raises `MediaError` for what it cannot read to the end."""

    def read(self, media: Media) -> Evidence:
        """The whole medium, or an error: never a part of it."""
        ...


@runtime_checkable
class Rereader(Protocol):
    """A reader that can leave out what was covered when it reads an output again."""

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        """As `Reader.read`, but a placeholder stands for what is in place of each cover; an empty rest is no error."""
        ...


Scope: TypeAlias = Literal["full", "changed"]
"""How much of an output a witness looks at: all of it, or what was changed and what stands beside it."""


@runtime_checkable
class Relistener(Protocol):
    """A `Rereader` of sound that can be told how much to listen to."""

    def speech(self, media: Media) -> Evidence:
        """As `Reader.read`, but a recording without a word is no error: what was said in it comes back unread."""
        ...

    def listen_again(
        self, media: Media, covers: Sequence[Redaction], *, scope: Scope | None = None, doubts: Sequence[TimeRange] = ()
    ) -> Evidence:
        """As `Rereader.read_again`; with `changed` what is said near covers and `doubts`, `extent` tells where."""
        ...


class Renderer(Protocol):
    """Writes a de-identified copy of a medium and can check one."""

    def render(self, media: Media, redactions: Sequence[Redaction], target: Path) -> None:
        """Write the copy to `target` (a new file of the same format); the source is never touched."""
        ...

    def check(self, media: Media, redactions: Sequence[Redaction], draft: Path) -> None:
        """Compare `draft` with the source: same form and extent, every region gone. Raises `WithheldError`."""
        ...

    def covers(self, media: Media, redactions: Sequence[Redaction]) -> Sequence[Region]:
        """All that `render` makes unrecognisable in place, with margins and merges. None for text, which moves."""
        ...


class Witness(Protocol):
    """Looks at an output with other eyes and ears than those that made it."""

    @property
    def name(self) -> str:
        """Name, version and model for the receipt."""
        ...

    def left(
        self, output: Media, covers: Sequence[Redaction], removed: Sequence[Removed], scope: Scope
    ) -> Sequence[Redaction]:
        """What is still in `output`, with regions in it and the witness as `detector`; empty when nothing is.

        `covers` are what was made unrecognisable in place (none for text), `removed` the values that were taken out
        (none when an output is read again later). Raises `WithheldError` where covering more would not help: a cover
        that does not cover, an empty or implausibly short reading, a container that carries more than it should.
        """
        ...


@runtime_checkable
class CoverWitness(Protocol):
    """A witness that can prove that covers cover without looking at the rest once more."""

    def check(self, output: Media, covers: Sequence[Redaction]) -> None:
        """Raises `WithheldError` for a cover that does not."""
        ...


class Finder(Protocol):
    """Finds personal data in text."""

    def find(self, text: str) -> Sequence[Finding]:
        """Findings with spans in `text`; overlaps are welcome."""
        ...


@runtime_checkable
class RawFinder(Protocol):
    """A finder some of whose rules are for the text as it is, not for what `normalize.clean` makes of it."""

    def find_raw(self, text: str) -> Sequence[Finding]:
        """What these rules find, with spans in `text`; asked where cleaning changed the text."""
        ...


class Transcriber(Protocol):
    """A speech recogniser."""

    @property
    def name(self) -> str:
        """Name, version and model for the receipt, for example `faster-whisper 1.2.1 whisper-base`."""
        ...

    def choose_language(self, samples: Samples, languages: Sequence[str]) -> str:
        """The most probable language among `languages` (ISO 639-1, at least one)."""
        ...

    def transcribe(self, samples: Samples, language: str) -> Sequence[HeardWord]:
        """Words in order. Nothing is remembered from one call of this method to the next."""
        ...


@runtime_checkable
class BatchTranscriber(Protocol):
    """A speech recogniser that hears many windows at once; each is encoded once, for its languages and its words.

    What `encode` gives is its own affair: it comes back as it is. Nothing is remembered from one call to the next.
    """

    def encode(self, windows: Sequence[Samples]) -> Sequence[object]:
        """Each window (mono, 16 kHz, at most 30 s) as the other methods take it."""
        ...

    def language_odds(
        self, encoding: object, spans: Sequence[tuple[int, int]], languages: Sequence[str]
    ) -> Sequence[Mapping[str, float]]:
        """For each `(start_ms, end_ms)` of a window the log10 probability of each of `languages`."""
        ...

    def decode(
        self, encodings: Sequence[object], languages: Sequence[str], *, thorough: bool
    ) -> Sequence[Sequence[HeardWord]]:
        """The words of each window in its language; not `thorough`: fast, for a reading that checks another."""
        ...


class SpeechDetector(Protocol):
    """Voice activity detection. Several threads may ask at a time, one for each channel."""

    def speech(self, samples: Samples) -> Sequence[tuple[int, int]]:
        """Disjoint `(start_ms, end_ms)` stretches of speech, in order."""
        ...


class TextReader(Protocol):
    """Optical character recognition of one picture."""

    @property
    def name(self) -> str:
        """Name, version and languages for the receipt."""
        ...

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        """Words in reading order with boxes in pixels of the picture given (page 0)."""
        ...


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A code that a decoder found in a picture, whether or not it could be decoded."""

    linear: bool
    """True for bars (EAN, Code 128, ... and PDF417, which stacks them), False for squares (QR, Data Matrix, Aztec)."""
    box: Box
    """Around the corners that the decoder gave; of bars perhaps only the part that was looked at."""
    content: str = field(default="", repr=False)
    """What it says; empty when it cannot be decoded."""


class CodeReader(Protocol):
    """Decodes QR codes and bar codes."""

    @property
    def name(self) -> str:
        """Name and version for the receipt."""
        ...

    def codes(self, grey: Grey) -> Sequence[SeenCode]:
        """All codes of a picture, also turned and light on dark; boxes lie inside the picture (page 0)."""
        ...


class MarkDetector(Protocol):
    """Finds what is personal in a picture without being text: faces, codes, signatures."""

    @property
    def name(self) -> str:
        """Name and version for the receipt."""
        ...

    def marks(self, pixels: Pixels, words: Sequence[SeenWord] = ()) -> Sequence[Mark]:
        """What was found, each with a `Box` in pixels of the picture given (page 0).

        `words` are those that were read in it: labels beside a signature, digits below bars. Without them less is
        known, but what is sure is found all the same.
        """
        ...
