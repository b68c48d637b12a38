"""Calls: a datum is covered when hardly a sounding frame of it can still be recognised (see `sound`).

At most 5 % of its sounding frames may be (or two, by chance), and no run of 120 ms. Over-redaction is the share of
sounding frames outside personal data, with 0.3 s of grace around each, that cannot be recognised any more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from redactor.evaluation import snippets
from redactor.evaluation.gold import CallDatum, CallGold
from redactor.evaluation.judged import Amount, ItemResult, Judgement
from redactor.evaluation.sound import FRAME, FRAME_MS, RATE_HZ, Track, compare, moved
from redactor.evaluation.transcripts import errors, holds

if TYPE_CHECKING:
    from redactor.evaluation.sound import Frames, Wave

_SHARE, _CHANCE, _RUN = 0.05, 2, 6
_GRACE_FRAMES = 15


def judge(
    gold: CallGold, original: Sequence[Wave], output: Sequence[Wave] | None, transcripts: Sequence[str] = ()
) -> ItemResult:
    """Evaluate one recording, each channel at `sound.RATE_HZ`; without an output everything in it counts as left.

    With an output both have the same number of channels, and each datum names one of them or none.
    """
    fitted = [moved(a, b) for a, b in zip(original, output, strict=True)] if output is not None else None
    tracks = [compare(a, b) for a, b in zip(original, fitted, strict=True)] if fitted is not None else []
    outside = [np.ones(len(track.sounds), bool) for track in tracks]
    inside = [np.zeros(len(track.sounds), bool) for track in tracks]
    judgements = []
    for datum in gold.data:
        first, last = _frames(datum)
        for mask in outside:
            mask[max(0, first - _GRACE_FRAMES) : last + _GRACE_FRAMES] = False
        for channel in datum.channels or range(len(tracks)):
            if tracks:
                inside[channel][first:last] = True
        judgements.append(_judge(gold, datum, tracks, original, fitted, transcripts))
    lost = [track.sounds & ~track.kept for track in tracks]
    over = Amount(
        _all(gone & mask for gone, mask in zip(lost, outside, strict=True)),
        _all(track.sounds & mask for track, mask in zip(tracks, outside, strict=True)),
    )
    personal = _all(gone & mask for gone, mask in zip(lost, inside, strict=True)) * FRAME_MS
    return ItemResult(
        "call",
        gold.origin,
        tuple(judgements),
        over,
        Amount(personal, personal + over.part * FRAME_MS),
        missing=output is None,
        words=errors(gold.speech, transcripts[0]) if gold.speech and transcripts else Amount(),
        length_s=gold.duration_s or max((len(wave) for wave in original), default=0) / RATE_HZ,
    )


def _judge(
    gold: CallGold,
    datum: CallDatum,
    tracks: Sequence[Track],
    original: Sequence[Wave],
    output: Sequence[Wave] | None,
    transcripts: Sequence[str],
) -> Judgement:
    first, last = _frames(datum)
    heard, leaked_ms = (datum.channels or (0,))[0], round((datum.end_s - datum.start_s) * 1000)
    covered = False
    if tracks:
        on = datum.channels or range(len(tracks))
        heard, left = max(((c, _left(tracks[c], first, last)) for c in on), key=lambda x: x[1])
        covered = all(_covered(tracks[c], first, last) for c in on)
        leaked_ms = left * FRAME_MS
    written = any(holds(text, datum.forms) for text in transcripts)
    shown = None
    if gold.origin.synthetic and not covered and heard < len(original):
        shown = snippets.wave(
            original[heard], output[heard] if output is not None else None, datum.start_s, datum.end_s, RATE_HZ
        )
    return Judgement(
        datum.entity_type,
        covered,
        f"channel {heard}, {datum.start_s:.2f}-{datum.end_s:.2f} s",
        0 if covered else leaked_ms,
        written,
        shown=shown,
    )


def _covered(track: Track, first: int, last: int) -> bool:
    kept = track.kept[first:last] & track.sounds[first:last]
    allowed = max(_CHANCE, _SHARE * int(track.sounds[first:last].sum()))
    return int(kept.sum()) <= allowed and _longest(kept) < _RUN


def _left(track: Track, first: int, last: int) -> int:
    return int((track.kept[first:last] & track.sounds[first:last]).sum())


def _longest(kept: Frames) -> int:
    return max((sum(1 for _ in run) for value, run in groupby(kept.tolist()) if value), default=0)


def _frames(datum: CallDatum) -> tuple[int, int]:
    """The frames that lie wholly inside."""
    return math.ceil(datum.start_s * RATE_HZ / FRAME), int(datum.end_s * RATE_HZ / FRAME)


def _all(masks: Iterable[Frames]) -> int:
    return sum(int(mask.sum()) for mask in masks)
