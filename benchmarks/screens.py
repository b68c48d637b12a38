"""Screens with gold: `python -m benchmarks.screens PACKS_DIR`, the folder with `screens/` and its scorer beside it.

Recall, over-redaction, time and memory of the command on stills and recordings; in the same run, screen by screen on
one core, presidio-image-redactor; seconds of a 1080p screen by stage; what recordings cost and how much of them was
read.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.machine import AS_INSTALLED, RESULTS, keep, watch
from benchmarks.packs import RECORDINGS, STILLS, score
from benchmarks.screen_workers import Answer, Worker, ours, presidio_english, presidio_greek_letters

PEERS = {"presidio": presidio_english, "presidio ell+eng": presidio_greek_letters}
"""Names and makers of what the product is compared with."""
FULL_HD_PX = (1920, 1080)
_SCORER = "score_screens.py"
_PARTS = ("command", "peers", "full_hd", "recordings")


def main() -> None:
    """Measure, print, keep in results/screens.json; with `--only`, the other parts are taken over from there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", type=Path, help=f"folder with screens/ and {_SCORER}")
    parser.add_argument("--only", nargs="*", choices=_PARTS, default=_PARTS)
    options = parser.parse_args()
    # For the programs and processes that are started from here: threads that wait for one core hold each other up.
    os.environ.update(OMP_THREAD_LIMIT="1", OPENBLAS_NUM_THREADS="1")
    kept = RESULTS / "screens.json"
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    figures.pop("machine", None)
    pack = Pack(options.packs)
    for part in options.only:
        busy = os.getloadavg()[0]
        with tempfile.TemporaryDirectory() as folder:
            measure = {
                "command": pack.command,
                "peers": pack.peers,
                "full_hd": pack.full_hd,
                "recordings": pack.recordings,
            }[part]
            # The load before says what else the machine had to do; both cores busy is 2.
            figures[part] = {"load_before": round(busy, 1), **measure(Path(folder))}
        print(part, json.dumps(figures[part], ensure_ascii=False), flush=True)
        print(keep("screens", figures))


