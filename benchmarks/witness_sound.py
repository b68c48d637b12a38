"""The witness of sound on real calls: what verification costs, false alarms on correct outputs, and what it catches.

`python -m benchmarks.witness_sound FOLDER [--mode changed|full]`: FOLDER holds recordings. Time is that of the
processor, so that it counts alike on a busy machine. Sabotages are made from the original and the covers of the correct
output. A value that is said without a cover must be spotted by ear, in all that is said.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.machine import keep
from redactor import pipeline
from redactor.assembly import Assembly
from redactor.engines import ffmpeg
from redactor.engines.faster_whisper import SileroSpeechDetector
from redactor.engines.intact import intact
from redactor.errors import RedactorError, WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy, VerifyPolicy
from redactor.protocols import Media, Scope
from redactor.readers.audio import AudioReader
from redactor.regions import TimeRange
from redactor.removed import Removed, removed
from redactor.render.masks import Mask
from redactor.witnesses.sound import SoundWitness

SHIFTS_MS = (-400, -250, -150, 150, 250, 400)


def main() -> None:
    """Redact each recording, let the witness judge the output and its sabotages, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mode", choices=["changed", "full"], default="changed")
    arguments = parser.parse_args()
    mode: Literal["changed", "full"] = arguments.mode
    assembly = Assembly(Policy(verify=VerifyPolicy(mode=mode)))
    reader = assembly.reader("audio")
    assert isinstance(reader, AudioReader)
    speech = SileroSpeechDetector()
    witness = SoundWitness(assembly.policy, assembly.transcriber(), speech, assembly.detector(), reader=reader)
    assembly.transcriber().transcribe(np.zeros(16_000, np.float32), "el")
    alone = AudioReader(assembly.policy, assembly.transcriber(), speech)
    spotter = SoundWitness(assembly.policy, assembly.transcriber(), speech, assembly.detector(), reader=alone)
    figures: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    for path in sorted(p for p in arguments.folder.iterdir() if p.suffix[1:] in ffmpeg.FORMATS):
        with tempfile.TemporaryDirectory() as scratch:
            media = Media(path, "audio", path.suffix[1:])
            clock = _Clock(seconds)
            try:
                draft = pipeline.run(media, assembly, Path(scratch), clock)
            except RedactorError as error:
                figures[f"refused {error.reason}"] += 1
                continue
            figures["calls"] += 1
            output = Media(draft.medium, "audio", media.format)
            values = removed(draft.evidence, draft.redactions)
            # The pipeline has its witness, and its time is in the figures; this one judges what came of it once more.
            alarmed = _alarmed(_judged(witness.left, output, draft.covers, values, mode))
            figures["false alarms"] += alarmed
            sabotaged = _sabotages(media, draft.covers, values, Path(scratch))
            for name, broken, covers, sought in sabotaged:
                figures[f"tried {name}"] += 1
                spotting = name == "value said"
                judge = spotter.left if spotting else witness.left
                figures[f"caught {name}"] += _alarmed(
                    _judged(judge, broken, covers, sought, "full" if spotting else mode)
                )
            verifying = seconds["verify"] + seconds["witness"]
            print(
                figures["calls"], round(verifying / (sum(seconds.values()) - verifying), 3), dict(figures), flush=True
            )
    verifying = seconds["verify"] + seconds["witness"]
    share = round(verifying / (sum(seconds.values()) - verifying), 3)
    report = {"share_of_verification": share, "cpu_seconds": {k: round(v, 1) for k, v in seconds.items()}}
    print(report)
    print(keep(f"witness_sound_{mode}", {**report, **dict(figures)}))


def _judged(
    judge: Callable[[Media, Sequence[Redaction], Sequence[Removed], Scope], Sequence[Redaction]],
    broken: Media,
    covers: Sequence[Redaction],
    sought: Sequence[Removed],
    mode: Scope,
) -> Callable[[], Sequence[Redaction]]:
    return lambda: judge(broken, covers, sought, mode)


def _alarmed(judge: Callable[[], Sequence[Redaction]]) -> bool:
    try:
        return bool(judge())
    except WithheldError:
        return True


class _Clock:
    """Processor seconds of each stage."""

    def __init__(self, seconds: defaultdict[str, float]) -> None:
        self._seconds = seconds
        self._began = 0.0

    def __call__(self, stage: str, share: float) -> None:
        """Called when a stage begins (0) and ends (1)."""
        spent = os.times()
        now = spent.user + spent.system + spent.children_user + spent.children_system
        if share == 1.0:
            self._seconds[stage] += now - self._began
        self._began = now


def _sabotages(
    media: Media, covers: Sequence[Redaction], values: Sequence[Removed], folder: Path
) -> Iterator[tuple[str, Media, Sequence[Redaction], Sequence[Removed]]]:
    """Name, output, the covers that are claimed, and the values that were removed."""
    info = intact(media, 4)
    masks = [place for cover in covers for place in cover.regions if isinstance(place, TimeRange)]
    if not masks:
        return
    yield "output is the original", media, covers, values
    for by in SHIFTS_MS:
        moved = [replace(m, start_ms=max(0, m.start_ms + by), end_ms=max(1, m.end_ms + by)) for m in masks]
        yield f"mask shifted {abs(by)} ms", _masked(media, moved, folder / f"by{by}.{media.format}"), covers, values
    if info.channels > 1:
        other = [replace(m, channel=1 - m.channel) for m in masks if m.channel < 2]
        yield "mask on the wrong channel", _masked(media, other, folder / f"other.{media.format}"), covers, values
    for at, mask in enumerate(masks):
        rest = _masked(media, [m for m in masks if m != mask], folder / f"without{at}.{media.format}")
        yield "one mask missing", rest, covers, values
        known = [v for v in values if any(isinstance(r, TimeRange) and r.overlaps(mask) for r in v.regions)]
        if known and at == len(masks) // 2:
            # One is enough, for each costs a listening to all that is said. Where it was is not told, or the place
            # without a cover would give it away.
            told = [replace(value, regions=()) for value in known]
            yield "value said", rest, [c for c in covers if c.regions[0] != mask], told


def _masked(media: Media, ranges: Sequence[TimeRange], target: Path) -> Media:
    info = intact(media, 4)
    mask = Mask(ranges, "tone", info.sample_rate_hz)
    first = 0
    with ffmpeg.encoder(target, info) as write:
        for block in ffmpeg.decode(media.path, info):
            mask.apply(block, first)
            write(block)
            first += len(block)
    return Media(target, "audio", media.format)


if __name__ == "__main__":
    main()
