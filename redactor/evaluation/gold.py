"""Gold: what must be gone from an output, and where it stands in the original."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from redactor.regions import Box, Span

Groups: TypeAlias = tuple[tuple[str, str], ...]
"""Name and value of what results are also told by: language, genre, form, scene."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item of gold comes from, and what may be shown of it."""

    item: str
    """Name of the item; with its kind it is unique in its file."""
    folder: str
    """Of the gold file, relative to the gold; outputs of the same folder are preferred."""
    source: str
    """Stem of the gold file."""
    synthetic: bool = False
    """True when the gold says that nothing in it is real: only then may a page show values."""
    groups: Groups = ()


@dataclass(frozen=True, slots=True)
class TextDatum:
    """One personal datum of a text."""

    entity_type: str
    span: Span
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextGold:
    """A text, with all personal data in it."""

    origin: Origin
    text: str = field(repr=False)
    data: tuple[TextDatum, ...]
    neutral: tuple[Span, ...] = ()
    """What may stay or go."""


@dataclass(frozen=True, slots=True)
class CallDatum:
    """One personal datum of a recording."""

    entity_type: str
    channels: tuple[int, ...]
    """All of them must be without it; none when the gold does not say which: then all that there are."""
    start_s: float
    end_s: float
    """Seconds, > start_s."""
    forms: tuple[str, ...] = field(repr=False)
    """As it is written and as it was spoken; none when the gold does not say."""


@dataclass(frozen=True, slots=True)
class CallGold:
    """A recording, with all personal data in it."""

    origin: Origin
    path: Path = field(repr=False)
    channels: int
    """0 when the gold does not say."""
    duration_s: float
    """0 when the gold does not say."""
    data: tuple[CallDatum, ...]
    speech: tuple[str, ...] = field(default=(), repr=False)
    """What is said outside personal data, in order of time."""


@dataclass(frozen=True, slots=True)
class ScreenDatum:
    """One personal datum of a picture."""

    entity_type: str
    boxes: tuple[Box, ...]
    value: str = field(repr=False)
    picture: bool = False
    """True for what is no text: a face, a code, a signature."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one picture, or one frame, shows."""

    data: tuple[ScreenDatum, ...]
    words: tuple[Box, ...]
    """Words that are not personal."""


@dataclass(frozen=True, slots=True)
class ScreenGold:
    """A picture, with all personal data in it."""

    origin: Origin
    path: Path = field(repr=False)
    width_px: int
    height_px: int
    shown: Shown


@dataclass(frozen=True, slots=True)
class RecordingGold:
    """A screen recording, with all personal data of frames at a constant rate."""

    origin: Origin
    path: Path = field(repr=False)
    fps: float
    width_px: int
    height_px: int
    frames: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class ListedGold:
    """A text of which it is only known what must not stand in it."""

    origin: Origin
    values: tuple[tuple[str, str], ...] = field(repr=False)
    """Entity type and value."""


Gold: TypeAlias = TextGold | CallGold | ScreenGold | RecordingGold | ListedGold
