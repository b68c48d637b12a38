"""Texts: a datum is covered when at most a tenth of what identifies in it survived, and it does not stand there whole.

Number words and digit groups that survive in a pseudonym meet by chance: they count only when more than half of the
datum survived. Over-redaction is the share of words outside personal data of which less than half survived.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from redactor.evaluation import snippets
from redactor.evaluation.alignment import PLACEHOLDER, WORD, Alignment, align, plain, tokens
from redactor.evaluation.gold import ListedGold, TextDatum, TextGold
from redactor.evaluation.judged import Amount, ItemResult, Judgement, Said
from redactor.evaluation.number_words import identifying, numeric
from redactor.evaluation.schemes import ours
from redactor.evaluation.transcripts import holds
from redactor.regions import Span

_SURVIVES, _MOSTLY = 0.10, 0.5
UNKNOWN = "UNKNOWN"
"""Type of what was replaced by something that names no type."""


def judge(gold: TextGold, output: str | None, said: Sequence[tuple[str, int, int]] | None = None) -> ItemResult:
    """Evaluate one text; without an output everything in it counts as left.

    `said` are the spans (type, start, end inside) that the program itself tells; else they are derived.
    """
    text = gold.text if output is None else unicodedata.normalize("NFC", output)
    found = align(gold.text, text)
    judgements = tuple(_judge(gold, datum, found) for datum in gold.data)
    free = [datum.span for datum in gold.data]
    spared = [*free, *gold.neutral]
    words = [m for m in tokens(gold.text) if WORD.match(m[0])]
    outside = [m for m in words if not _touches(m, spared)]
    gone = [sum(found.alive[m.start() : m.end()]) * 2 < len(m[0]) for m in outside]
    lost = _lost(outside, found)
    predicted = said if said is not None else derived(found)
    inside = _lost([m for m in words if _touches(m, free)], found)
    truth = tuple((ours(d.entity_type), d.span.start, d.span.end - 1) for d in gold.data)
    return ItemResult(
        "text",
        gold.origin,
        judgements,
        Amount(sum(gone), len(gone)),
        Amount(inside, inside + lost),
        missing=output is None,
        said=Said(truth, _counting(predicted, free, gold.neutral), "alignment" if said is None else "sidecar"),
    )


def derived(found: Alignment) -> tuple[tuple[str, int, int], ...]:
    """What was replaced, as spans (type, start, end inside); the type is what the placeholder there names.

    Data side by side that became one placeholder, or none, are one span.
    """
    spans = []
    for gap in found.gaps:
        if all(found.alive[gap.start : gap.end]):
            continue
        named = PLACEHOLDER.search(gap.put)
        label = re.sub(r"[\W\d]+", " ", named[0]).strip().replace(" ", "_") if named else ""
        spans.append((ours(label) if label else UNKNOWN, gap.start, gap.end - 1))
    return tuple(spans)


def judge_listed(gold: ListedGold, output: str | None) -> ItemResult:
    """Evaluate a text of which only the values are known: none may stand in it, whatever its case and accents."""
    body = None if output is None else _words(output)
    judgements = []
    for entity_type, value in gold.values:
        left = body is None or _words(value) in body or holds(body, [value])
        judgements.append(Judgement(entity_type, not left, "somewhere", len(value) if left else 0))
    return ItemResult("listed", gold.origin, tuple(judgements), missing=output is None)


def _judge(gold: TextGold, datum: TextDatum, found: Alignment) -> Judgement:
    start, end = datum.span.start, datum.span.end
    telling = [start + at for at in identifying(datum.value)]
    touched = [gap for gap in found.gaps if gap.overlaps(start, end)]
    left = [at for at in telling if found.alive[at]]
    if _SURVIVES < len(left) / len(telling) <= _MOSTLY and any(gap.other_words for gap in touched):
        by_chance = {start + at for at in numeric(datum.value)}
        left = [at for at in left if at not in by_chance]
    leaked = len(left) / len(telling) > _SURVIVES
    if not leaked and any(_stands(datum.value, gap.put) for gap in touched if gap.put):
        leaked, left = True, telling
    shown = snippets.text(gold.text, datum.span, found.alive) if leaked and gold.origin.synthetic else None
    return Judgement(
        datum.entity_type, not leaked, f"characters {start}-{end}", len(left) if leaked else 0, shown=shown
    )


def _counting(
    predicted: Sequence[tuple[str, int, int]], data: Sequence[Span], neutral: Sequence[Span]
) -> tuple[tuple[str, int, int], ...]:
    """Without what lies in a stretch that counts neither way, and in no datum."""

    def touches(start: int, end: int, spans: Sequence[Span]) -> bool:
        return any(s.start <= end and start < s.end for s in spans)

    return tuple(p for p in predicted if touches(p[1], p[2], data) or not touches(p[1], p[2], neutral))


def _words(text: str) -> str:
    return f" {' '.join(m[0] for m in WORD.finditer(plain(text)))} "


def _stands(value: str, put: str) -> bool:
    """True when the value stands whole in what was put in its place."""
    body = plain(PLACEHOLDER.sub("\0", put))
    return re.search(rf"(?<!\w){re.escape(plain(value))}(?!\w)", body) is not None


def _touches(token: re.Match[str], spans: Sequence[Span]) -> bool:
    return any(s.start < token.end() and token.start() < s.end for s in spans)


def _lost(words: Sequence[re.Match[str]], found: Alignment) -> int:
    return sum(len(m[0]) - sum(found.alive[m.start() : m.end()]) for m in words)
