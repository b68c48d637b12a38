"""The conditions in which names meet the detector: as written, without case, in capitals, misheard, Greeklish.

Each takes a text with marked spans and gives another with its spans. What is misheard here is respelled by a table of
its own: a model must not be measured with the noise that it learnt from.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from redactor.normalize import folded

Spans = list[tuple[int, int, str]]
_WRITTEN_FOR = """
    ει:η,ι,υ οι:ι,η,υ υι:ι,η αι:ε ου:ο,ου η:ι,υ ι:η,υ υ:ι,η ε:αι ο:ω ω:ο λλ:λ σσ:σ νν:ν ρρ:ρ ντ:δ,τ μπ:π,β γκ:γγ,κ
    θ:σ,φ ξ:κσ,ξ χ:κ,χ δ:ντ,δ β:β,φ
"""
"""What is written for what, longer groups first."""
_SPELLINGS = [(group, others.split(",")) for group, others in (pair.split(":") for pair in _WRITTEN_FOR.split())]
_LATIN = "α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s τ:t υ:y φ:f χ:ch ψ:ps ω:o"
_GREEKLISH = dict(pair.split(":") for pair in _LATIN.split())
_RESPELLED, _SLIPPED, _JOINED = 0.35, 0.5, 0.04


def clean(text: str, spans: Spans) -> tuple[str, Spans]:
    """As it is."""
    return text, spans


def lower(text: str, spans: Spans) -> tuple[str, Spans]:
    """Lower case without accents."""
    return _mapped(text, spans, lambda char, _: folded(char) or char)


def capitals(text: str, spans: Spans) -> tuple[str, Spans]:
    """Capitals without accents."""
    return _mapped(text, spans, lambda char, _: (folded(char) or char).upper())


def greeklish(text: str, spans: Spans) -> tuple[str, Spans]:
    """Latin letters by sound."""

    def latin(char: str, _: int) -> str:
        plain = folded(char)
        out = _GREEKLISH.get(plain, char)
        return out.capitalize() if char.isupper() else out

    return _mapped(text, spans, latin)


def misheard(text: str, spans: Spans) -> tuple[str, Spans]:
    """Words respelled by ear, some run together; lower case, no accents, no signs but full stops."""
    rng = random.Random(len(text))
    out: list[str] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and text[at].isalpha() and text[end].isalpha():
            end += 1
        word = folded(text[at:end])
        if text[at].isalpha():
            parts = _respelled(word, rng) if rng.random() < _RESPELLED else list(word)
            parts = parts if len(parts) == end - at else [*word][: end - at] + [""] * (end - at - len(word))
            out += parts
        else:
            out += [char if char in "\n.:@0123456789" or char.isspace() else "" for char in text[at:end]]
            if text[at] == " " and rng.random() < _JOINED:
                out[-1] = ""
        at = end
    return _placed(out, spans)


def _respelled(word: str, rng: random.Random) -> list[str]:
    """What stands for each letter of the word: the first letter of a group takes all, the others nothing."""
    out: list[str] = []
    at = 0
    while at < len(word):
        for group, others in _SPELLINGS:
            if word.startswith(group, at):
                take = rng.choice(others) if rng.random() < _SLIPPED else group
                out += [take, *[""] * (len(group) - 1)]
                at += len(group)
                break
        else:
            out.append(word[at])
            at += 1
    return out


def _mapped(text: str, spans: Spans, change: Callable[[str, int], str]) -> tuple[str, Spans]:
    return _placed([change(char, i) for i, char in enumerate(text)], spans)


def _placed(parts: Sequence[str], spans: Spans) -> tuple[str, Spans]:
    places = [0]
    for part in parts:
        places.append(places[-1] + len(part))
    moved = [(places[start], places[end], entity) for start, end, entity in spans]
    return "".join(parts), [span for span in moved if span[1] > span[0]]


CONDITIONS: Mapping[str, Callable[[str, Spans], tuple[str, Spans]]] = {
    "as written": clean,
    "lower case, no accents": lower,
    "capitals": capitals,
    "misheard": misheard,
    "Greeklish": greeklish,
}


def spans_of(document: Mapping[str, Any]) -> Spans:
    """The marked spans of a document of a pack."""
    return [(s["start"], s["end"], s["type"].replace("LOCATION_CITY", "LOCATION")) for s in document["pii"]]
