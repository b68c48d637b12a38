"""What a sound file says about its own end."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TypeAlias

Bytes: TypeAlias = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class Claim:
    """How long a file says it is, and whether it stops where it should."""

    samples: int | None
    """Samples per channel at `rate_hz`; None when the container keeps no count that can be trusted."""
    rate_hz: int
    """Rate of `samples`; 0 when there is no count."""
    cut_off: bool
    """The file ends inside a chunk, frame, page or box, or without its end mark."""
