"""Calls whose masks are wrong: each is the original again, masked in another way than the sidecar says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.sabotages.base import Broken, Sabotage
from redactor.engines import ffmpeg
from redactor.protocols import Media
from redactor.regions import TimeRange
from redactor.render.masks import Mask, tone_hz

_CHUNK_MS = 30_000
_HEARD_MS = 400
"""A mask that is shorter than this hides too little for its half to be missed."""


def shifted(copy: Broken) -> bool:
    """All masks come 150 to 400 ms too late or too early."""
    by = copy.rng.choice((-1, 1)) * copy.rng.randint(150, 400)
    return _masked(copy, [_moved(mask, by) for mask in masks(copy)])


def wrong_channel(copy: Broken) -> bool:
    """The masks are on the other channel."""
    if len(copy.good.told.extent) < 2:
        return False
    return _masked(copy, [replace(mask, channel=1 - mask.channel) for mask in masks(copy)])


def chunk_skipped(copy: Broken) -> bool:
    """One stretch of up to 30 s was not masked at all."""
    if not masks(copy):
        return False
    first = copy.rng.choice(masks(copy)).start_ms // _CHUNK_MS
    return _masked(copy, [mask for mask in masks(copy) if mask.start_ms // _CHUNK_MS != first])


def one_missing(copy: Broken) -> bool:
    """One mask is missing."""
    if not masks(copy):
        return False
    left = list(masks(copy))
    left.remove(copy.rng.choice(left))
    return _masked(copy, left)


def too_short(copy: Broken) -> bool:
    """One mask covers half of its stretch."""
    long = [mask for mask in masks(copy) if len(mask) >= _HEARD_MS]
    if not long:
        return False
    cut = copy.rng.choice(long)
    half = replace(cut, end_ms=cut.start_ms + len(cut) // 2)
    return _masked(copy, [half if mask == cut else mask for mask in masks(copy)])


def shines_through(copy: Broken) -> bool:
    """The voice goes on under the tone, at a quarter of its strength."""

    def mixed(block: ffmpeg.Block, mask: Mask, first: int) -> None:
        whole = block.copy()
        mask.apply(block, first)
        block += 0.25 * whole

    return _masked(copy, masks(copy), mixed)


def own_tone(copy: Broken) -> bool:
    """A faint tone over a voice that was left as it was: what sounds masked is not."""

    def mixed(block: ffmpeg.Block, mask: Mask, first: int) -> None:
        hidden = block.copy()
        mask.apply(hidden, first)
        at = (first + np.arange(len(block))) * (2 * np.pi * tone_hz(8000) / 8000)
        changed = hidden != block
        block[changed] = (block + 0.1 * np.sin(at)[:, None])[changed]

    return _masked(copy, masks(copy), mixed)


def muffled(copy: Broken) -> bool:
    """In place of the tone the voice, made quiet."""

    def quiet(block: ffmpeg.Block, mask: Mask, first: int) -> None:
        hidden = block.copy()
        mask.apply(hidden, first)
        changed = hidden != block
        block[changed] *= 0.2

    return _masked(copy, masks(copy), quiet)


def masks(copy: Broken) -> list[TimeRange]:
    """The masks of the correct output."""
    return [region for region in copy.good.covers if isinstance(region, TimeRange)]


def _moved(mask: TimeRange, by_ms: int) -> TimeRange:
    start = max(0, mask.start_ms + by_ms)
    return replace(mask, start_ms=start, end_ms=max(start + 1, mask.end_ms + by_ms))


def _masked(
    copy: Broken,
    ranges: Sequence[TimeRange],
    apply: Callable[[ffmpeg.Block, Mask, int], None] = lambda block, mask, first: mask.apply(block, first),
) -> bool:
    if not masks(copy):
        return False
    write_masked(copy.good.original, copy.medium, ranges, copy.good.policy.audio.mask, apply)
    return True


def write_masked(
    original: Media,
    target: Path,
    ranges: Sequence[TimeRange],
    kind: Literal["tone", "silence", "noise"],
    apply: Callable[[ffmpeg.Block, Mask, int], None],
) -> None:
    """The original with `ranges` masked as `apply` does it, over `target`."""
    info = ffmpeg.probe(original.path, original.format)
    mask = Mask(ranges, kind, info.sample_rate_hz)
    target.unlink(missing_ok=True)
    first = 0
    with closing(ffmpeg.decode(original.path, info)) as blocks, ffmpeg.encoder(target, info) as write:
        for block in blocks:
            apply(block, mask, first)
            write(block)
            first += len(block)


SABOTAGES: tuple[Sabotage, ...] = (
    shifted,
    wrong_channel,
    chunk_skipped,
    one_missing,
    too_short,
    shines_through,
    own_tone,
    muffled,
)
