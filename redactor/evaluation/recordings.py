"""Screen recordings: each datum in each frame is judged as in a picture; frames that an output lacks leak.

Frames repeat: what was judged once is remembered by its pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeVar

from redactor.evaluation import snippets
from redactor.evaluation.gold import RecordingGold, ScreenDatum, Shown
from redactor.evaluation.ink import part
from redactor.evaluation.judged import Amount, ItemResult, Judgement
from redactor.evaluation.screens import judgement, leaked, lost_words
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_SEEN_PX = 14
"""So far around a box the rules of `ink` look."""
S = TypeVar("S")
T = TypeVar("T")


def judge(gold: RecordingGold, original: Iterator[Pixels], output: Iterator[Pixels] | None) -> ItemResult:
    """Evaluate one screen recording; both come at the rate of the gold. Without an output everything leaks."""
    judgements: list[Judgement] = []
    over, personal, lost = Amount(), 0, 0
    remembered, shown = _Remembered(), set[str]()
    there = chain(output, repeat(None)) if output is not None else repeat(None)
    for number, (frame, before, after) in enumerate(zip(gold.frames, original, there, strict=False)):
        for datum in frame.data:
            left, gone = remembered.of(before, after, datum.boxes, leaked, datum)
            personal += gone
            same, picture = f"{gold.origin.item}\0{datum.entity_type}\0{datum.value}", None
            if left is not None and gold.origin.synthetic and same not in shown:
                shown.add(same)
                picture = snippets.crop(before, after, datum.boxes[0])
            judgements.append(judgement(datum, left, f"at {number / gold.fps:.1f} s, ", picture, same))
        for word in frame.words:
            counted, pixels = remembered.of(before, after, (word,), lost_words, Shown((), (word,)))
            over, lost = over + counted, lost + pixels
    return ItemResult(
        "recording",
        gold.origin,
        tuple(judgements),
        over,
        Amount(personal, personal + lost),
        missing=output is None,
        length_s=len(gold.frames) / gold.fps,
    )


class _Remembered:
    """What was found for the same pixels."""

    def __init__(self) -> None:
        self._found: dict[bytes, Any] = {}

    def of(
        self,
        before: Pixels,
        after: Pixels | None,
        boxes: Sequence[Box],
        work: Callable[[Pixels, Pixels | None, S], T],
        subject: S,
    ) -> T:
        """The answer of `work` on `subject`, asked once for the same boxes over the same pixels."""
        kind = subject.entity_type if isinstance(subject, ScreenDatum) and subject.picture else ""
        key = blake2b(f"{work.__name__} {kind} {after is None}".encode(), digest_size=16)
        for box in boxes:
            edges = (min(box.top, _SEEN_PX), min(box.left, _SEEN_PX), box.bottom - box.top, box.right - box.left)
            for pixels in (before, after):
                if pixels is not None:
                    seen = part(pixels, box, _SEEN_PX)
                    key.update(f"{edges} {seen.shape}".encode())
                    key.update(seen.tobytes())
        name = key.digest()
        if name not in self._found:
            self._found[name] = work(before, after, subject)
        answer: T = self._found[name]
        return answer
