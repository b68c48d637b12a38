"""What happens to text between a caller's mouth or keyboard and the detector: mishearing, lost case, signs and accents.

The slips of the ear are of two kinds: the spellings that sound alike in Greek, and those learnt from synthetic speech
that was sent through a telephone and recognised (models/text/confusions.tsv; see `confusions`).
"""

from __future__ import annotations

import random
import re
from functools import cache

from models.recipes.name_model.corpus import TEXT, Document, Token
from models.recipes.name_model.slots import greeklish
from models.recipes.name_model.values import own
from redactor.normalize import folded


def heard(tokens: list[Token], rng: random.Random, *, english: bool) -> list[Token]:
    """Tokens as recognition may write them: words misspelled by ear, torn and run together."""
    rate = rng.choice((0.08, 0.15, 0.3, 0.5))
    learnt = _learnt("en" if english else "el")
    common = _pairs("misheard-english" if english else "alike")
    rare = _pairs("misheard-english" if english else "misheard")
    out: list[Token] = []
    for token in tokens:
        text = token.text
        if text[0].isalpha() and len(text) > 1 and rng.random() < rate:
            for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
                table = rng.choices((common, rare, learnt or common), (4, 2, 5))[0]
                text = _slip(text, table, rng)
        if text.isspace() and "\n" not in text and rng.random() < rate / 9 and out:
            continue
        if len(text) > 5 and text.isalpha() and rng.random() < rate / 12:
            cut = rng.randint(2, len(text) - 2)
            out += [Token(text[:cut], token.label, token.entity), Token(" ", token.label, token.entity)]
            text = text[cut:]
        if text:
            out.append(Token(text, token.label, token.entity))
    return out


def typed(tokens: list[Token], rng: random.Random) -> list[Token]:
    """Tokens with the slips of quick typing."""
    out = []
    for token in tokens:
        text = token.text
        if len(text) > 3 and text.isalpha() and rng.random() < 0.04:
            i = rng.randint(1, len(text) - 2)
            kind = rng.randint(0, 2)
            text = (
                text[:i] + text[i + 1 :],
                text[:i] + text[i] + text[i:],
                text[:i] + text[i + 1] + text[i] + text[i + 2 :],
            )[kind]
        out.append(Token(text, token.label, token.entity))
    return out


def plainer(tokens: list[Token], rng: random.Random, *, spoken: bool) -> list[Token]:
    """Tokens with case, accents and signs lost as recognisers, hurried people and old systems lose them."""
    style = rng.random()
    if style < 0.3:
        tokens = [Token(token.text.lower(), token.label, token.entity) for token in tokens]
    elif style < 0.38:
        tokens = [Token(folded(token.text).upper(), token.label, token.entity) for token in tokens]
    elif style < 0.5:
        tokens = [
            Token(token.text.lower() if token.label else token.text, token.label, token.entity) for token in tokens
        ]
    elif style < 0.55:
        tokens = [
            Token(token.text.capitalize() if rng.random() < 0.3 else token.text, token.label, token.entity)
            for token in tokens
        ]
    if spoken and rng.random() < 0.4:
        kept = rng.choice((0.0, 0.0, 0.3, 0.7))
        tokens = [token for token in tokens if token.text not in '.,;?!·—-«»"…:' or rng.random() < kept]
    return tokens


def disturbed(document: Document, tokens: list[Token], rng: random.Random) -> list[Token]:
    """A filled document in one of the conditions that the product meets."""
    if document.heard:
        return plainer(tokens, rng, spoken=True)
    if document.spoken and rng.random() < 0.5:
        tokens = heard(tokens, rng, english=document.english)
    elif not document.spoken and rng.random() < 0.35:
        tokens = typed(tokens, rng)
    if not document.english and rng.random() < (0.15 if document.source == "el-chat" else 0.06):
        style = rng.randint(0, 9)
        tokens = [
            Token(
                greeklish(token.text, random.Random(style)) if not token.text.isascii() else token.text,
                token.label,
                token.entity,
            )
            for token in tokens
        ]
    return plainer(tokens, rng, spoken=document.spoken)


def _slip(text: str, pairs: tuple[tuple[str, str, float], ...], rng: random.Random) -> str:
    form = folded(text)
    if len(form) != len(text):
        return text
    fitting = [pair for pair in pairs if pair[0] in form]
    if not fitting:
        return text
    said, written, _ = rng.choices(fitting, [pair[2] for pair in fitting])[0]
    places = [match.start() for match in re.finditer(f"(?={re.escape(said)})", form)]
    at = rng.choice(places)
    out = text[:at] + written + text[at + len(said) :]
    return out[:1].upper() + out[1:] if text[0].isupper() else out


@cache
def _pairs(kind: str) -> tuple[tuple[str, str, float], ...]:
    return tuple((said, written, 1.0) for said, written in (pair.split(":") for pair in own(kind)))


@cache
def _learnt(language: str) -> tuple[tuple[str, str, float], ...]:
    path = TEXT / "confusions.tsv"
    if not path.exists():
        return ()
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return tuple((said, written, float(count)) for kind, said, written, count in rows if kind == language)
