"""One evaluation: gold and outputs brought together, item by item; what cannot be judged is told and counts as left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor.errors import EngineError, MediaError, PolicyError
from redactor.evaluation import calls, recordings, screens, sidecars, spans, texts, transcripts
from redactor.evaluation.formats import read_gold
from redactor.evaluation.gold import CallGold, Gold, ListedGold, RecordingGold, ScreenGold, TextGold
from redactor.evaluation.judged import UNITS, ItemResult
from redactor.evaluation.measures import figures
from redactor.evaluation.outputs import PICTURES, SOUND, VIDEOS, Line, Outputs
from redactor.evaluation.problems import Problem, Problems
from redactor.evaluation.sound import RATE_HZ

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

_SLACK_S = 0.5
"""Codecs make a recording a little longer."""
_TOLD = 20
"""So many outputs without gold are named; of more, the number is told."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that was found out."""

    items: tuple[ItemResult, ...]
    problems: tuple[Problem, ...]

    def figures(self) -> dict[str, dict[str, Any]]:
        """Kind -> its figures, see `measures.figures`; kinds without items are left out. No values."""
        parts = {kind: [item for item in self.items if item.kind == kind] for kind in UNITS}
        return {kind: figures(kind, items) for kind, items in parts.items() if items}


def evaluate(
    gold: Path, out: Path, *, format: str = "auto", media: Path | None = None, synthetic: bool = False
) -> Evaluation:
    """Judge the outputs in `out` against `gold`; each is a file or a folder, see `formats.read_gold`.

    An item without an output that can be judged counts as not redacted, and is told among the problems.

    Raises:
        PolicyError: there is no gold, or no `out`.
        MissingEngineError: ffmpeg, Pillow, nervaluate or jiwer is needed and is not here.
    """
    spans.require()
    transcripts.require()
    problems = Problems()
    golds = read_gold(gold, format, media, synthetic, problems)
    if not out.exists():
        raise PolicyError(f"the outputs are not here: {out}")
    outputs = Outputs(out, problems, texts=any(isinstance(g, TextGold) for g in golds))
    run = _Run(outputs, problems)
    items = [*run.texts([g for g in golds if isinstance(g, TextGold)])]
    items += [run.other(g) for g in golds if not isinstance(g, TextGold)]
    files = any(isinstance(g, TextGold | ListedGold) for g in golds)
    strangers = list(outputs.unasked(files=files))
    for where, what in strangers[:_TOLD]:
        problems.output("NO_GOLD", where, f"{what} without gold; it is not evaluated")
    if len(strangers) > _TOLD:
        problems.output("NO_GOLD", str(out), f"{len(strangers) - _TOLD} more outputs without gold")
    return Evaluation(tuple(items), tuple(problems.found))


