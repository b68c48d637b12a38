"""Small charts as inline SVG: no script, nothing from elsewhere, the page's colours, a title for each bar."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

_WIDTH, _HEIGHT = 300, 72
_SLOTS = 30
"""Columns of a trend; fewer nights stand at its right end, so that charts of one page compare."""


def columns(values: Sequence[float], labels: Sequence[str], title: str) -> Markup:
    """A column per night, the last one marked. `labels` are told for each column; the highest fills the height."""
    most = max(values, default=0) or 1
    slot = _WIDTH / max(_SLOTS, len(values))
    left = _WIDTH - slot * len(values)
    bars = Markup("").join(
        _bar(left + slot * i, value / most, slot, label, "now" if i == len(values) - 1 else "past")
        for i, (value, label) in enumerate(zip(values, labels, strict=True))
    )
    return Markup(
        '<svg class="trend" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}'
        '<path class="floor" d="M0 {}H{}"/></svg>'
    ).format(_WIDTH, _HEIGHT + 1, title, title, bars, f"{_HEIGHT + 0.5:.1f}", _WIDTH)


def _bar(left: float, share: float, slot: float, label: str, css: str) -> Markup:
    # A night with one refusal among thousands must still be seen.
    height = max(2.0, share * (_HEIGHT - 2)) if share > 0 else 0.0
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
    ).format(css, left + slot * 0.12, _HEIGHT - height, slot * 0.76, height, label)


def bar(value: float, most: float, label: str) -> Markup:
    """One horizontal bar, as long as its share of `most`."""
    width = max(0.6, 100 * value / most) if most > 0 and value > 0 else 0.0
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}"><title>{}</title>'
        '<rect class="floor" x="0" y="0" width="100" height="8"/>'
        '<rect class="part" x="0" y="0" width="{:.2f}" height="8"/></svg>'
    ).format(label, label, width)


def parts(values: Sequence[tuple[str, float, str]], title: str) -> Markup:
    """One bar cut into parts: class, value and label of each."""
    total = sum(value for _, value, _ in values)
    if total <= 0:
        return Markup("")
    drawn, left = [], 0.0
    for css, value, label in values:
        width = 1000 * value / total
        drawn.append(
            Markup('<rect class="{}" x="{:.2f}" y="0" width="{:.2f}" height="14"><title>{}</title></rect>').format(
                css, left, max(width, 3.0), label
            )
        )
        left += width
    # Thin parts are drawn a little wider than they are, so the last ones come first and are covered by none.
    return Markup(
        '<svg class="parts" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label="{}">'
        "<title>{}</title>{}</svg>"
    ).format(title, title, Markup("").join(drawn))
