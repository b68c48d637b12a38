"""The morning report: one page that an operator reads from the top, and the same facts as JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from redactor import charts, words
from redactor.durable import write_whole
from redactor.errors import ExitCode, RedactorError
from redactor.gallery import Card, card_of, colour
from redactor.nights import LATER, NEEDS, OUTCOMES, WELL, Morning, Night, as_json
from redactor.outcomes import Outcome
from redactor.remedies import remedy_of, waits_for_retry
from redactor.words import Language

GALLERY = 24
"""Outcomes that are shown at most: a page that one looks at, not an archive."""
_CLASS = {**dict.fromkeys(WELL, "well"), **dict.fromkeys(NEEDS, "look"), **dict.fromkeys(LATER, "later")}
_RUNS = "runs"


def write_morning(
    morning: Morning,
    path: Path,
    gallery: Sequence[Outcome] = (),
    *,
    language: Language = "en",
    keep: int = 0,
    sealed: int = 0,
) -> Path:
    """Write the page and, beside it, its facts as `.json`; each is whole or not there. Returns the place of the page.

    `path` is the page, or a folder in which it becomes `report.html`. At most `GALLERY` of `gallery` are shown. With
    `keep`, so many runs also have a copy in `runs/` beside it; older copies are removed. `sealed` counts outputs that
    are not shown because they are encrypted. Raises `WithheldError` when it cannot be written.
    """
    if path.is_dir() or not path.suffix:
        path = path / "report.html"
    if path.suffix == ".json":
        path = path.with_suffix(".html")
    facts = {**as_json(morning), "verdict": words.verdict(morning, language)}
    body = json.dumps(facts, ensure_ascii=False, indent=1)
    write_whole(path.with_suffix(".json"), body)
    write_whole(path, page(morning, path.parent, gallery, language=language, sealed=sealed))
    if keep:
        runs = path.parent / _RUNS
        write_whole(runs / f"{path.stem}-{morning.run}.json", body)
        write_whole(
            runs / f"{path.stem}-{morning.run}.html", page(morning, runs, gallery, language=language, sealed=sealed)
        )
        _thin(runs, path.stem, keep)
    return path


def page(
    morning: Morning, folder: Path, gallery: Sequence[Outcome] = (), *, language: Language = "en", sealed: int = 0
) -> str:
    """The HTML page; media of `gallery` are linked relative to `folder`."""
    environment = Environment(
        loader=PackageLoader("redactor"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown: dict[str, Callable[..., str]] = {
        "n": words.number,
        "dur": words.duration,
        "size": words.size,
        "when": words.moment,
    }
    environment.filters.update({name: partial(_in, language, show) for name, show in shown.items()})
    cards, missing = _cards(gallery, folder, language)
    return environment.get_template("morning.html.j2").render(
        m=morning,
        w=words.WORDS[language],
        language=language,
        verdict=words.verdict(morning, language),
        outcomes=[(o, _CLASS[o], morning.outcomes[o]) for o in OUTCOMES if morning.outcomes[o]],
        needs=NEEDS,
        split=_split(morning, language),
        urgent=[r for r in morning.refusals if r.outcome != "interrupted"],
        remedy=partial(_remedy, language),
        waits_for_retry=waits_for_retry,
        bar=charts.bar,
        colour=colour,
        trends=_trends(morning.trend, language),
        cards=cards,
        missing=missing,
        sealed=sealed,
    )


def _in(language: Language, show: Callable[..., str], value: Any) -> str:
    return show(value, language)


def _remedy(language: Language, reason: str) -> Markup:
    """What to do, with what stands between backticks as code."""
    pieces = remedy_of(reason, language).split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(pieces))


def _cards(gallery: Sequence[Outcome], folder: Path, language: Language) -> tuple[list[Card], int]:
    """The cards, and how many of the shown ones have files that are no longer what they were."""
    cards, missing = [], 0
    for outcome in islice((o for o in gallery if o.code == ExitCode.DONE and o.sidecar and o.output), GALLERY):
        try:
            cards.append(card_of(outcome, folder, words.WORDS[language]))
        except (OSError, ValueError, KeyError, RedactorError):
            missing += 1
    return sorted(cards, key=lambda card: card.outcome.number), missing


def _split(morning: Morning, language: Language) -> Markup:
    word = words.WORDS[language]
    found = [(_CLASS[o], n, f"{words.number(n, language)} {word[o]}") for o in OUTCOMES if (n := morning.outcomes[o])]
    return charts.parts(found, ", ".join(label for *_, label in found))


def _trends(trend: Sequence[Night], language: Language) -> list[tuple[str, str, str, Markup]]:
    """Title, tonight's value, span of the values, chart."""
    word = words.WORDS[language]
    rows: list[tuple[str, Callable[[Night], float], Callable[[float, Language], str]]] = [
        ("trend_items", lambda night: night.items, words.number),
        ("trend_needs", lambda night: night.needs, words.number),
        ("trend_seconds", lambda night: night.seconds, words.duration),
        ("trend_entities", lambda night: night.entities, words.number),
    ]
    drawn = []
    for key, value_of, show in rows:
        values = [value_of(night) for night in trend]
        told = [show(value, language) for value in values]
        labels = [f"{night.began[:10]}: {value}" for night, value in zip(trend, told, strict=True)]
        span = word["least_most"].format(least=show(min(values), language), most=show(max(values), language))
        drawn.append((word[key], told[-1], span, charts.columns(values, labels, f"{word[key]}: {span}")))
    return drawn


def _thin(runs: Path, stem: str, keep: int) -> None:
    """Remove the copies of all but the newest runs; nothing else in the folder is touched."""
    # Another run may thin at the same time, and what cannot be removed tonight is tried again tomorrow.
    with suppress(OSError):
        copies = [copy for copy in runs.glob("*.json") if _is_copy(copy, stem)]
        for copy in sorted(copies, key=lambda copy: copy.stat().st_mtime_ns, reverse=True)[keep:]:
            copy.with_suffix(".html").unlink(missing_ok=True)
            copy.unlink(missing_ok=True)


def _is_copy(place: Path, stem: str) -> bool:
    """True for our own copies: reports of other configurations may share the folder, and begin with the same name."""
    try:
        return place.name == f"{stem}-{json.loads(place.read_text(encoding='utf-8'))['run']}.json"
    except (ValueError, TypeError, LookupError):
        return False
