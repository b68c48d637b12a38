"""Peak memory and time of long calls, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_POLL_S = 0.2


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
        command = [sys.executable, "-m", "redactor", "redact", str(call), "--out", f"{folder}/out"]
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            peak_mb = 0.0
            while process.poll() is None:
                peak_mb = max(peak_mb, _peak_mb(process.pid))
                time.sleep(_POLL_S)
        seconds = time.perf_counter() - began
    row = {
        "minutes": minutes,
        "peak_mb": round(peak_mb),
        "real_time_factor": round(seconds / 60 / minutes, 3),
        "exit_code": process.returncode,
    }
    print(row, flush=True)
    return row


def _peak_mb(pid: int) -> float:
    """The most memory that a running process has held so far, MB (Linux); 0 when it has just ended.

    Not from its resource usage: that starts at what the parent held when it was forked.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")), 0.0)


def _join(recordings: Sequence[Path], target: Path, minutes: float) -> None:
    form = ["-ar", "8000", "-ac", "2", "-f", "s16le"]
    seconds, wanted = 0.0, minutes * 60
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
        while seconds < wanted:
            for path in recordings:
                decoder = ["ffmpeg", "-v", "error", "-nostdin", "-i", f"file:{path}", *form, "pipe:1"]
                sound = subprocess.run(decoder, check=True, capture_output=True).stdout
                sound = sound[: int((wanted - seconds) * 8000) * 4]
                process.stdin.write(sound)
                seconds += len(sound) / 32_000
                if seconds >= wanted:
                    break
        process.stdin.close()
    if process.returncode:
        raise RuntimeError("the long call could not be written")
