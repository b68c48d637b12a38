"""Real-time factor of calls with its split, seconds per screen, KB/s of text, import time, peak memory of the demo."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.timed import Timed
from redactor.engines import ffmpeg
from redactor.library import Redactor

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"


def calls() -> dict[str, Any]:
    """Each sample call: real-time factor, and the share of everything but recognition."""
    from redactor.engines.faster_whisper import SileroSpeechDetector
    from redactor.readers.audio import AudioReader

    base = Redactor()
    timed = Timed(base.assembly.transcriber())
    reader = AudioReader(base.policy, timed, SileroSpeechDetector())
    redactor = Redactor(base.policy, readers={"audio": reader})
    redactor.redact_text("warm up 6970000000")
    rows: list[dict[str, Any]] = []
    for path in sorted((SAMPLES / "calls").iterdir()):
        length = ffmpeg.probe(path, path.suffix[1:]).duration_ms / 1000
        timed.seconds, began = 0.0, time.perf_counter()
        with tempfile.TemporaryDirectory() as out:
            receipt = redactor.redact_file(path, out)
        whole = time.perf_counter() - began
        rows.append(
            {
                "call": path.name,
                "length_s": round(length, 2),
                "real_time_factor": round(whole / length, 3),
                "recognition_s": round(timed.seconds, 2),
                "everything_else_s": round(whole - timed.seconds, 2),
                "everything_else_share_of_recognition": round((whole - timed.seconds) / timed.seconds, 3),
                "stages_s": dict(receipt.seconds),
                "rounds": receipt.rounds,
            }
        )
    recognition = sum(r["recognition_s"] for r in rows)
    rest = sum(r["everything_else_s"] for r in rows)
    length = sum(r["length_s"] for r in rows)
    return {
        "calls": rows,
        "real_time_factor": round((recognition + rest) / length, 3),
        "everything_else_share_of_recognition": round(rest / recognition, 3),
        "note": "recognition counts both readings, of the original and of the draft",
    }


def screens() -> dict[str, Any]:
    """Seconds per sample screen, the whole path and one reading."""
    redactor = Redactor()
    rows: list[dict[str, Any]] = []
    redactor.redact_text("warm up 6970000000")
    for path in sorted((SAMPLES / "screens").iterdir()):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as out:
            receipt = redactor.redact_file(path, out)
        row = {"screen": path.name, "seconds": round(time.perf_counter() - began, 2), "rounds": receipt.rounds}
        rows.append({**row, "stages_s": dict(receipt.seconds)})
    return {"screens": rows, "median_s": statistics.median(r["seconds"] for r in rows)}


def texts() -> dict[str, Any]:
    """KB/s of detection alone and of the whole path, on the sample texts repeated."""
    redactor = Redactor()
    body = "\n\n".join(p.read_text(encoding="utf-8") for p in sorted((SAMPLES / "texts").iterdir())) * 4
    size = len(body.encode()) / 1000
    redactor.detect("warm up 6970000000")
    began = time.perf_counter()
    redactor.detect(body)
    detect = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        redactor.redact_file(body.encode(), folder, name="text.txt")
        whole = time.perf_counter() - began
    return {"kb": round(size, 1), "detect_kb_per_s": round(size / detect, 1), "whole_kb_per_s": round(size / whole, 1)}


def imports() -> dict[str, Any]:
    """Milliseconds of `import redactor`, over an interpreter that imports nothing; medians of 9."""

    def run(code: str) -> float:
        times = []
        for _ in range(9):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - began)
        return statistics.median(times) * 1000

    bare, loaded = run("pass"), run("import redactor")
    return {"interpreter_ms": round(bare, 1), "with_import_ms": round(loaded, 1), "import_ms": round(loaded - bare, 1)}


def demo_memory() -> dict[str, Any]:
    """Peak resident memory (MB) and seconds of the whole demo in a process of its own, first and second run."""
    with tempfile.TemporaryDirectory() as folder:
        text = (SAMPLES / "redactor.toml").read_text(encoding="utf-8")
        config = Path(folder) / "redactor.toml"
        text = text.replace("../out", f"{folder}/out")
        for name in ("calls", "screens", "texts"):
            text = text.replace(f'source = "{name}"', f'source = "{SAMPLES / name}"')
        config.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "redactor", "batch", "--config", str(config)]
        seconds = []
        for _ in range(2):
            began = time.perf_counter()
            done = subprocess.run(command, check=False, capture_output=True, env={**os.environ}, cwd=ROOT)
            seconds.append(round(time.perf_counter() - began, 1))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return {"peak_mb": round(peak), "first_run_s": seconds[0], "second_run_s": seconds[1], "exit_code": done.returncode}
