"""What encryption of outputs costs: `python -m benchmarks.sealing`. Megabytes a second, milliseconds a file, memory.

Each figure is the median of several goes; a plain place and a sealed one do the same, on the disk of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from benchmarks.machine import keep
from redactor.boundary import Place
from redactor.filekeys import FileKeys
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.places import open_place
from redactor.sealed_bytes import HEADER, Header, seal, unseal
from redactor.sealing import SealedPlace

_MB = 1 << 20
_KEY = b"k" * 32
_MEMORY = """
import io, resource, sys
from redactor.sealed_bytes import HEADER, Header, seal, unseal
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as sink:
    seal(source, sink, Header.new("ab" * 16), b"k" * 32)
with open(sys.argv[2], "rb") as stream:
    header = Header.of(stream.read(HEADER))
    for _ in unseal(stream, header, b"k" * 32):
        pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def main() -> None:
    """Measure, print, keep in results/sealing.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=256, help="size of the large file")
    parser.add_argument("--files", type=int, default=200, help="number of small files, of 20 kB")
    parser.add_argument("--goes", type=int, default=3)
    options = parser.parse_args()
    figures: dict[str, Any] = {"load_before": round(os.getloadavg()[0], 1), "megabytes": options.megabytes}
    with tempfile.TemporaryDirectory() as name, closing(Ledger(f"sqlite:///{name}/ledger.db")) as ledger:
        root = Path(name)
        large, small = root / "large", root / "small"
        with large.open("wb") as stream:
            for _ in range(options.megabytes):
                stream.write(os.urandom(_MB))
        small.write_bytes(os.urandom(20_000))
        figures["cipher"] = cipher(large, root / "sealed", options.megabytes, options.goes)
        figures["memory_mb"] = memory(large, root / "sealed")
        plain = open_place(str(root / "plain"), create=True)
        inner = open_place(str(root / "out"), create=True)
        sealed = SealedPlace(inner, FileKeys(ledger.database, Keyring(root / "keys"), "bench"), client="acme")
        for label, place in (("plain", plain), ("sealed", sealed)):
            figures[label] = of_place(place, large, small, root, options)
    print(json.dumps(figures, indent=1))
    keep("sealing", figures)


def cipher(large: Path, target: Path, megabytes: int, goes: int) -> dict[str, float]:
    """MB/s of sealing and opening alone, files in the page cache."""

    def sealing() -> None:
        with large.open("rb") as source, target.open("wb") as sink:
            seal(source, sink, Header.new("ab" * 16), _KEY)

    def opening() -> None:
        with target.open("rb") as stream:
            header = Header.of(stream.read(HEADER))
            assert header is not None
            for _ in unseal(stream, header, _KEY):
                continue

    return {"seal": round(megabytes / median_s(sealing, goes)), "open": round(megabytes / median_s(opening, goes))}


def memory(large: Path, target: Path) -> float:
    """Megabytes that a process grows by while it seals and opens the large file."""
    command = [sys.executable, "-c", _MEMORY, str(large), str(target)]
    return round(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout), 1)


def of_place(place: Place, large: Path, small: Path, root: Path, options: argparse.Namespace) -> dict[str, float]:
    """MB/s of a large file put, read back as a digest, fetched; milliseconds of a small file put, checked, renamed."""
    draft, final = PurePosixPath(".redactor.tmp/one/0"), PurePosixPath("large")

    def publish(source: Path, to: PurePosixPath) -> None:
        place.put(source, draft)
        place.digest(draft)
        place.rename(draft, to)

    def many() -> None:
        for number in range(options.files):
            publish(small, PurePosixPath(f"small/{number}"))

    megabytes, goes = options.megabytes, options.goes
    put = median_s(lambda: place.put(large, draft), goes)
    place.rename(draft, final)
    return {
        "put_mb_s": round(megabytes / put),
        "digest_mb_s": round(megabytes / median_s(lambda: place.digest(final), goes)),
        "fetch_mb_s": round(megabytes / median_s(lambda: place.fetch(final, root / "copy"), goes)),
        "small_ms": round(1000 * median_s(many, 1) / options.files, 2),
    }


def median_s(work: Callable[[], object], goes: int) -> float:
    """Seconds of the median go."""
    taken = []
    for _ in range(goes):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
