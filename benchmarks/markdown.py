"""Tables for benchmarks/README.md, ready to paste."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; cells are written with `str`."""
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percent(share: float | None) -> str:
    """A share in 0..1 as per cent with one decimal; a dash for none."""
    return "-" if share is None else f"{100 * share:.1f} %"
