"""Run packs with black-box scorers: `python -m benchmarks.packs PACKS_DIR`; the scorers see only what came out."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import RESULTS, keep

_RUNS = (("calls", "score_calls.py"), ("screens", "score_screens.py"), ("texts", "score_texts.py"))
STILLS = {".png", ".jpg", ".webp", ".bmp", ".tiff"}
RECORDINGS = {".mp4", ".webm", ".mkv", ".avi", ".mov"}
_MEDIA = {".wav", ".mp3", ".ogg", ".flac", ".m4a", ".jsonl", *STILLS, *RECORDINGS}


def main() -> None:
    """Redact each pack as the command line does, score it, keep the figures in results/packs.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", type=Path, help="folder with calls/, screens/, texts/ and their scorers")
    parser.add_argument("--only", choices=[name for name, _ in _RUNS])
    parser.add_argument("--out", type=Path, help="keep the outputs here")
    arguments = parser.parse_args()
    kept = RESULTS / "packs.json"
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if arguments.only and kept.exists() else {}
    figures.pop("machine", None)
    with tempfile.TemporaryDirectory() as scratch:
        out = arguments.out or Path(scratch)
        for name, scorer in _RUNS:
            if arguments.only in {None, name}:
                figures[name] = run(arguments.packs, name, scorer, out / name)
                print(name, json.dumps({k: v for k, v in figures[name].items() if k != "score"}))
    print(keep("packs", figures))


def run(packs: Path, name: str, scorer: str, out: Path) -> dict[str, Any]:
    """Redact the media of one pack (gold files are no inputs) and score the outputs."""
    media = out.parent / f"{name}-media"
    media.mkdir(parents=True, exist_ok=True)
    for path in sorted((packs / name).iterdir()):
        if path.suffix == ".jsonl":
            _without_answers(path, media / path.name)
        elif path.suffix in _MEDIA:
            shutil.copy(path, media)
    command = [sys.executable, "-m", "redactor", "redact", str(media), "--out", str(out)]
    began = time.perf_counter()
    done = subprocess.run(command, check=False)
    seconds = round(time.perf_counter() - began, 1)
    return {"seconds": seconds, "exit_code": done.returncode, "score": score(packs, name, scorer, out)}


def score(packs: Path, name: str, scorer: str, out: Path) -> dict[str, Any]:
    """What the scorer says of the outputs in `out`, without the lists of what leaked."""
    found = judged(packs, name, scorer, out, quiet=False)
    for leaks in ("leaks", "leaked", "video_leaks"):
        found.pop(leaks, None)
    return found


def judged(packs: Path, name: str, scorer: str, out: Path, *, quiet: bool = True) -> dict[str, Any]:
    """All that the scorer says of the outputs in `out`, values that leaked among it."""
    report = out.parent / f"{out.name}.json"
    gold = [packs / name / "dev.jsonl", out / "dev.jsonl"] if name == "texts" else [packs / name, out]
    command = [sys.executable, str(packs / scorer), *map(str, gold), "--json", str(report)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL if quiet else None)
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def _without_answers(gold: Path, target: Path) -> None:
    """Only id and text: the answers beside them would tell the detector what to look for."""
    records = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    bare = [json.dumps({"id": r["id"], "text": r["text"]}, ensure_ascii=False) for r in records]
    target.write_text("\n".join(bare) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
