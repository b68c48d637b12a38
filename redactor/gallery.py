"""The gallery of a report: what was published, drawn from that alone, so that it holds no personal data."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from redactor.outcomes import Outcome

_WAVE_WIDTH, _WAVE_HEIGHT = 1000, 70
_TEXT_CHARS = 4000
_COLOURS = (
    "#d1495b",
    "#2e86ab",
    "#8f5db7",
    "#e08e45",
    "#3a7d44",
    "#b5651d",
    "#007c89",
    "#a23b72",
    "#5c6b73",
    "#c44536",
)


@dataclass(frozen=True, slots=True)
class Card:
    """One published item, drawn."""

    outcome: Outcome
    href: str
    """Where the medium lies, relative to the page."""
    counts: list[tuple[str, int, str]]
    """Entity type, redactions, colour."""
    body: Markup = field(repr=False)


def card_of(outcome: Outcome, folder: Path, words: Mapping[str, str]) -> Card:
    """The card of a published item, with links that count from `folder`; `words` are one of `words.WORDS`.

    Raises `OSError`, `ValueError`, `KeyError` or a `RedactorError` when its files are not what was published.
    """
    assert outcome.output is not None
    assert outcome.sidecar is not None
    body = json.loads(outcome.sidecar.read_text(encoding="utf-8"))
    href = Path(os.path.relpath(outcome.output, folder)).as_posix()
    counts = [(kind, int(n), colour(kind)) for kind, n in body["counts"].items()]
    draw = {"audio": _call, "image": _picture, "video": _video, "text": _text}[body["kind"]]
    return Card(outcome, href, counts, draw(outcome, body, words))


def colour(entity_type: str) -> str:
    """A fixed colour per entity type."""
    return _COLOURS[sum(entity_type.encode()) % len(_COLOURS)]


def _picture(outcome: Outcome, body: dict[str, Any], words: Mapping[str, str]) -> Markup:
    from redactor.engines.preview import picture_uri

    assert outcome.output is not None
    # The report shows the first page.
    page = body["extent"][0]
    width, height, shown = page["right"], page["bottom"], page["page"]
    read = Markup("").join(_rect(box, "word") for box in body["layout"] if box["page"] == shown)
    covers = Markup("").join(
        _rect(box, "cover", colour(r["type"]), r["type"])
        for r in body["redactions"]
        for box in r["regions"]
        if box["page"] == shown
    )
    svg = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
        width, height, words["shown_read"], read, covers
    )
    return Markup(
        '<div class="pair"><figure>{}<figcaption>{}</figcaption></figure>'
        '<figure><img src="{}" alt="{}"><figcaption>{}</figcaption></figure></div>'
    ).format(svg, words["shown_before"], picture_uri(outcome.output), words["shown_picture"], words["shown_after"])


def _rect(box: dict[str, int], css: str, fill: str = "", title: str = "") -> Markup:
    style = Markup(' style="fill:{}"').format(fill) if fill else Markup("")
    label = Markup("<title>{}</title>").format(title) if title else Markup("")
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"{}>{}</rect>').format(
        css, box["left"], box["top"], box["right"] - box["left"], box["bottom"] - box["top"], style, label
    )


def _call(outcome: Outcome, body: dict[str, Any], words: Mapping[str, str]) -> Markup:
    from redactor.engines.preview import peaks

    assert outcome.output is not None
    length = max(r["end_ms"] for r in body["extent"] if "end_ms" in r)
    rows = peaks(outcome.output, outcome.output.suffix.lower().removeprefix("."), _WAVE_WIDTH // 2)
    waves = Markup("").join(
        _wave(f"{words['shown_channel']} {i + 1}", row, [c for c in body["covers"] if c.get("channel") == i], length)
        for i, row in enumerate(rows)
    )
    transcript = outcome.transcript.read_text(encoding="utf-8") if outcome.transcript else ""
    if outcome.transcript and outcome.transcript.suffix == ".json":
        transcript = json.loads(transcript)["text"]
    return Markup('{}<pre class="transcript">{}</pre>').format(waves, marked(transcript))


def _video(outcome: Outcome, body: dict[str, Any], words: Mapping[str, str]) -> Markup:
    from redactor.engines.preview import frame_uri

    assert outcome.output is not None
    stays = [stay for cover in body["covers"] for stay in cover.get("stays", [])]
    fullest = Counter(stay["start"] for stay in stays).most_common(1)
    shown = frame_uri(outcome.output, fullest[0][0] if fullest else 0)
    picture = Markup('<figure><img src="{}" alt="{}"><figcaption>{}</figcaption></figure>').format(
        shown, words["shown_frame"], words["shown_frame"]
    )
    heard = any("end_ms" in region for region in body["extent"])
    return picture + (_call(outcome, body, words) if heard else Markup(""))


def _wave(title: str, row: Sequence[float], covers: Sequence[dict[str, Any]], length_ms: int) -> Markup:
    middle = _WAVE_HEIGHT / 2
    bars = " ".join(f"M{2 * i} {middle - p * middle:.1f}V{middle + p * middle:.1f}" for i, p in enumerate(row))
    masks = Markup("").join(_mask(cover, length_ms) for cover in covers)
    return Markup(
        '<svg class="wave" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path d="{}"/>{}</svg>'
    ).format(_WAVE_WIDTH, _WAVE_HEIGHT, title, bars, masks)


def _mask(cover: dict[str, Any], length_ms: int) -> Markup:
    left, right = (cover[edge] / length_ms * _WAVE_WIDTH for edge in ("start_ms", "end_ms"))
    return Markup(
        '<rect class="mask" x="{:.1f}" y="0" width="{:.1f}" height="{}" style="fill:{}"><title>{}</title></rect>'
    ).format(left, max(1.0, right - left), _WAVE_HEIGHT, colour(cover["type"]), cover["type"])


def _text(outcome: Outcome, body: dict[str, Any], words: Mapping[str, str]) -> Markup:
    del body, words
    assert outcome.output is not None
    shown = outcome.output.read_bytes().decode("utf-8", "replace")
    more = "\n..." if len(shown) > _TEXT_CHARS else ""
    return Markup('<pre class="transcript">{}</pre>').format(marked(shown[:_TEXT_CHARS] + more))


def marked(text: str) -> Markup:
    """Escaped text with placeholders such as `[PERSON]` coloured by type."""
    pieces = re.split(r"(\[[A-Z][A-Z0-9_]+\])", text)
    return Markup("").join(
        Markup('<mark style="background:{}">{}</mark>').format(colour(p.strip("[]")), p) if i % 2 else escape(p)
        for i, p in enumerate(pieces)
    )
