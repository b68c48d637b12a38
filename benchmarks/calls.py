"""Calls with gold: `python -m benchmarks.calls FOLDER SCORER [--naive] [--padding] [--long HOURS]`.

Recall and over-redaction from the sound alone, real-time factor with its split, leakage per datum and errors of word
times; beside it the naive script in the same run; the curve over the padding as a picture; memory of long calls.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.long_calls import memory
from benchmarks.machine import RESULTS, keep
from benchmarks.naive import script
from benchmarks.timed import Timed
from redactor.engines.faster_whisper import SileroSpeechDetector
from redactor.errors import RedactorError
from redactor.evidence import Evidence
from redactor.library import Redactor
from redactor.policy import Policy
from redactor.protocols import Media, Transcriber
from redactor.readers.audio import AudioReader
from redactor.regions import TimeRange

PADDING_MS = (0, 50, 100, 150, 200, 300, 400)
PICTURE = RESULTS / "calls-padding.png"
FRAME_MS = 20
"""The scorer looks at the sound in frames of this length."""
_LONG_S = 120


def main() -> None:
    """Measure, print, keep in results/calls.json; what is not asked for is taken over from there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="recordings, each with its gold NAME.json")
    parser.add_argument("scorer", type=Path, help="the black-box scorer of calls")
    parser.add_argument("--name", default="calls", help="of the pack, in the results")
    parser.add_argument("--naive", action="store_true", help="the naive script too")
    parser.add_argument("--padding", action="store_true", help="the curve over the padding")
    parser.add_argument(
        "--long", type=float, nargs="*", default=(), metavar="MINUTES", help="memory of calls this long"
    )
    options = parser.parse_args()
    pack, kept = Pack(options.folder, options.scorer), RESULTS / "calls.json"
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    figures.pop("machine", None)
    mine = figures.setdefault(options.name, {})
    evidence, mine["redactor"] = pack.ours()
    if options.naive:
        mine["naive"] = pack.naive()
        mine["times_faster"] = round(mine["naive"]["seconds"] / mine["redactor"]["seconds"], 2)
    if options.padding:
        mine["padding"] = pack.padding(evidence)
        draw(mine["padding"])
    if options.long:
        figures["long"] = memory(pack.recordings(), options.long)
    print(json.dumps(mine, indent=1, ensure_ascii=False), keep("calls", figures))


