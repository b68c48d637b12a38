"""Detection against its peers on packs of texts: `python -m benchmarks.detection GOLD SCORER [--blind PACK ...]`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import entities, peers
from benchmarks.machine import keep
from benchmarks.markdown import percent, table
from benchmarks.peers import Peer
from redactor.library import Redactor

_EVERY_LEAK = "1000000"
_FIRST = "Καλημέρα, ονομάζομαι Maria Brown και ο αριθμός μου είναι 6970000000."
_FIGURES = ("recall", "hard_leak_rate", "over_redaction", "over_redaction_no_pii_docs")
_SPLITS = ("recall_by_genre", "recall_by_type", "recall_by_language", "over_redaction_by_genre")


def main() -> None:
    """Run every engine on every pack, print the tables, keep the figures in results/detection.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="texts with the spans of personal data in them, JSON lines")
    parser.add_argument("scorer", type=Path, help="black-box scorer: GOLD REDACTED --json OUT --leaks N")
    parser.add_argument("--blind", type=Path, nargs="*", default=[], help="packs whose leaks are kept without text")
    arguments = parser.parse_args()
    redactor = Redactor()
    engines = _engines(redactor)
    packs: dict[str, Any] = {}
    for path in [arguments.gold, *arguments.blind]:
        figures = run(path, arguments.scorer, engines, redactor)
        if path in arguments.blind:
            figures["leaks"] = [{key: leak[key] for key in ("id", "type")} for leak in figures["leaks"]]
        packs[path.stem] = figures
        print(f"\n### {path.stem}\n\n{report(figures)}")
    packages = {engine.name: dict(engine.packages) for engine in engines}
    print("\n", keep("detection", {"engines": packages, "nervaluate": entities.NERVALUATE, "packs": packs}))


def run(path: Path, scorer: Path, engines: Sequence[Peer], redactor: Redactor) -> dict[str, Any]:
    """Scores of each engine on one pack, figures per entity type of the first, redactor, and what it leaks."""
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    texts = {str(document["id"]): str(document["text"]) for document in gold}
    if len(texts) != len(gold):
        raise ValueError(f"{path.name}: an id stands twice")
    size = sum(len(text.encode()) for text in texts.values()) / 1000
    figures: dict[str, Any] = {"documents": len(gold), "kb": round(size, 1), "engines": {}}
    for engine in engines:
        written, seconds = _redacted(engine, texts)
        score = _score(path, written, scorer)
        row = {key: score[key] for key in ("spans", *_FIGURES, *_SPLITS)}
        withheld = sum(text is None for text in written.values())
        rates = {"seconds": round(seconds, 2), "kb_per_s": round(size / seconds, 1), "withheld": withheld}
        figures["engines"][engine.name] = {**rates, **row}
        if engine is engines[0]:
            figures["leaks"] = score["leaked"]
    findings = [redactor.detect(text) for text in texts.values()]
    try:
        figures["by_entity"] = entities.measure(gold, findings)
    except ModuleNotFoundError:
        print(f"figures per entity type are left out: pip install {entities.NERVALUATE}", file=sys.stderr)
    return figures


def report(figures: Mapping[str, Any]) -> str:
    """The tables of one pack as Markdown."""
    engines: Mapping[str, Any] = figures["engines"]
    head = ["engine", "recall", "documents with a leak", "over-redaction", "on texts without personal data"]
    rows = [
        [name, *(percent(row[key]) for key in _FIGURES), row["seconds"], row["kb_per_s"]]
        for name, row in engines.items()
    ]
    parts = [table([*head, "seconds", "KB/s"], rows)]
    for split in ("genre", "type"):
        own = next(iter(engines.values()))[f"recall_by_{split}"]
        lines = [
            [key, cell["spans"], *(percent(row[f"recall_by_{split}"][key]["recall"]) for row in engines.values())]
            for key, cell in own.items()
        ]
        parts.append(table([f"recall by {split}", "spans", *engines], lines))
    if "by_entity" in figures:
        parts.append(entities.entity_table(figures["by_entity"]["joined"]))
        whole = figures["by_entity"]["as_marked"]["all"]
        told = [f"{scheme} F1 {percent(whole[scheme]['f1'])}" for scheme in entities.SCHEMES]
        parts.append(f"Spans as marked, not joined ({whole['gold']}): {', '.join(told)}")
    if any(row["withheld"] for row in engines.values()):
        parts.append("Withheld: " + ", ".join(f"{name} {row['withheld']}" for name, row in engines.items()))
    parts.append(f"Leaks of redactor: {len(figures['leaks'])}")
    parts[-1] += "".join(f"\n- {x['id']} {x['type']}: {x.get('text', '')}".rstrip(": ") for x in figures["leaks"])
    return "\n\n".join(parts)


def _engines(redactor: Redactor) -> list[Peer]:
    engines = [peers.ours(redactor)]
    optional: list[tuple[Callable[[], Peer], str]] = [
        (peers.presidio_english, '"redactor[ner]"'),
        (peers.presidio_greek, "redactor"),
        (peers.euredact, peers.EUREDACT),
    ]
    for build, package in optional:
        try:
            engines.append(build())
        except ModuleNotFoundError:
            print(f"{build.__name__} is left out: pip install {package}", file=sys.stderr)
    return engines


def _redacted(engine: Peer, texts: Mapping[str, str]) -> tuple[dict[str, str | None], float]:
    """What comes out for each text, and the seconds for all, after one text that loads what is loaded late."""
    engine.redact(_FIRST)
    began = time.perf_counter()
    written = {name: engine.redact(text) for name, text in texts.items()}
    return written, time.perf_counter() - began


def _score(gold: Path, written: Mapping[str, str | None], scorer: Path) -> dict[str, Any]:
    """The scorer's judgement of what came out; a withheld text is an empty one: nothing leaks and all is lost."""
    with tempfile.TemporaryDirectory() as folder:
        redacted, found = Path(folder) / "redacted.jsonl", Path(folder) / "score.json"
        lines = [json.dumps({"id": i, "text": text or ""}, ensure_ascii=False) for i, text in written.items()]
        redacted.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [sys.executable, str(scorer), str(gold), str(redacted), "--json", str(found), "--leaks", _EVERY_LEAK]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        score: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return score


if __name__ == "__main__":
    main()