class _Run:
    """The outputs, and where to tell what is wrong with them."""

    def __init__(self, outputs: Outputs, problems: Problems) -> None:
        self._outputs = outputs
        self._problems = problems

    def texts(self, golds: Sequence[TextGold]) -> Iterator[ItemResult]:
        """Texts, with what the sidecar of their file says of them."""
        found = {id(gold): self._outputs.texts(gold.origin) for gold in golds}
        by_file: dict[Path, list[TextGold]] = defaultdict(list)
        for gold in golds:
            for line in found[id(gold)][:1]:
                by_file[line.path].append(gold)
        told: dict[int, tuple[list[sidecars.Found] | None, dict[str, float]]] = {}
        for path, here in by_file.items():
            sidecar = self._outputs.sidecar(path)
            said = sidecars.in_texts(sidecar, here, lines=path.suffix.lower() == ".jsonl")
            took = {step: s / len(here) for step, s in sidecars.seconds(sidecar).items()}
            for number, gold in enumerate(here):
                told[id(gold)] = (said[number] if said is not None else None, took)
        for gold in golds:
            own, took = told.get(id(gold), (None, {}))
            yield replace(self._text(gold, found[id(gold)], own), seconds=took)

    def other(self, gold: Gold) -> ItemResult:
        """A recording, a picture, a video, or a text of which only the values are known."""
        if isinstance(gold, CallGold):
            return self._call(gold)
        if isinstance(gold, ScreenGold):
            return self._screen(gold)
        if isinstance(gold, RecordingGold):
            return self._recording(gold)
        assert isinstance(gold, ListedGold)
        text = self._outputs.named(gold.origin)
        if text is None:
            self._missing(gold)
        return texts.judge_listed(gold, text)

    def _text(self, gold: TextGold, lines: Sequence[Line], said: Sequence[sidecars.Found] | None) -> ItemResult:
        if not lines:
            self._missing(gold)
            return texts.judge(gold, None, [])
        if len(lines) > 1:
            message = f"came out {len(lines)} times; the worst counts"
            self._problems.output("DUPLICATE_ID", gold.origin.item, message)
        results = [texts.judge(gold, line.text, said) for line in lines]
        return max(results, key=lambda result: sum(not j.covered for j in result.judgements))

    def _call(self, gold: CallGold) -> ItemResult:
        from redactor.engines import seeing

        where = gold.origin.item
        written = [transcripts.read(path) for path in self._outputs.transcripts(gold.origin)]
        path, output = self._outputs.medium(gold.origin, SOUND), None
        original: list[NDArray[np.float32]] = self._original(gold, lambda: seeing.channels(gold.path, RATE_HZ)) or []
        if original and gold.channels not in {0, len(original)}:
            message = f"the original has {len(original)} channels, the gold says {gold.channels}"
            self._problems.gold("CHANNELS", where, f"{message}; it counts as not redacted")
            original = []
        elif original and any(channel >= len(original) for datum in gold.data for channel in datum.channels):
            message = f"a datum is on a channel beyond the {len(original)} of the original; it counts as not redacted"
            self._problems.gold("NO_CHANNEL", where, message)
            original = []
        if path is None:
            self._missing(gold)
        elif original:
            output = self._readable(where, lambda: seeing.channels(path, RATE_HZ))
            if output is not None and len(output) != len(original):
                message = f"{len(output)} channels came out of {len(original)}; it counts as not redacted"
                self._problems.output("CHANNELS", where, message)
                output = None
            elif output is not None and abs(len(output[0]) - len(original[0])) > _SLACK_S * RATE_HZ:
                lengths = [len(sound[0]) / RATE_HZ for sound in (output, original)]
                self._problems.output("LENGTH", where, f"{lengths[0]:.1f} s came out of {lengths[1]:.1f} s")
        result = calls.judge(gold, original, output, written)
        sidecar = self._outputs.sidecar(path) if path else {}
        return replace(result, seconds=sidecars.seconds(sidecar), said=sidecars.in_call(sidecar, gold))

    def _screen(self, gold: ScreenGold) -> ItemResult:
        from redactor.engines import seeing

        path, output = self._outputs.medium(gold.origin, PICTURES), None
        original = self._original(gold, lambda: seeing.picture(gold.path))
        if original is None or not self._as_told(gold, original.shape[1::-1]):
            return _unseen("screen", gold)
        if path is None:
            self._missing(gold)
        else:
            output = self._readable(gold.origin.item, lambda: seeing.picture(path))
            if output is not None and not self._same_size(gold, output.shape[1::-1], original.shape[1::-1]):
                output = None
        result = screens.judge(gold, original, output)
        sidecar = self._outputs.sidecar(path) if path else {}
        return replace(result, seconds=sidecars.seconds(sidecar), said=sidecars.in_screen(sidecar, gold))

    def _recording(self, gold: RecordingGold) -> ItemResult:
        from redactor.engines import seeing

        size = (gold.width_px, gold.height_px)
        path, output = self._outputs.medium(gold.origin, VIDEOS), None
        found = self._original(gold, lambda: seeing.frame_size(gold.path))
        if found is None or not self._as_told(gold, found):
            return _unseen("recording", gold)
        if path is None:
            self._missing(gold)
        else:
            shown = self._readable(gold.origin.item, lambda: seeing.frame_size(path))
            if shown is not None and self._same_size(gold, shown, size):
                output = self._frames(gold, path)
        result = recordings.judge(gold, self._frames(gold, gold.path), output)
        # At a constant rate the last frame may be lost to rounding; it is not judged then.
        if len(result.judgements) < sum(len(frame.data) for frame in gold.frames[:-1]):
            return _unseen("recording", gold)
        return replace(result, seconds=sidecars.seconds(self._outputs.sidecar(path) if path else {}))

    def _frames(self, gold: RecordingGold, path: Path) -> Iterator[Pixels]:
        """The frames of an original or an output, as far as they can be read; that there are too few is told."""
        from redactor.engines import seeing

        count, tell = 0, self._problems.gold if path == gold.path else self._problems.output
        which = "of the original are there" if path == gold.path else "came out"
        try:
            for frame in seeing.frames(path, gold.fps, gold.width_px, gold.height_px):
                count += 1
                yield frame
        except MediaError as error:
            tell(error.reason, gold.origin.item, f"{error}; it counts as not redacted")
        if 0 < count < len(gold.frames) - (path == gold.path):
            message = f"{count} frames {which}, {len(gold.frames)} in the gold; what is missing counts as not redacted"
            tell("TOO_SHORT", gold.origin.item, message)

    def _as_told(self, gold: ScreenGold | RecordingGold, found: Sequence[int]) -> bool:
        told = (gold.width_px, gold.height_px)
        if tuple(found) == told or not any(told):
            return True
        message = f"the original has {found[0]} x {found[1]} px, the gold says {told[0]} x {told[1]}"
        self._problems.gold("SIZE", gold.origin.item, f"{message}; it counts as not redacted")
        return False

    def _same_size(self, gold: ScreenGold | RecordingGold, shown: Sequence[int], wanted: Sequence[int]) -> bool:
        if tuple(shown) == tuple(wanted):
            return True
        message = f"{shown[0]} x {shown[1]} px came out of {wanted[0]} x {wanted[1]}; it counts as not redacted"
        self._problems.output("SIZE", gold.origin.item, message)
        return False

    def _missing(self, gold: Gold) -> None:
        message = "no output; it counts as not redacted"
        self._problems.output("MISSING_OUTPUT", gold.origin.item, message)

    def _original(self, gold: CallGold | ScreenGold | RecordingGold, read: Any) -> Any:
        if not gold.path.is_file():
            message = "its original is neither beside the gold nor in --media; it counts as not redacted"
            self._problems.gold("NO_ORIGINAL", gold.origin.item, message)
            return None
        try:
            return read()
        except (MediaError, EngineError) as error:
            self._problems.gold(error.reason, gold.origin.item, f"the original: {error}; it counts as not redacted")
            return None

    def _readable(self, where: str, read: Any) -> Any:
        try:
            return read()
        except (MediaError, EngineError) as error:
            self._problems.output(error.reason, where, f"{error}; it counts as not redacted")
            return None


def _unseen(kind: str, gold: ScreenGold | RecordingGold) -> ItemResult:
    """An item whose original cannot be seen: everything in it counts as left."""
    frames = (gold.shown,) if isinstance(gold, ScreenGold) else gold.frames
    judgements = tuple(screens.judgement(datum, 0) for frame in frames for datum in frame.data)
    return ItemResult(kind, gold.origin, judgements, missing=True)
