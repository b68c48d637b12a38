"""`RESULTS.md` out of the results that are kept: tables, versions, machine, commands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.comparison.engines import ENGINES, KINDS, Engine, Kind
from benchmarks.markdown import percent, table

Results = Mapping[str, dict[str, Any]]
"""By maker."""
_HEAD = """# Side by side

The same packs through redactor and through what else there is, written by `make bench-peers`; do not edit by hand.

- Each engine runs in a process of its own on the defaults that its user gets (what was chosen stands below); nothing is
  tuned, for a peer or against one. Our own rules were shaped while looking at the development packs, the peers' were
  not: read the texts of `unseen` beside them.
- Recall: personal data that are gone. Hard leak: items with personal data in which anything is left. Over-redaction:
  what was lost outside of personal data, and the same on items without any. A dash: it does not do that.
- Speed counts after loading. Seconds hang on what else the machine does (load, of the minute before and after);
  processor time hardly does.
- What is missing or does not start is told in its row; the others stand."""
_TITLES: dict[Kind, str] = {"texts": "Texts", "screens": "Screens", "calls": "Calls"}
_NOT_RUN = {"missing": "not run yet"}
_SPEED: dict[Kind, str] = {
    "texts": "KB per processor second",
    "screens": "processor seconds per still",
    "calls": "processor seconds per second of sound",
}


def write(kept: Path) -> Path:
    """Write `RESULTS.md` two folders above `kept`, which has a folder for each pack; returns its path."""
    parts = [_HEAD]
    for folder in sorted(path for path in kept.iterdir() if path.is_dir()):
        results = load(folder)
        if results:
            parts.append(_pack(folder.name, results))
    path = kept.parents[1] / "RESULTS.md"
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def load(folder: Path) -> dict[str, dict[str, Any]]:
    """The results of one pack, by maker, in the order of the engines."""
    found = {}
    for engine in ENGINES:
        path = folder / f"{engine.kind}-{engine.maker}.json"
        if path.exists():
            found[engine.maker] = json.loads(path.read_text(encoding="utf-8"))
    return found


def speed(kind: Kind, time: Mapping[str, float]) -> float:
    """The figure of speed of a kind, see `_SPEED`; more is better for texts, less for the others."""
    if kind == "texts":
        return time["size"] / time["processor_s"]
    return time["processor_s"] / time["size"]


def _pack(name: str, results: Results) -> str:
    command = "make bench-peers" if name in {"own", "unseen"} else "make bench-peers PACKS=DIR"
    told = next(iter(results.values()))["pack"]
    parts = [f"## {name}: {told}", f"    {command}"]
    for kind in KINDS:
        engines = [engine for engine in ENGINES if engine.kind == kind]
        if any(engine.maker in results for engine in engines):
            parts.append(_kind(kind, [(engine, results.get(engine.maker, _NOT_RUN)) for engine in engines]))
    parts += [f"![recall and over-redaction](results/peers/{name}/recall.svg)"]
    parts += [f"![processor time](results/peers/{name}/speed.svg)"]
    parts += ["### What each was told, and what it is made of", _told(results), _machine(results)]
    return "\n\n".join(parts)


def _kind(kind: Kind, rows: Sequence[tuple[Engine, dict[str, Any]]]) -> str:
    ran = [result for _, result in rows if "missing" not in result]
    languages = sorted({key for result in ran for key in result["score"]["by_language"]})
    head = ["engine", "recall", *(f"{key}" for key in languages), "hard leak", "over-redaction", "without data"]
    extra = ["pictures", "recordings"] if kind == "screens" else []
    lines = []
    for engine, result in rows:
        if "missing" in result:
            lines.append([engine.title, f"missing: {result['missing']}", *[""] * (len(head) + len(extra) + 1)])
            continue
        score, time = result["score"], result["time"]
        cells = [percent(score["recall"]), *(percent(score["by_language"].get(key)) for key in languages)]
        cells += [percent(score[key]) for key in ("hard_leak_rate", "over_redaction", "over_redaction_without_data")]
        if extra:
            pictures = score["pictures"]
            cells += [f"{pictures[0]} of {pictures[1]}" if pictures else "-", percent(score["recordings"])]
        lines.append([engine.title, *cells, f"{speed(kind, time):.2f}", f"{time['seconds']:.1f}"])
    parts = [f"### {_TITLES[kind]}"]
    if ran:
        first = ran[0]
        what = {"texts": "KB", "screens": "stills", "calls": "seconds of sound"}[kind]
        parts.append(
            f"{first['time']['items']} items, {first['time']['size']:g} {what}, {first['score']['data']} personal data."
        )
    parts.append(table([*head, *extra, _SPEED[kind], "seconds"], lines))
    notes = [
        f"{engine.title}: failed on {len(result['failed'])} ({', '.join(sorted(set(result['failed'].values())))})"
        for engine, result in rows
        if result.get("failed")
    ]
    notes += [f"{engine.title}: held back {len(r['held_back'])}" for engine, r in rows if r.get("held_back")]
    return "\n\n".join([*parts, *notes])


def _told(results: Results) -> str:
    rows = []
    for engine in ENGINES:
        if result := results.get(engine.maker):
            packages = ", ".join(f"{key} {version}" for key, version in result.get("packages", {}).items())
            load = "-".join(f"{one:g}" for one in result.get("load", []))
            date = result["machine"]["date"]
            rows.append([engine.kind, engine.title, engine.told, packages, engine.licence, load, date])
    return table(["kind", "engine", "told", "packages", "licence", "load", "date"], rows)


def _machine(results: Results) -> str:
    machines = {
        f"{one['processor']}, {one['cores']} cores, {one['memory_gb']} GB, Python {one['python']}"
        for one in (result["machine"] for result in results.values())
    }
    return "Machine: " + "; ".join(sorted(machines)) + "."
