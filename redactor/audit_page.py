"""The inventory and the incident report as HTML pages that need nothing beside them."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from redactor.audit_words import WORDS
from redactor.incident import Incident
from redactor.inventory import Inventory
from redactor.words import Language

_SHOWN = 500
"""So many items are shown on a page; the JSON has all of them."""


def inventory_page(found: Inventory, language: Language = "en") -> str:
    """The record as a page."""
    lines = [line.as_dict(found.grounds) for line in found.lines]
    word = WORDS[language]
    template = _environment().get_template("inventory.html.j2")
    return template.render(w=word, language=language, at=found.at, lines=lines, planned=found.planned)


def incident_page(found: Incident, language: Language = "en") -> str:
    """The report as a page."""
    word = WORDS[language]
    title = word["incident"].format(store=found.store, first=found.first, last=found.last)
    return (
        _environment()
        .get_template("incident.html.j2")
        .render(
            w=word,
            language=language,
            title=title,
            found=found,
            clients=found.clients(),
            shown=found.lay[:_SHOWN],
            more=max(0, len(found.lay) - _SHOWN),
        )
    )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("redactor"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