class Pack:
    """Recordings with gold, and how they are scored."""

    def __init__(self, folder: Path, scorer: Path) -> None:
        self._folder = folder
        self._scorer = scorer
        self._gold = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.json"))}

    def recordings(self) -> list[Path]:
        """The recordings in order of their names."""
        return [self._folder / gold["audio"] for gold in self._gold.values()]

    def ours(self) -> tuple[dict[str, Evidence], dict[str, Any]]:
        """The first reading of each call, and the figures of the whole path; engines are warm."""
        base = Redactor()
        timed = Timed(base.assembly.transcriber())
        reader = _Remembering(base.policy, timed)
        redactor = Redactor(base.policy, readers={"audio": reader})
        redactor.redact_text("warm up 6970000000")
        timed.transcribe(np.zeros(16_000, np.float32), "el")
        rows: list[dict[str, Any]] = []
        with tempfile.TemporaryDirectory() as out:
            for (name, gold), path in zip(self._gold.items(), self.recordings(), strict=True):
                timed.seconds, began, refused = 0.0, time.perf_counter(), ""
                reader.name_of = name
                try:
                    redactor.redact_file(path, out)
                except RedactorError as error:
                    refused = error.reason
                seconds = time.perf_counter() - began
                rows.append(
                    {
                        "call": name,
                        "length_s": gold["duration"],
                        "real_time_factor": round(seconds / gold["duration"], 3),
                        "outside_recognition": round(1 - timed.seconds / seconds, 3),
                        **({"refused": refused} if refused else {}),
                    }
                )
                print(rows[-1], flush=True)
            figures = self._score(Path(out)) | {"leaked_ms": self._leaked(Path(out))}
        long = [row for row in rows if row["length_s"] >= _LONG_S] or rows
        spent = sum(row["real_time_factor"] * row["length_s"] for row in rows)
        return reader.first, {
            **figures,
            "seconds": round(spent, 1),
            "real_time_factor": _weighted(rows, "real_time_factor"),
            "real_time_factor_of_two_minutes_and_more": _weighted(long, "real_time_factor"),
            "outside_recognition": _weighted(long, "outside_recognition"),
            "word_time_error_ms": self._time_errors(reader.first),
            "calls": rows,
        }

    def naive(self) -> dict[str, Any]:
        """The same pack through the naive script."""
        redact = script()
        with tempfile.TemporaryDirectory() as out:
            began = time.perf_counter()
            for path in self.recordings():
                redact(path, Path(out) / path.name)
            seconds = time.perf_counter() - began
            return {**self._score(Path(out)), "seconds": round(seconds, 1)}

    def padding(self, evidence: dict[str, Evidence]) -> list[dict[str, Any]]:
        """Recall and over-redaction of one and the same reading under each padding."""
        rows = []
        for pad_ms in PADDING_MS:
            policy = Policy.model_validate({"audio": {"pad_ms": pad_ms}})
            with tempfile.TemporaryDirectory() as out:
                for name, path in zip(self._gold, self.recordings(), strict=True):
                    redactor = Redactor(policy, readers={"audio": _Told(evidence[name])})
                    redactor.redact_file(path, out)
                score = self._score(Path(out))
            rows.append({"pad_ms": pad_ms, "recall": score["recall"], "over_redaction": score["over_redaction"]})
            print(rows[-1], flush=True)
        return rows

    def _score(self, out: Path) -> dict[str, Any]:
        report = out / "score" / "report.json"
        report.parent.mkdir()
        command = [sys.executable, str(self._scorer), str(self._folder), str(out), "--json", str(report)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = json.loads(report.read_text(encoding="utf-8"))
        by = {key: value for key, value in found["by"].items() if key.startswith(("language", "type"))}
        names = ("recall", "over_redaction", "over_redaction_no_pii", "in_transcript", "missing")
        return {name: found[name] for name in names} | {"by": by}

    def _leaked(self, out: Path) -> dict[str, float]:
        """Milliseconds of each datum that can still be recognised: mean and 95th percentile, ms."""
        score = _module(self._scorer)
        left = []
        for gold in self._gold.values():
            if not (draft := out / gold["audio"]).exists():
                continue
            before, after = (score.decode(path, gold["channels"]) for path in (self._folder / gold["audio"], draft))
            kept = [score.preserved(a, score.align(a, b))[1] for a, b in zip(before, after, strict=True)]
            for item in gold["pii"]:
                frames = slice(*(int(item[edge] * 1000 / FRAME_MS) for edge in ("start", "end")))
                left.append(float(kept[item["channel"]][frames].sum()) * FRAME_MS)
        return {"mean": round(statistics.fmean(left), 1), "p95": round(float(np.percentile(left, 95)), 1)}

    def _time_errors(self, evidence: dict[str, Evidence]) -> dict[str, float]:
        """How far the edges of the words that lie in a datum are from its own: median and 90th percentile, ms."""
        errors = []
        for name, read in evidence.items():
            regions = [word.region for word in read.words if isinstance(word.region, TimeRange)]
            for item in self._gold[name]["pii"]:
                start, end = item["start"] * 1000, item["end"] * 1000
                inside = [
                    r
                    for r in regions
                    if r.channel == item["channel"] and min(r.end_ms, end) - max(r.start_ms, start) > len(r) / 2
                ]
                if inside:
                    errors += [abs(inside[0].start_ms - start), abs(max(r.end_ms for r in inside) - end)]
        return {"median": round(float(np.median(errors))), "p90": round(float(np.percentile(errors, 90)))}


class _Remembering(AudioReader):
    """A reader that keeps the first reading of each call."""

    def __init__(self, policy: Policy, transcriber: Transcriber) -> None:
        super().__init__(policy, transcriber, SileroSpeechDetector())
        self.name = "whisper"
        self.name_of = ""
        self.first: dict[str, Evidence] = {}

    def read(self, media: Media) -> Evidence:
        """The inner reading, remembered."""
        self.first[self.name_of] = super().read(media)
        return self.first[self.name_of]


class _Told:
    """A reader that says what was read before."""

    name = "told"

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def read(self, media: Media) -> Evidence:  # noqa: ARG002 - the Protocol's
        """Always the same."""
        return self._evidence


def draw(rows: list[dict[str, Any]]) -> None:
    """The curve as a picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="over-redaction, % of the sound outside", ylabel="recall, % of the data")
    over, recall = ([100 * row[key] for row in rows] for key in ("over_redaction", "recall"))
    axes.plot(over, recall, marker="o")
    for i, (x, y, row) in enumerate(zip(over, recall, rows, strict=True)):
        above = (-12, 8)[i % 2]
        axes.annotate(f"{row['pad_ms']} ms", (x, y), textcoords="offset points", xytext=(0, above), ha="center")
    axes.set_ylim(min(recall) - 5, 100.5)
    axes.grid(visible=True, alpha=0.3)
    figure.savefig(PICTURE, dpi=100, metadata={"Software": None})


def _weighted(rows: list[dict[str, Any]], key: str) -> float:
    length = float(sum(row["length_s"] for row in rows))
    return round(float(sum(row[key] * row["length_s"] for row in rows)) / length, 3)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
