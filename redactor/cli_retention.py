"""The commands of retention."""

from __future__ import annotations

import click


@click.group()
def retention() -> None:
    """What is kept, for how long, and what happens then."""
