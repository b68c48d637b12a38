"""Peak memory and time of long calls, each in a process of its own, as `redactor[all]` installs."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import AS_INSTALLED, watch


def memory(recordings: Sequence[Path], minutes: Sequence[float]) -> list[dict[str, Any]]:
    """For each length a call made of `recordings` one after the other, again and again (8 kHz, mu-law, two channels).

    Returns:
        Rows with `minutes`, `peak_mb` (resident, of the command; ffmpeg is not in it), `real_time_factor`, `exit_code`.
    """
    return [_measured(recordings, length) for length in minutes]


def _measured(recordings: Sequence[Path], minutes: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        call = Path(folder) / "call.wav"
        _join(recordings, call, minutes)
        done = watch([*AS_INSTALLED, "redact", str(call), "--out", f"{folder}/out"])
    row = {
        "minutes": minutes,
        "peak_mb": round(done.peak_mb),
        "real_time_factor": round(done.seconds / 60 / minutes, 3),
        "exit_code": done.exit_code,
    }
    print(row, flush=True)
    return row


def _join(recordings: Sequence[Path], target: Path, minutes: float) -> None:
    form = ["-ar", "8000", "-ac", "2", "-f", "s16le"]
    left = int(minutes * 60 * 8000) * 4
    writer = [
        "ffmpeg",
        "-v",
        "error",
        "-y",
        *form[4:],
        *form[:4],
        "-i",
        "pipe:0",
        "-c:a",
        "pcm_mulaw",
        f"file:{target}",
    ]
    with subprocess.Popen(writer, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        while left:
            for path in recordings:
                decoder = ["ffmpeg", "-v", "error", "-nostdin", "-i", f"file:{path}", *form, "pipe:1"]
                sound = subprocess.run(decoder, check=True, capture_output=True).stdout
                process.stdin.write(sound[:left])
                left -= len(sound[:left])
        process.stdin.close()
    if process.returncode:
        raise RuntimeError("the long call could not be written")
