"""Sound must be numbers: one sample that is none makes a detector of speech deaf, and no comparison fails on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from redactor.errors import MediaError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Block = TypeVar("Block", bound=NDArray[np.floating[Any]])


def finite(block: Block) -> Block:
    """`block` itself. Raises `MediaError` (`UNREADABLE`) when a sample of it is infinite or not a number.

    Recordings in floating point (WAV, Matroska) can hold such samples.
    """
    if not np.isfinite(block).all():
        message = "the recording holds samples that are infinite or not a number; write it again as 16-bit PCM"
        raise MediaError(message, reason="UNREADABLE")
    return block
