"""Jurisdictions: labels of stores and machines, and whether one lies within what a client allows.

Labels are country codes of ISO 3166-1 (`GR`), or `EU` and `EEA` for "somewhere in it". `EL` and `UK`, as the Union
writes them, are `GR` and `GB`.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TypeVar

VARIABLE = "REDACTOR_JURISDICTION"
"""Environment variable with the label of a machine."""
_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_EU = frozenset(_MEMBERS.split())
_UNIONS = {"EU": _EU, "EEA": _EU | {"EU", "IS", "LI", "NO"}}
"""What lies in each; a union lies in another, but never in a country."""
_SAME = {"EL": "GR", "UK": "GB"}
T = TypeVar("T")


def known(label: str) -> str:
    """The label as it is compared; empty stays empty. Raises `ValueError`, with what may be meant, for any other."""
    code = label.strip().upper()
    code = _SAME.get(code, code)
    if not code or code in _UNIONS or code in _countries():
        return code
    raise ValueError(f"{label!r} is no jurisdiction; {_meant(label)}allowed are ISO 3166 codes such as GR, EU and EEA")


def all_known(labels: Iterable[str]) -> tuple[str, ...]:
    """As `known`, of several; none may be empty, and each counts once."""
    found = tuple(dict.fromkeys(known(label) for label in labels))
    if "" in found:
        raise ValueError("holds an empty jurisdiction; write a code such as GR, or leave it out")
    return found


def keys_known(by_label: Mapping[str, T]) -> dict[str, T]:
    """A table with its keys as they are compared. Raises `ValueError` when two are the same or one is unknown."""
    found = dict(zip(all_known(by_label), by_label.values(), strict=False))
    if len(found) < len(by_label):
        raise ValueError("names a jurisdiction twice (EL is GR, and UK is GB); keep one")
    return found


def allows(allowed: Iterable[str], label: str) -> bool:
    """True when what bears `label` lies in one of `allowed`. Nothing allowed: anywhere; no label: nowhere."""
    wanted, here = all_known(allowed), known(label)
    if not wanted:
        return True
    return bool(here) and any(here == one or here in _UNIONS.get(one, ()) for one in wanted)


def here(configured: str) -> str:
    """The label of this machine: of its environment, or else as configured. Raises `ValueError`."""
    return known(os.environ.get(VARIABLE, "")) or known(configured)


@cache
def _countries() -> Mapping[str, str]:
    """Code -> English name, from the table of the time zone database."""
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    lines = [line.partition("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {code: name for code, _, name in lines}


def _meant(label: str) -> str:
    names = {name.casefold(): code for code, name in _countries().items()}
    close = [names[name] for name in difflib.get_close_matches(label.strip().casefold(), names, n=3)]
    close += difflib.get_close_matches(label.strip().upper(), [*_countries(), *_UNIONS], n=3)
    return f"did you mean {' or '.join(dict.fromkeys(close))}? " if close else ""
