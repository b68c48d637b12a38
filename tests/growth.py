"""Time against length, in one process and one run: no machine is too slow for that."""

import time
from collections.abc import Callable

_TIMES = 10
_MOST = 30
"""Ten times the length may take thirty times as long; what grows with its square takes a hundred."""
_FLOOR_S = 0.02
"""Less than this is measured badly."""
_TRIES = 3
"""A busy machine slows one measurement of a pair down; what grows with its square is slow in all of them."""


def grows_with_length(work: Callable[[int], object], size: int) -> bool:
    """True when `work` on `size` takes hardly more processor time, for its length, than on a tenth of it."""
    return any(_grew_with_length(work, size) for _ in range(_TRIES))


def _grew_with_length(work: Callable[[int], object], size: int) -> bool:
    spent = []
    for length in (size // _TIMES, size):
        began = time.process_time()
        work(length)
        spent.append(time.process_time() - began)
    return spent[1] < _MOST * max(spent[0], _FLOOR_S)
