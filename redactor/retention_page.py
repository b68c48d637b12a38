"""The calendar of retention as one HTML page: what will disappear, and what stays although it should not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from redactor import words
from redactor.durable import write_whole
from redactor.outlook import Group, Outlook
from redactor.retention import Verdict
from redactor.retention_words import UNKNOWN_EL, WORDS
from redactor.words import Language

_TOLD: tuple[Verdict, ...] = ("overdue", "conflict", "due", "unknown", "held")
"""Verdicts that have a table of their own, in this order."""


def write_calendar(outlook: Outlook, path: Path, *, language: Language = "en") -> Path:
    """Write the page; it is whole or not there. A folder gets `retention.html`. Raises `WithheldError`."""
    if path.is_dir() or not path.suffix:
        path = path / "retention.html"
    write_whole(path, page(outlook, language=language))
    return path


def page(outlook: Outlook, *, language: Language = "en") -> str:
    """The page: no script, no picture, nothing that is fetched."""
    environment = Environment(
        loader=PackageLoader("redactor"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown: dict[str, Callable[..., str]] = {"n": words.number, "size": words.size}
    environment.filters.update({name: partial(_in, language, show) for name, show in shown.items()})
    rows = [(day, _row(outlook, day)) for day in outlook.span()]
    most = max((sum(count for *_, count in row) for _, row in rows), default=0)
    soon = sum(sum(counts.values()) for counts in outlook.calendar.values()) - outlook.verdicts["due"]
    return environment.get_template("retention.html.j2").render(
        o=outlook,
        w=WORDS[language],
        language=language,
        rows=rows,
        most=most or 1,
        soon=soon,
        tables=[(verdict, outlook.ordered([verdict])) for verdict in _TOLD],
        why=partial(_why, language),
    )


def _row(outlook: Outlook, day: Any) -> list[tuple[str, str, str, int]]:
    return [(client, part, action, n) for (client, part, action), n in sorted(outlook.calendar.get(day, {}).items())]


def _why(language: Language, group: Group) -> str:
    return UNKNOWN_EL.get(group.reason, group.why) if language == "el" else group.why


def _in(language: Language, show: Callable[..., str], value: Any) -> str:
    return show(value, language)
