"""`redactor evaluate` beside black-box scorers: `python -m benchmarks.agreement PACKS_DIR OUT_DIR...`.

Each OUT_DIR holds calls/, screens/ or texts/dev.jsonl, redacted by any program; with `--originals` the unredacted media
are judged too. Every figure that both have must be the same to four decimals; the exit status is 1 when one is not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import keep
from redactor.evaluation.page import as_dict
from redactor.evaluation.run import evaluate

Pairs = Iterator[tuple[str, object, object]]
"""Name of a figure, ours, theirs."""


def main() -> None:
    """Compare, print what differs, keep the counts in results/agreement.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", type=Path, help="folder with calls/, screens/, texts/ and their scorers")
    parser.add_argument("outs", type=Path, nargs="*", help="folders with outputs")
    parser.add_argument("--originals", action="store_true", help="judge the unredacted media too")
    arguments = parser.parse_args()
    compared: dict[str, dict[str, int]] = {}
    for out in [*arguments.outs, *([arguments.packs] if arguments.originals else [])]:
        for kind, pairs in (("texts", _texts), ("calls", _calls), ("screens", _screens)):
            gold, made = arguments.packs / kind, out / kind
            if kind == "texts":
                gold, made = gold / "dev.jsonl", made / "dev.jsonl"
            if not made.exists():
                continue
            ours = as_dict(evaluate(gold, made))
            both = list(pairs(ours, _theirs(arguments.packs / f"score_{kind}.py", gold, made)))
            different = [(name, a, b) for name, a, b in both if a != b]
            for name, a, b in different:
                print(f"{kind} {name}: ours {a}, theirs {b}")
            name = "originals" if out == arguments.packs else out.name
            compared[f"{kind} {name}"] = {"figures": len(both), "different": len(different)}
            print(kind, name, compared[f"{kind} {name}"])
    print(keep("agreement", compared))
    sys.exit(any(found["different"] for found in compared.values()))


def _theirs(scorer: Path, gold: Path, out: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, str(scorer), str(gold), str(out), "--json", str(report)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found


def _texts(ours: dict[str, Any], theirs: dict[str, Any]) -> Pairs:
    text = ours["kinds"]["text"]
    for name in ("recall", "hard_leak_rate", "over_redaction"):
        yield name, text[name], theirs[name]
    yield "without personal data", text["over_redaction_no_pii"], theirs["over_redaction_no_pii_docs"]
    yield "missing", len(text["missing"]), theirs["missing"]
    for kind, line in theirs["recall_by_type"].items():
        yield kind, (text["by_type"][kind]["recall"], text["by_type"][kind]["data"]), (line["recall"], line["spans"])
    for group in ("genre", "language"):
        for value, line in theirs[f"recall_by_{group}"].items():
            mine = text["by"][group][value]
            lost = theirs[f"over_redaction_by_{group}"][value]
            yield value, (mine["recall"], mine["over_redaction"]), (line["recall"], lost)
    yield "leaks", len(ours["leaks"]), theirs["leaked_total"]


def _calls(ours: dict[str, Any], theirs: dict[str, Any]) -> Pairs:
    call = ours["kinds"]["call"]
    for name in ("recall", "over_redaction", "in_transcript", "missing", "seconds"):
        yield name, call[name], theirs[name]
    yield "without personal data", call["over_redaction_no_pii"], theirs["over_redaction_no_pii"]
    for key, line in theirs["by"].items():
        group, _, value = key.partition(" ")
        if group in {"type", "language", "form"}:
            mine = (call["by_type"] if group == "type" else call["by"][group])[value]
            yield key, (mine["recall"], mine["data"]), (line["recall"], line["n"])
    mine = [(leak["item"], leak["type"], leak["in_medium"], leak["in_transcript"]) for leak in ours["leaks"]]
    yield "leaks", mine, [(x["call"], x["type"], x["heard"], x["in_transcript"]) for x in theirs["leaks"]]


def _screens(ours: dict[str, Any], theirs: dict[str, Any]) -> Pairs:
    screen, recording = ours["kinds"]["screen"], ours["kinds"]["recording"]
    all_of = {"ALL text": "text", "ALL pictures": "pictures"}
    for kind, line in theirs["recall_by_type"].items():
        yield kind, *_hits(screen["recall_of"][all_of[kind]] if kind in all_of else screen["by_type"][kind], line)
    for group in ("scene", "language"):
        for value, line in theirs[f"recall_by_{group}"].items():
            yield value, *_hits(screen["by"][group][value], line)
    yield "mean", screen["mean_recall"], theirs["mean_recall_over_screens"]
    yield "without leak", screen["without_leak"], theirs["screens_without_leak"]
    lost = theirs["over_redaction"]
    yield "over", screen["over_redaction"], lost["ALL"]["rate"]
    yield "without personal data", screen["over_redaction_no_pii"], lost["no-PII screens"]["rate"]
    yield "video", *_hits(recording, theirs["video_recall"]["ALL"])
    for kind, line in theirs["video_recall_by_type"].items():
        yield f"video {kind}", *_hits(recording["by_type"][kind], line)
    yield "video over", recording["over_redaction"], theirs["video_over_redaction"]["ALL"]["rate"]
    yield "missing", sorted(screen["missing"] + recording["missing"]), sorted(theirs["missing"])
    leaks = {kind: [leak for leak in ours["leaks"] if leak["kind"] == kind] for kind in ("screen", "recording")}
    found = sorted((leak["item"], leak["type"]) for leak in leaks["screen"])
    yield "leaks", found, sorted((x["image"], x["type"]) for x in theirs["leaks"])
    frames = sorted((leak["item"], leak["type"], leak["frames"]) for leak in leaks["recording"])
    yield "video leaks", frames, sorted((x["video"], x["type"], x["frames"]) for x in theirs["video_leaks"])


def _hits(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[object, object]:
    return (ours["covered"], ours["data"], ours["recall"]), (theirs["hit"], theirs["of"], theirs["rate"])


if __name__ == "__main__":
    main()
