"""Numbers that recognition garbled: stretches that sound like numbers, judged by labels before and units after them.

Where number words can be told apart, `spoken_judge` decides. Here is the rest: words that are no words, beside a number
that was understood, behind a label, or so many that they can be nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redactor.recognizers import vocabulary
from redactor.recognizers.el.phrases import words
from redactor.recognizers.spoken_chains import QUOTED_CELLS, Part
from redactor.recognizers.spoken_density import Stretch, stretches, torn
from redactor.recognizers.spoken_judge import Verdict, timed, unit_follows
from redactor.recognizers.spoken_labels import NONE, Label, Labels
from redactor.recognizers.spoken_tokens import Token

_ARMED_ODDS = 4.5
"""Log-odds of a stretch behind a label; everyday speech has stretches up to 7, four words in a thousand."""
_ALONE_ODDS = 15.0
_ALONE_SOUNDS = 18
"""Without a label, so many sounds: five spoken digits and more."""
_GAP = 2
"""So many words between two stretches belong to the number when both do."""
_SOUNDS_PER_DIGIT = 3
_FEW = 1
_OPENING = 4
"""A label among so many words at the beginning of a stretch is not part of the number."""
_EDGE = 2
"""So many words at the ends of its clause belong to a garbled number."""
_CLEAR_SHARE = 0.75
"""A stretch of which so much was understood is judged by what was understood."""


def zones(
    text: str, found: Sequence[Token], labels: Labels, verdicts: Sequence[Verdict], quantities: Sequence[Sequence[Part]]
) -> Iterator[Verdict]:
    """Verdicts on stretches of `found` that are not wholly covered by `verdicts` yet.

    `quantities` are the chains that a unit of measure follows: they end a stretch.
    """
    covered: dict[int, str] = {}
    for verdict in verdicts:
        covered |= dict.fromkeys(range(verdict.parts[0].first, verdict.parts[-1].last + 1), verdict.entity)
    counted = {i for chain in quantities for part in chain for i in range(part.first, part.last + 1)}
    for group in _groups(found, list(stretches(found)), counted):
        first, last = group[0].first, _without_article(found, group[0].first, group[-1].last)
        inside = [label.last for label in labels.before(last) if first <= label.last < first + _OPENING]
        first = max((place + 1 for place in inside), default=first)
        entity = next((covered[i] for i in range(first, last + 1) if i in covered), "")
        odds, sounds = sum(s.odds for s in group), sum(s.sounds for s in group)
        part = Part(first, last)
        rest = [i for i in range(first, last + 1) if i not in covered]
        if any(token.word in words("press") for token in found[first : last + 1]):
            continue
        if any(QUOTED_CELLS.search(token.gap) for token in found[first + 1 : last + 1]):
            continue
        written = not any(_odd(found[i]) or torn(found, i) for i in rest)
        if written or _in_figures(found[first : last + 1], sum(s.heard for s in group)):
            continue
        if not entity:
            if unit_follows(text, found, [part]) or timed(found, [part]) or not _garbled(found, first, last):
                continue
            entity = _armed(labels.before(first), odds, sounds)
            if not entity and odds >= _ALONE_ODDS and sounds >= _ALONE_SOUNDS:
                entity = "PHONE_NUMBER"
        if entity:
            nearest = labels.before(first)[:1]
            begin = nearest[0].last + 1 if nearest else 0
            yield Verdict(entity, 0.5, (Part(*_to_clause(found, begin, first, last, counted)),))


def _groups(found: Sequence[Token], all_: Sequence[Stretch], counted: set[int]) -> Iterator[list[Stretch]]:
    """Stretches that stand close together in one line; what counts something is cut off."""
    group: list[Stretch] = []
    for stretch in all_:
        first, last = stretch.first, stretch.last
        while last >= first and last in counted:
            last -= 1
        while first <= last and first in counted:
            first += 1
        if first > last:
            continue
        share = (last - first + 1) / (stretch.last - stretch.first + 1)
        cut = Stretch(first, last, stretch.odds * share, round(stretch.sounds * share), stretch.heard * share)
        if share < 1 and cut.odds < _ALONE_ODDS:
            continue
        between = found[group[-1].last + 1 : first + 1] if group else ()
        near = bool(group) and len(between) <= _GAP + 1 and not any(_parts(t) for t in between)
        if group and not near:
            yield group
            group = []
        group.append(cut)
    if group:
        yield group


def _to_clause(found: Sequence[Token], begin: int, first: int, last: int, counted: set[int]) -> tuple[int, int]:
    """A garbled stretch with the few words that part it from the ends of its clause: they are garbled too."""
    left, right = first, last
    while left > begin and first - left < _EDGE and not _ends_clause(found[left]):
        left -= 1
    if left != begin and not _ends_clause(found[left]):
        left = first
    while right + 1 < len(found) and right - last < _EDGE and not _ends_clause(found[right + 1]):
        right += 1
    if right + 1 < len(found) and not _ends_clause(found[right + 1]):
        right = last
    before, after = range(left, first), range(last + 1, right + 1)
    left = left if _belong(found, before) and counted.isdisjoint(before) else first
    return left, right if _belong(found, after) and counted.isdisjoint(after) else last


def _belong(found: Sequence[Token], words: range) -> bool:
    """True for words of which one is odd, or too few to be anything by themselves ("... τριάντα είναι,")."""
    return any(_odd(found[i]) for i in words) or (0 < len(words) <= _FEW and not any(found[i].filler for i in words))


def _ends_clause(token: Token) -> bool:
    return token.unit or token.speaker or any(sign in token.gap for sign in ",.;!?\n")


def _odd(token: Token) -> bool:
    """True for a word that is neither a filler nor one of everyday speech; figures are no words."""
    return not (token.filler or token.reading.roles or token.word.isdigit() or token.glued)


def _in_figures(tokens: Sequence[Token], heard: float) -> bool:
    """True when every number is written, and the words between are words ("pump 30-112-09, belt 1270").

    `heard`: log-odds that the words sound like numbers; everyday Greek words may.
    """
    if any(token.number and not token.word.isdigit() for token in tokens):
        return False
    return heard <= 0 or all(vocabulary.greek(token.word) for token in tokens if _odd(token))


def _parts(token: Token) -> bool:
    apart = any(sign in token.gap for sign in ";:/|(")
    return apart or token.new_line or token.unit or "month" in token.reading.roles


def _without_article(found: Sequence[Token], first: int, last: int) -> int:
    """Without an "ένα" that begins what comes next: "... τρία, ένα λευκό"."""
    after = found[last + 1] if last + 1 < len(found) else None
    article = (
        last > first and [unit.value for unit in found[last].reading.units] == ["1"] and not found[last].reading.sure
    )
    return last - 1 if article and after is not None and after.close and not after.filler else last


def _armed(before: Sequence[Label], odds: float, sounds: int) -> str:
    nearest = before[0] if before else None
    if nearest is None or nearest.entity == NONE or odds < _ARMED_ODDS:
        return ""
    enough = sounds >= _SOUNDS_PER_DIGIT * min(nearest.fewest, 4)
    return nearest.entity if enough and (not nearest.asked or odds >= 2 * _ARMED_ODDS) else ""


def _garbled(found: Sequence[Token], first: int, last: int) -> bool:
    tokens = [t for t in found[first : last + 1] if not t.filler]
    clear = sum(len(t.reading.key) or len(t.word) for t in tokens if t.number)
    return clear < _CLEAR_SHARE * sum(len(t.reading.key) or len(t.word) for t in tokens)
