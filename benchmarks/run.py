"""All benchmarks on the samples: `make bench`, or `python -m benchmarks.run [speed | speech | reading]`."""

from __future__ import annotations

import argparse
import json

from benchmarks import engines, speed
from benchmarks.machine import keep


def main() -> None:
    """Run what is named, or everything; print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=["speed", "speech", "reading", []])
    names = parser.parse_args().names or ["speed", "speech", "reading"]
    if "speed" in names:
        # The demo first: its peak memory is that of child processes, which the others would add to.
        figures = {
            "demo": speed.demo_memory(),
            "import": speed.imports(),
            "text": speed.texts(),
            "screens": speed.screens(),
            "calls": speed.calls(),
        }
        print(json.dumps(figures, indent=1), keep("speed", figures))
    if "speech" in names:
        found = engines.speech()
        print(json.dumps(found, indent=1), keep("speech-engines", found))
    if "reading" in names:
        found = engines.reading()
        print(json.dumps(found, indent=1), keep("text-readers", found))


if __name__ == "__main__":
    main()
