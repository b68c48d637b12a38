"""The product and its peers on the same packs: `make bench-peers [PACKS=DIR] [ONLY=PEER]`.

Each result is kept in `results/peers/PACK/` as soon as it is there: what was done before is not done again unless it is
named with `--only` or the pack has changed; a peer that is missing or fails is told in the table, and the others stand.
Nothing is tuned: each engine runs on the defaults that its user gets.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.comparison import charts, report
from benchmarks.comparison.child import Child, Done, MissingPeerError
from benchmarks.comparison.engines import ENGINES, KINDS, PEERS, Engine
from benchmarks.comparison.packs import BlackBox, Pack, Work, bar, unseen
from benchmarks.machine import RESULTS, machine

_WARM = {"text": "Καλημέρα, ονομάζομαι Maria Brown και ο αριθμός μου είναι 6970000000."}


def main() -> int:
    """Run what is not there yet, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, help="calls/, screens/, texts/ and score_*.py; else the pack of the bar")
    parser.add_argument("--only", nargs="*", choices=PEERS, default=[], help="these peers, again if need be")
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=KINDS)
    parser.add_argument("--report", action="store_true", help="write the report of what is kept, run nothing")
    options = parser.parse_args()
    for pack in (BlackBox(options.packs) if options.packs else bar(), unseen()):
        folder = RESULTS / "peers" / pack.name
        folder.mkdir(parents=True, exist_ok=True)
        chosen = [e for e in ENGINES if e.kind in options.kinds and (not options.only or e.peer in options.only)]
        for engine in chosen if not options.report else ():
            if work := pack.work(engine.kind):
                told = keep(engine, pack, work, folder, again=bool(options.only))
                print(f"{pack.name}, {engine.kind}, {engine.title}: {told}", flush=True)
        charts.draw(folder)
    print(report.write(RESULTS / "peers"))
    return 0


def keep(engine: Engine, pack: Pack, work: Sequence[Work], folder: Path, *, again: bool) -> str:
    """Measure, unless that was done before, and keep the result; a line about it."""
    path, digest = folder / f"{engine.kind}-{engine.maker}.json", pack.digest(engine.kind)
    if not again and _is_done(path, digest):
        return "kept from an earlier run"
    result = {"engine": engine.maker, "pack": pack.told, "digest": digest, **measure(engine, pack, work)}
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return str(result.get("missing") or json.dumps(result["score"]))


def measure(engine: Engine, pack: Pack, work: Sequence[Work]) -> dict[str, Any]:
    """One engine on one kind of medium: time, score, machine; or why it is `missing`."""
    before, began = os.getloadavg()[0], time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch) / "out"
            with Child(engine) as child:
                done = _all(child, engine, work, Path(scratch))
                started = child.started
            written = {w.name: one.text for w, one in done if engine.kind == "texts" and not one.failed}
            score = pack.score(engine, out, written)
    except (MissingPeerError, EOFError) as error:
        return {"missing": str(error), "machine": machine()}
    return {
        "command": shlex.join(["make", "bench-peers", f"ONLY={engine.peer}"]),
        "packages": started["packages"],
        "loading_s": round(started["loading_s"], 2),
        "whole_s": round(time.perf_counter() - began, 1),
        # The load before and after says what else the machine had to do.
        "load": [round(before, 1), round(os.getloadavg()[0], 1)],
        "time": _time([(w, one) for w, one in done if not w.recording]),
        "recordings_time": _time([(w, one) for w, one in done if w.recording]),
        "failed": {w.name: one.failed for w, one in done if one.failed},
        "held_back": sorted(w.name for w, one in done if one.text is None and not one.failed),
        "score": score.as_dict(),
        "machine": machine(),
    }


def _all(child: Child, engine: Engine, work: Sequence[Work], scratch: Path) -> list[tuple[Work, Done]]:
    out, warm = scratch / "out", scratch / "warm"
    out.mkdir()
    warm.mkdir()
    taken = [one for one in work if engine.recordings or not one.recording]
    if engine.kind != "calls":
        # Once for what an engine loads at its first item.
        child.do(_WARM if engine.kind == "texts" else {**taken[0].order, "out": str(warm)})
    return [(one, child.do({**one.order, "out": str(out)})) for one in taken]


def _time(done: Sequence[tuple[Work, Done]]) -> dict[str, float]:
    """Sums: items, size (KB, seconds of sound, or screens), seconds, processor seconds."""
    return {
        "items": len(done),
        "size": round(sum(w.size for w, _ in done), 1),
        "seconds": round(sum(one.seconds for _, one in done), 2),
        "processor_s": round(sum(one.processor_s for _, one in done), 3),
    }


def _is_done(path: Path, digest: str) -> bool:
    if not path.exists():
        return False
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept["digest"] == digest and "missing" not in kept


if __name__ == "__main__":
    sys.exit(main())
