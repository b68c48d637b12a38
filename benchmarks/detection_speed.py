"""Speed and memory of detection, and hostile texts: `python -m benchmarks.detection_speed GOLD.jsonl`."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks import hostile, peers
from benchmarks.machine import keep, resident_mb
from benchmarks.markdown import table
from benchmarks.worker import Worker
from redactor.library import Redactor
from redactor.policy import NO_NAMES, DetectionPolicy, ModelsPolicy, Policy

_VANILLA = "Presidio, English model"
_EVERY = 500
_EARLY = 1000
_SLOW_S = 10.0


def main() -> None:
    """Measure rates, memory and hostile texts; print the tables, keep the figures in results/detection-speed.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="texts, JSON lines; only `text` is read")
    parser.add_argument("--rounds", type=int, default=3, help="times that each engine reads the pack")
    parser.add_argument("--documents", type=int, default=10_000, help="texts while memory is watched")
    parser.add_argument("--size", type=int, default=1_000_000, help="bytes of each hostile text")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds after which a hostile text is given up")
    parser.add_argument("--name", default="detection-speed", help="results/NAME.json")
    arguments = parser.parse_args()
    lines = arguments.gold.read_text(encoding="utf-8").splitlines()
    texts = [str(json.loads(line)["text"]) for line in lines if line.strip()]
    figures = {
        "rates": rates(texts, arguments.rounds),
        "memory": apart(texts, arguments.documents),
        "hostile": attacks(arguments.size, arguments.limit),
    }
    print(report(figures))
    print("\n", keep(arguments.name, figures))


def rates(texts: Sequence[str], rounds: int) -> dict[str, Any]:
    """KB and words a second of each engine, and the ratio to Presidio's English analyzer in the same round.

    Engines take turns in each round, and from the second on digits differ from round to round. Medians over rounds.
    """
    vanilla = peers.english_analyzer()
    greek = Redactor(Policy(detection=DetectionPolicy(languages=("el",)), models=ModelsPolicy(names=NO_NAMES)))
    both = Redactor(Policy(models=ModelsPolicy(names=NO_NAMES)))
    whole = Redactor(Policy(detection=DetectionPolicy(languages=("el",))))
    engines: dict[str, Callable[[str], object]] = {
        _VANILLA: lambda text: vanilla.analyze(text, "en"),
        "redactor, identifiers": greek.detect,
        "redactor, identifiers and English model": both.detect,
        "redactor, identifiers and name model": whole.detect,
    }
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for engine in engines.values():
        engine(texts[0])
    for turn in range(rounds):
        pack = [_other_digits(text, turn) if turn else text for text in texts]
        for name, engine in engines.items():
            began = time.perf_counter()
            for text in pack:
                engine(text)
            seconds[name].append(time.perf_counter() - began)
    size = sum(len(text.encode()) for text in texts) / 1000
    words = sum(len(text.split()) for text in texts)
    rows = {}
    for name, spent in seconds.items():
        middle = statistics.median(spent)
        ratios = [base / own for base, own in zip(seconds[_VANILLA], spent, strict=True)]
        rows[name] = {
            "seconds": [round(s, 2) for s in spent],
            "kb_per_s": round(size / middle, 1),
            "words_per_s": round(words / middle),
            "times_presidio": round(statistics.median(ratios), 2),
        }
    return {"documents": len(texts), "kb": round(size, 1), "words": words, "engines": rows}


def apart(texts: Sequence[str], documents: int) -> dict[str, Any]:
    """`memory` in a process of its own, so that nothing else is counted."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(memory, texts, documents).result()


def memory(texts: Sequence[str], documents: int) -> dict[str, Any]:
    """Resident memory (MB) while `documents` texts are searched, each with digits and a word of its own."""
    redactor = Redactor()
    redactor.detect(texts[0])
    source = random.Random(4)
    samples, size, began = {0: resident_mb()}, 0, time.perf_counter()
    for number in range(1, documents + 1):
        # Caches hold words: one that nobody saw before, in either alphabet, makes them work.
        word = "".join(source.choices("αβγδεζηθικλμνξοπρστυ" if number % 2 else "abcdefghiklmnoprst", k=9))
        text = f"{_other_digits(texts[number % len(texts)], number)}\n{word.capitalize()} {number}"
        redactor.detect(text)
        size += len(text.encode())
        if number % _EVERY == 0 or number == documents:
            samples[number] = resident_mb()
    early = samples.get(_EARLY, samples[min(_EVERY, documents)])
    return {
        "documents": documents,
        "seconds": round(time.perf_counter() - began, 1),
        "mb": round(size / 1e6, 2),
        "resident_mb": samples,
        "resident_early_mb": early,
        "resident_end_mb": samples[documents],
        "growth_percent": round(100 * (samples[documents] / early - 1), 2),
    }


def attacks(size: int, limit_s: float) -> dict[str, Any]:
    """Seconds for each hostile text of `size` bytes; null where none came within `limit_s`. Peaks are of all so far."""
    worker, rows = Worker(), {}
    try:
        for kind, make in hostile.texts(size).items():
            answer = worker.detect(make(), limit_s)
            rows[kind] = {
                "seconds": round(answer.seconds, 2) if answer else None,
                "findings": answer.findings if answer else None,
                "peak_mb": round(answer.peak_mb) if answer else None,
                "refused": answer.refused if answer else "",
            }
            print(f"{kind}: {rows[kind]}", flush=True)
    finally:
        worker.close()
    known = {kind: row["seconds"] for kind, row in rows.items() if row["seconds"] is not None}
    return {
        "bytes": size,
        "limit_s": limit_s,
        "kinds": len(rows),
        "max_s": max(known.values(), default=None),
        "slowest": max(known, key=lambda kind: known[kind], default=None),
        "given_up": sorted(rows.keys() - known.keys()),
        "texts": rows,
    }


def report(figures: dict[str, Any]) -> str:
    """The tables as Markdown."""
    rows = [
        [name, row["kb_per_s"], row["words_per_s"], row["times_presidio"]]
        for name, row in figures["rates"]["engines"].items()
    ]
    memory, hostile = figures["memory"], figures["hostile"]
    spent = {k: float("inf") if row["seconds"] is None else row["seconds"] for k, row in hostile["texts"].items()}
    slow = sorted(spent, key=lambda kind: -spent[kind])
    lines = [[kind, f"> {hostile['limit_s']:.0f}" if spent[kind] == float("inf") else spent[kind]] for kind in slow]
    over = [kind for kind in slow if spent[kind] > _SLOW_S]
    late = ", ".join(over) or "none"
    return "\n\n".join(
        [
            table(["engine", "KB/s", "words/s", "times Presidio"], rows),
            f"Memory over {memory['documents']} texts: {memory['resident_early_mb']} MB early, "
            f"{memory['resident_end_mb']} MB at the end, growth {memory['growth_percent']} %",
            table([f"hostile text, {hostile['bytes']} bytes", "seconds"], lines[:15]),
            f"{hostile['kinds']} kinds, max {hostile['max_s']} s; over {_SLOW_S:.0f} s or given up: {late}",
        ]
    )


def _other_digits(text: str, number: int) -> str:
    source = random.Random(number)
    return "".join(source.choice("0123456789") if "0" <= c <= "9" else c for c in text)


if __name__ == "__main__":
    main()
