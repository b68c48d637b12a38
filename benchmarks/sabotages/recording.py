"""Screen recordings whose covers are wrong, in pictures or in sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.sabotages.base import Broken, Sabotage
from redactor.findings import Redaction
from redactor.regions import Track
from redactor.render.audio import AudioRenderer
from redactor.render.video import VideoRenderer


def one_missing(copy: Broken) -> bool:
    """One value is not covered in any frame."""
    left = list(tracks(copy))
    if left:
        left.remove(copy.rng.choice(left))
    return _covered(copy, left)


def ends_early(copy: Broken) -> bool:
    """The covers of one value end after half of the time that it shows."""
    if not tracks(copy):
        return False
    cut = copy.rng.choice(tracks(copy))
    stays = [replace(stay, end=max(stay.start + 1, (stay.start + stay.end) // 2)) for stay in cut.stays]
    return _covered(copy, [Track(tuple(stays)) if track == cut else track for track in tracks(copy)])


def too_small(copy: Broken) -> bool:
    """The covers of one value reach over half of its width."""
    if not tracks(copy):
        return False
    cut = copy.rng.choice(tracks(copy))
    stays = [replace(stay, right=(stay.left + stay.right + 1) // 2) for stay in cut.stays]
    return _covered(copy, [Track(tuple(stays)) if track == cut else track for track in tracks(copy)])


def tracks(copy: Broken) -> list[Track]:
    """The covers of the correct output."""
    return [region for region in copy.good.covers if isinstance(region, Track)]


def _covered(copy: Broken, over: Sequence[Track]) -> bool:
    if not tracks(copy):
        return False
    sound = [r for r in copy.good.told.covers if not isinstance(r.regions[0], Track)]
    shown = [Redaction("UNCERTAIN", (track,), 1.0, "sabotage") for track in over]
    policy = copy.good.policy
    bare = policy.model_copy(update={"image": policy.image.model_copy(update={"margin_px": 0})})
    copy.medium.unlink()
    VideoRenderer(bare, AudioRenderer(bare)).render(copy.good.original, [*shown, *sound], copy.medium)
    return True


SABOTAGES: tuple[Sabotage, ...] = (one_missing, ends_early, too_small)
