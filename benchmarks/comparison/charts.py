"""The figures of one pack as two pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.comparison.engines import ENGINES, KINDS, Engine, Kind
from benchmarks.comparison.report import load, speed

OURS, OTHERS, LOST = "#1b6ca8", "#9aa5b1", "#d9822b"
_UNITS: dict[Kind, str] = {
    "texts": "processor seconds per 100 KB",
    "screens": "processor seconds per still",
    "calls": "processor seconds per second of sound",
}


def draw(folder: Path) -> None:
    """Write `recall.svg` and `speed.svg` beside the results; without matplotlib there are none."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        print('no charts: pip install "redactor[bench]"')
        return
    # The same figures give the same bytes.
    mpl.rcParams["svg.hashsalt"] = "redactor"
    results = {maker: result for maker, result in load(folder).items() if "missing" not in result}
    groups = [(kind, [e for e in ENGINES if e.kind == kind and e.maker in results]) for kind in KINDS]
    groups = [(kind, engines) for kind, engines in groups if engines]
    if not groups:
        return
    for name, paint in (("recall", _recall), ("speed", _speed)):
        figure = Figure(figsize=(8, 1.2 * len(groups) + 0.42 * len(results)), layout="constrained")
        axes = figure.subplots(
            len(groups), 1, squeeze=False, gridspec_kw={"height_ratios": [len(engines) + 1 for _, engines in groups]}
        )
        for (kind, engines), (one,) in zip(groups, axes, strict=True):
            one.set_title(kind, loc="left")
            one.set_yticks(range(len(engines)), [engine.title for engine in engines])
            one.invert_yaxis()
            one.spines[["top", "right"]].set_visible(False)
            paint(one, kind, engines, results)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})


def _recall(axes: Any, _kind: Kind, engines: list[Engine], results: dict[str, dict[str, Any]]) -> None:
    recall = [100 * (results[e.maker]["score"]["recall"] or 0) for e in engines]
    lost = [100 * (results[e.maker]["score"]["over_redaction"] or 0) for e in engines]
    rows = range(len(engines))
    bars = axes.barh([row - 0.2 for row in rows], recall, 0.38, color=_colours(engines))
    axes.bar_label(bars, fmt="%.1f", padding=3, fontsize=8)
    bars = axes.barh([row + 0.2 for row in rows], lost, 0.38, color=LOST)
    axes.bar_label(bars, fmt="%.1f", padding=3, fontsize=8)
    axes.set_xlim(0, 108)
    axes.set_xlabel("recall (blue, grey) and over-redaction (orange), %")


def _speed(axes: Any, kind: Kind, engines: list[Engine], results: dict[str, dict[str, Any]]) -> None:
    figures = [speed(kind, results[e.maker]["time"]) for e in engines]
    cost = [100 / figure for figure in figures] if kind == "texts" else figures
    bars = axes.barh(range(len(engines)), cost, 0.6, color=_colours(engines))
    axes.bar_label(bars, fmt="%.2f", padding=3, fontsize=8)
    axes.margins(x=0.12)
    axes.set_xlabel(_UNITS[kind] + " (less is better)")


def _colours(engines: list[Engine]) -> list[str]:
    return [OURS if engine.peer == "redactor" else OTHERS for engine in engines]
