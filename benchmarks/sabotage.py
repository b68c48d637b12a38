"""Break correct outputs and see what the gate notices: `python -m benchmarks.sabotage FOLDER... [--count N]`.

Every file below the folders is redacted, and its output is broken in every way that fits it, in turn, until there are
N broken ones. Each has a sidecar that fits (whoever breaks an output may write its sidecar, too), so that no digest
gives it away. `redactor verify` judges them twice: with the original beside it (`--source`), as the pipeline does with
what it has just removed, and without. Correct outputs are judged alike: those that are not clean are false alarms.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.machine import keep
from benchmarks.sabotages import files, picture, recording, sound, text
from benchmarks.sabotages.base import Good, Sabotage, broken
from redactor import stores
from redactor.described import described
from redactor.errors import RedactorError
from redactor.evidence import locate
from redactor.library import Redactor
from redactor.policy import Policy, VerifyPolicy
from redactor.prepare import as_kept
from redactor.protocols import Media
from redactor.removed import removed
from redactor.reread import reread
from redactor.sources import Sources

_KINDS: dict[str, tuple[Sabotage, ...]] = {
    "audio": (*sound.SABOTAGES, *text.SABOTAGES, *files.SABOTAGES),
    "image": (*picture.SABOTAGES, *files.SABOTAGES),
    "video": (*recording.SABOTAGES, *files.SABOTAGES),
    "text": (*text.SABOTAGES, *files.SABOTAGES),
}


def main() -> None:
    """Redact, break, judge, keep the figures in results/sabotage.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folders", nargs="+", type=Path, help="originals; gold files (.json beside a medium) are left out"
    )
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--texts", type=int, default=60, help="records of a .jsonl file that become texts of their own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=("changed", "full"), default="changed")
    parser.add_argument("--kinds", nargs="*", choices=tuple(_KINDS), default=tuple(_KINDS))
    options = parser.parse_args()
    redactor = Redactor(Policy(verify=VerifyPolicy(mode=options.mode)))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        good = list(outputs(redactor, originals(options, folder / "in"), folder / "out"))
        wrong = alarms(redactor, good)
        print(json.dumps(wrong, ensure_ascii=False), flush=True)
        figures = {
            "mode": options.mode,
            "outputs": dict(Counter(each.output.kind for each in good)),
            "false_alarms": wrong,
            "sabotages": catches(redactor, good, folder / "broken", options.count, options.seed),
        }
    print(keep("sabotage", figures))


def originals(options: argparse.Namespace, folder: Path) -> list[Path]:
    """Files to redact, each in a folder of its own; records of collections as texts."""
    found: list[Path] = []
    for path in sorted(p for given in options.folders for p in given.rglob("*") if p.is_file()):
        place = folder / f"{len(found)}"
        if path.suffix == ".jsonl" and "text" in options.kinds:
            found += _records(path, folder, options)
        elif _kind(path) in options.kinds and not _is_gold(path):
            place.mkdir(parents=True)
            found.append(Path(shutil.copy(path, place)))
    return found


def _records(path: Path, folder: Path, options: argparse.Namespace) -> Iterator[Path]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    for line in random.Random(options.seed).sample(lines, min(options.texts, len(lines))):
        record = json.loads(line)
        place = folder / f"text-{record['id']}"
        place.mkdir(parents=True)
        target = place / "record.txt"
        target.write_text(str(record["text"]), encoding="utf-8")
        yield target


def _kind(path: Path) -> str:
    return stores.FORMATS.get(path.suffix.lower().removeprefix("."), ("",))[0]


def _is_gold(path: Path) -> bool:
    return path.suffix == ".json" and any(other.suffix != ".json" for other in path.parent.glob(f"{path.stem}.*"))


def outputs(redactor: Redactor, files: Sequence[Path], folder: Path) -> Iterator[Good]:
    """The output of each file that is not refused."""
    for number, path in enumerate(files):
        place = folder / str(number)
        try:
            receipt = redactor.redact_file(path, place)
        except RedactorError as error:
            print(f"  {path.name}: {error.reason}")
            continue
        item = next(iter(stores.scan(path)))
        output = place / receipt.output
        assert item.media
        media = as_kept(item.media)
        evidence = redactor.assembly.reader(media.kind).read(media)
        found = redactor.assembly.detector().detect(evidence.text, celled=evidence.celled)
        told = described(output)
        assert told
        values = removed(evidence, locate(evidence, found))
        print(f"  {number + 1} of {len(files)} {media.kind} {receipt.seconds}", flush=True)
        yield Good(media, Media(output, media.kind, media.format), told, values, evidence.text, redactor.policy)


def alarms(redactor: Redactor, good: Sequence[Good]) -> dict[str, Any]:
    """Correct outputs that are not clean."""
    wrong: dict[str, Counter[str]] = {"with_source": Counter(), "alone": Counter()}
    for each in good:
        for how, reasons in judged(redactor, each, each.output.path.parent).items():
            if reasons:
                wrong[how][f"{each.output.kind}: {', '.join(reasons)}"] += 1
    return {
        how: {
            "of": len(good),
            "alarms": sum(found.values()),
            "share": round(sum(found.values()) / len(good), 4),
            **found,
        }
        for how, found in wrong.items()
    }


def catches(redactor: Redactor, good: Sequence[Good], folder: Path, count: int, seed: int) -> dict[str, Any]:
    """What was noticed of `count` broken outputs, in all and by what was done."""
    rng = random.Random(seed)
    ways = [(each, way) for each in good for way in _KINDS[each.output.kind]]
    rng.shuffle(ways)
    seen: dict[str, dict[str, list[int]]] = {how: defaultdict(lambda: [0, 0]) for how in ("with_source", "alone")}
    done, began = 0, time.perf_counter()
    for turn in range(count):
        for each, way in ways:
            if done == count:
                break
            if not broken(each, folder, way, seed + 1000 * turn + done):
                continue
            done += 1
            for how, reasons in judged(redactor, each, folder).items():
                for key in ("all", each.output.kind, f"{each.output.kind} {way.__name__}"):
                    seen[how][key][0] += bool(reasons)
                    seen[how][key][1] += 1
                if not reasons:
                    print(f"  missed {how}: {each.output.kind} {way.__name__} ({each.original.format})", flush=True)
            if done % 50 == 0:
                print(f"{done} of {count}, {time.perf_counter() - began:.0f} s", flush=True)
        if done == count or not done:
            break
    return {
        how: {key: {"caught": c, "of": n, "share": round(c / n, 4)} for key, (c, n) in sorted(by.items())}
        for how, by in seen.items()
    }


@cache
def _sources(redactor: Redactor, original: Path) -> Sources:
    return Sources(redactor, original)


def judged(redactor: Redactor, good: Good, folder: Path) -> dict[str, list[str]]:
    """What `redactor verify` says of the outputs in `folder`, with the original and without; nothing: clean."""
    found = {}
    for how, source in (("with_source", _sources(redactor, good.original.path)), ("alone", None)):
        verdicts = list(reread(redactor, folder, source))
        found[how] = [v.error.reason if v.error else ",".join(k for k, _ in v.left) for v in verdicts if not v.clean]
    return found


if __name__ == "__main__":
    main()
