"""Pictures: a datum is covered when in each of its boxes 95 % of the ink is gone and the rest cannot be read.

Of a code or a signature 80 % of the ink, of a face 80 % of the box must be gone. A word that is not personal counts as
lost when more than half of its ink is gone. The rules for ink and reading are those of `ink`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redactor.evaluation import snippets
from redactor.evaluation.gold import ScreenDatum, ScreenGold, Shown
from redactor.evaluation.ink import CHANGED, background, ink, part, unreadable
from redactor.evaluation.judged import Amount, ItemResult, Judgement
from redactor.regions import Box

if TYPE_CHECKING:
    from markupsafe import Markup

    from redactor.protocols import Pixels

_TEXT, _PICTURE, _WORD = 0.95, 0.8, 0.5
_FLAT, _FLAT_SHARE, _UNIFORM = 12, 0.4, 6
"""Levels from the background, the share of a face that must be so, deviation of what is of one colour."""


def judge(gold: ScreenGold, original: Pixels, output: Pixels | None) -> ItemResult:
    """Evaluate one picture; without an output of the same size everything in it counts as left."""
    judgements, personal = [], 0
    for datum in gold.shown.data:
        left, gone = leaked(original, output, datum)
        personal += gone
        shown = None
        if left is not None and gold.origin.synthetic:
            shown = snippets.crop(original, output, datum.boxes[0])
        judgements.append(judgement(datum, left, shown=shown))
    over, lost = lost_words(original, output, gold.shown)
    return ItemResult(
        "screen",
        gold.origin,
        tuple(judgements),
        over,
        Amount(personal, personal + lost),
        missing=output is None,
    )


def judgement(
    datum: ScreenDatum, left: int | None, when: str = "", shown: Markup | None = None, group: str = ""
) -> Judgement:
    """One datum of which `left` pixels leaked, or None when it is covered."""
    box = datum.boxes[0]
    place = f"{when}x {box.left}-{box.right}, y {box.top}-{box.bottom}"
    return Judgement(
        datum.entity_type,
        left is None,
        place,
        left or 0,
        group=group,
        shown=shown,
        picture=datum.picture,
    )


def leaked(original: Pixels, output: Pixels | None, datum: ScreenDatum) -> tuple[int | None, int]:
    """Pixels of a datum that leaked (None when it is covered), and pixels of it that are gone."""
    if datum.picture:
        return _picture(original, output, datum)
    found, left, gone = False, 0, 0
    for box in datum.boxes:
        drawn = ink(original, original if output is None else output, box)
        if output is None:
            found, left = True, left + drawn.total
            continue
        gone += drawn.lost
        if drawn.total and (drawn.lost < _TEXT * drawn.total or not unreadable(original, output, box)):
            found, left = True, left + (drawn.total - drawn.lost or drawn.total)
    return left if found else None, gone


def lost_words(original: Pixels, output: Pixels | None, shown: Shown) -> tuple[Amount, int]:
    """Words that are not personal: lost, and all; and the pixels of ink that went with them."""
    lost = pixels = 0
    for box in shown.words if output is not None else ():
        assert output is not None
        drawn = ink(original, output, box)
        lost += bool(drawn.total) and drawn.lost > _WORD * drawn.total
        pixels += drawn.lost
    return Amount(lost, len(shown.words)), pixels


def _picture(original: Pixels, output: Pixels | None, datum: ScreenDatum) -> tuple[int | None, int]:
    box = datum.boxes[0]
    if output is None:
        return (box.right - box.left) * (box.bottom - box.top), 0
    if datum.entity_type == "FACE":
        return _face(original, output, box)
    drawn = ink(original, output, box)
    if drawn.lost >= _PICTURE * drawn.total and unreadable(original, output, box):
        return None, drawn.lost
    return drawn.total - drawn.lost or drawn.total, drawn.lost


def _face(original: Pixels, output: Pixels, box: Box) -> tuple[int | None, int]:
    before, after = part(original, box).astype(np.int16), part(output, box).astype(np.int16)
    flat = np.abs(after - background(after)).max(axis=2) <= _FLAT
    gone = np.abs(before - after).max(axis=2) > CHANGED
    if flat.mean() >= _FLAT_SHARE:
        gone |= flat
    uniform = gone.any() and after[gone].std(axis=0).max() < _UNIFORM
    covered = gone.mean() >= _PICTURE and (uniform or unreadable(original, output, box))
    return None if covered else int((~gone).sum()) or gone.size, int(gone.sum())
