"""What was found out about one item: each datum, what was lost outside, and what else its outputs tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from redactor.evaluation.gold import Origin

UNITS = {"text": "characters", "call": "ms", "screen": "px", "recording": "px", "listed": "characters"}
"""Kind of item -> unit of what leaked and of what was removed."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One datum (of a recording: one datum in one frame)."""

    entity_type: str
    covered: bool
    place: str
    """Where it stands, for people: characters, seconds, a box."""
    leaked: int = 0
    """How much of it is still there, in the unit of the kind; 0 when it is covered."""
    written: bool = False
    """True when the transcript beside the sound still holds it."""
    group: str = field(default="", repr=False)
    """The value, by which the frames of one datum are told together; never written anywhere."""
    shown: Markup | None = field(default=None, repr=False)
    """A picture of the leak; only of synthetic gold."""
    picture: bool = False
    """True for what is no text: scorers of pictures count it apart."""

    @property
    def clean(self) -> bool:
        """True when it is in no artefact."""
        return self.covered and not self.written


@dataclass(frozen=True, slots=True)
class Amount:
    """A part of a whole."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.part + other.part, self.whole + other.whole)

    @property
    def share(self) -> float | None:
        """`part / whole`; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Said:
    """What an output says that was redacted, as spans that `spans.metrics` can count."""

    gold: tuple[tuple[str, int, int], ...]
    """Entity type, start, end (both inside) of each datum."""
    predicted: tuple[tuple[str, int, int], ...]
    source: str
    """`sidecar` or `alignment`."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item, evaluated."""

    kind: str
    """One of `UNITS`."""
    origin: Origin
    judgements: tuple[Judgement, ...]
    over: Amount = Amount()
    """Of what is not personal (words, frames of sound): lost, and all."""
    removed: Amount = Amount()
    """Of all that was removed, in the unit of the kind: what was personal, and all."""
    missing: bool = False
    """True when there is no output that can be judged: everything in it counts as leaked."""
    words: Amount = Amount()
    """Errors in the transcript, and words of the gold, both outside personal data."""
    length_s: float = 0.0
    """Of sound or video."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """What each step took, as the sidecar says."""
    said: Said | None = None