class Pack:
    """The screens of a pack, and how they are scored."""

    def __init__(self, packs: Path) -> None:
        """`packs` is the folder with `screens/` and the scorer."""
        self._packs = packs
        files = sorted((packs / "screens").iterdir())
        self._stills = [path for path in files if path.suffix in STILLS]
        self._recordings = [path for path in files if path.suffix in RECORDINGS]
        self._core = max(os.sched_getaffinity(0))

    def command(self, folder: Path) -> dict[str, Any]:
        """The command line on all stills, then on all recordings: time, peak memory, and the score of both."""
        out, figures = folder / "out", dict[str, Any]()
        for name, paths in (("stills", self._stills), ("recordings", self._recordings)):
            media = folder / name
            media.mkdir()
            for path in paths:
                shutil.copy(path, media)
            done = watch([*AS_INSTALLED, "redact", str(media), "--out", str(out)])
            figures[name] = {
                "files": len(paths),
                "seconds": round(done.seconds, 1),
                "exit_code": done.exit_code,
                "peak_mb": round(done.peak_mb),
            }
        return {**figures, "score": self._score(out, stills_only=False)}

    def peers(self, folder: Path) -> dict[str, Any]:
        """The stills by the product and each peer, taking turns on one core; seconds, ratios, scores."""
        makers = {"redactor": ours, **PEERS}
        workers = {name: Worker(make, self._core) for name, make in makers.items()}
        answers: dict[str, dict[str, Answer]] = {name: {} for name in makers}
        for name in makers:
            (folder / name).mkdir()
            # Once for what an engine loads at its first picture.
            workers[name].redact(self._stills[0], _made(folder / "warm" / name))
        for path in self._stills:
            for name, worker in workers.items():
                answers[name][path.stem] = worker.redact(path, folder / name)
        peaks = {name: worker.peak_mb() for name, worker in workers.items()}
        for worker in workers.values():
            worker.close()
        own = answers["redactor"]
        packages = ("presidio-image-redactor", "presidio-analyzer", "pytesseract", "opencv-python")
        return {
            "packages": {name: version(name) for name in packages},
            **{
                name: {
                    **_times(rows),
                    "peak_mb": peaks[name],
                    "times_as_long_as_redactor": _ratio(rows, own),
                    "score": self._score(folder / name, stills_only=True),
                }
                for name, rows in answers.items()
            },
        }

    def full_hd(self, folder: Path) -> dict[str, Any]:
        """Seconds of each still on a canvas of 1920 x 1080 px, on one core, engines loaded, by stage."""
        canvases = [on_canvas(path, _made(folder / "canvases")) for path in self._stills]
        worker, out = Worker(ours, self._core), folder / "out"
        worker.redact(canvases[0], _made(folder / "warm"))
        answers = {path.stem: worker.redact(path, out) for path in canvases}
        peak_mb = worker.peak_mb()
        worker.close()
        stages = dict.fromkeys(stage for answer in answers.values() for stage in answer.stages)
        return {
            "note": "screens of the pack, none larger, in the corner of a canvas of their background colour",
            **_times(answers),
            "peak_mb": peak_mb,
            "median_stages_s": {
                stage: round(statistics.median(answer.stages.get(stage, 0.0) for answer in answers.values()), 2)
                for stage in stages
            },
        }

    def recordings(self, _folder: Path) -> dict[str, Any]:
        """What recordings cost on one core, engines loaded, and how much of them was read."""
        command = [sys.executable, "-m", "benchmarks.recordings", str(self._core), *map(str, self._recordings)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures

    def _score(self, out: Path, *, stills_only: bool) -> dict[str, Any]:
        return summary(score(self._packs, "screens", _SCORER, out), stills_only=stills_only)


def summary(found: Mapping[str, Any], *, stills_only: bool) -> dict[str, Any]:
    """The figures that have a bar, of a report of the scorer; `[hit, of]` for pictures and for types that leaked."""
    types, words = found["recall_by_type"], found["over_redaction"]
    pictures = ("FACE", "QR_CODE", "BARCODE", "SIGNATURE", "ALL pictures")
    figures = {
        "text": types["ALL text"]["rate"],
        "text_by_scene": {scene: row["rate"] for scene, row in found["recall_by_scene"].items()},
        "text_by_language": {language: row["rate"] for language, row in found["recall_by_language"].items()},
        "leaked_types": {
            kind: [row["hit"], row["of"]]
            for kind, row in types.items()
            if row["rate"] < 1 and kind not in pictures and not kind.startswith("ALL")
        },
        "pictures": {kind: [types[kind]["hit"], types[kind]["of"]] for kind in pictures if kind in types},
        "over_redaction": words["ALL"]["rate"],
        "over_redaction_without_personal_data": words.get("no-PII screens", {}).get("rate"),
        "screens_without_leak": [found["screens_without_leak"], len(found["recall_by_screen"])],
    }
    if stills_only:
        return figures
    over = {name: row["rate"] for name, row in found["video_over_redaction"].items()}
    frames = {name: row["rate"] for name, row in found["video_recall"].items()}
    return {**figures, "item_frames": frames, "over_redaction_of_recordings": over, "missing": found["missing"]}


def on_canvas(source: Path, folder: Path) -> Path:
    """A PNG of 1920 x 1080 px with the picture in its upper left corner, the rest in its most frequent colour.

    Raises `ValueError` for a picture that is larger.
    """
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    if picture.width > FULL_HD_PX[0] or picture.height > FULL_HD_PX[1]:
        raise ValueError("a screen of the pack is larger than the canvas")
    colours, counts = np.unique(np.asarray(picture).reshape(-1, 3), axis=0, return_counts=True)
    red, green, blue = (int(level) for level in colours[counts.argmax()])
    canvas = Image.new("RGB", FULL_HD_PX, (red, green, blue))
    canvas.paste(picture)
    target = folder / f"{source.stem}.png"
    canvas.save(target)
    return target


def _times(answers: Mapping[str, Answer]) -> dict[str, Any]:
    return {
        "seconds": _three([answer.seconds for answer in answers.values()]),
        "processor_s": _three([answer.processor_s for answer in answers.values()]),
        "refused": {name: answer.refused for name, answer in answers.items() if answer.refused},
    }


def _three(seconds: Sequence[float]) -> dict[str, float]:
    figures = {"all": sum(seconds), "median": statistics.median(seconds), "maximum": max(seconds)}
    return {name: round(value, 2) for name, value in figures.items()}


def _ratio(rows: Mapping[str, Answer], own: Mapping[str, Answer]) -> dict[str, float]:
    """How many times as long as the product, over all screens."""
    return {
        "seconds": round(sum(r.seconds for r in rows.values()) / sum(r.seconds for r in own.values()), 2),
        "processor_s": round(sum(r.processor_s for r in rows.values()) / sum(r.processor_s for r in own.values()), 2),
    }


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
