"""Train the sound model of spoken numbers: `python models/recipes/number_sounds/train.py` (seconds, seeded).

Two letter models on sound keys without blanks: how spoken Greek numbers come out of recognition, and how everything
else does. Their log-odds for each letter after the three before it tell them apart where words are torn and misspelled.
Output: redactor/recognizers/el/number_sounds.tsv.gz, read by `redactor.recognizers.spoken_density`.

Data beside this file, all ours: everyday.txt (invented speech without identifiers), heard.tsv (numbers
spoken by synthetic voices over a telephone line, as Whisper base wrote them, with the words that were said).
"""

from __future__ import annotations

import gzip
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from redactor.normalize import folded
from redactor.recognizers.labels import table
from redactor.recognizers.sound import misheard, sound
from redactor.recognizers.spoken_reading import read

HERE = Path(__file__).parent
TARGET = HERE.parents[2] / "redactor" / "recognizers" / "el" / "number_sounds.tsv.gz"
ORDER = 4
"""Letters of an n-gram, the last one predicted."""
SEED = 20
NUMBERS = 12_000
"""Number utterances that are made up; heard ones come on top, each `HEARD_WEIGHT` times."""
HEARD_WEIGHT = 6
EVERYDAY_WEIGHT = 3
SLIP_SHARE = 0.35
"""Share of made-up number words that get a slip of the ear."""
EVERYDAY_SLIPS = 0.12
LEAST = 2
"""n-grams seen less often are left to the shorter ones."""
STEPS = 20
"""Log-odds are kept in twentieths."""


def main() -> None:
    """Train both models, write the log-odds table."""
    rng = random.Random(SEED)
    words = _words()
    number, other = Counter[str](), Counter[str]()
    heard = list(_heard())
    confusions = _confusions(heard)
    for _ in range(NUMBERS):
        _count(number, _number_line(rng, words, confusions), 1)
    for _, written in heard:
        _count(number, "".join(map(sound, written.split())), HEARD_WEIGHT)
    for line in _everyday():
        for weight, slips in ((EVERYDAY_WEIGHT, 0.0), (1, EVERYDAY_SLIPS)):
            said = [sound(word) for word in line.split() if not read(folded(word)).sure]
            _count(other, "".join(_slipped(rng, key, slips) for key in said), weight)
    rows = _log_odds(number, other)
    body = "\n".join(f"{gram}\t{round(odds * STEPS)}" for gram, odds in sorted(rows.items()))
    with gzip.GzipFile(TARGET, "wb", mtime=0) as out:
        out.write(body.encode())
    print(
        f"{len(rows)} n-grams, {TARGET.stat().st_size} bytes; {sum(number.values())} and {sum(other.values())} counts"
    )


def _words() -> dict[str, list[tuple[str, str]]]:
    """Kind -> (value, spelled word) of the Greek number words and letter names."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for _, (kind, value, listed) in table("el", "spoken.tsv"):
        for word in listed.split():
            found[kind].append((value, word))
    return found


def _heard() -> Iterator[tuple[str, str]]:
    """What was said and what was written, for each number that a synthetic voice read out."""
    for line in (HERE / "heard.tsv").read_text(encoding="utf-8").splitlines():
        said, _, written = line.partition("\t")
        yield said, written


def _confusions(heard: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Sound of a word -> sounds that were written for it, where both sides have as many words."""
    found: dict[str, list[str]] = defaultdict(list)
    for said, written in heard:
        a, b = [sound(w) for w in folded(said).split()], [sound(w) for w in folded(written).split()]
        if len(a) == len(b):
            for x, y in zip(a, b, strict=True):
                if x and y:
                    found[x].append(y)
    return found


def _number_line(rng: random.Random, words: dict[str, list[tuple[str, str]]], confusions: dict[str, list[str]]) -> str:
    """One identifier, read in one of the ways that people read."""
    style = rng.choice(("digits", "digits", "pairs", "threes", "mixed", "many", "letters"))
    said: list[str] = []
    if style == "letters":
        said += [rng.choice(words["letter"])[1] for _ in range(rng.choice((1, 2, 3)))]
    length = rng.choice((3, 4, 6, 7, 8, 9, 10, 10, 10, 11, 16))
    while length > 0:
        size = {"digits": 1, "letters": 1, "pairs": 2, "threes": 3}.get(style, rng.choice((1, 2, 2, 3)))
        said += _group(rng, words, min(size, length))
        length -= size
        if style == "many" and rng.random() < 0.2:
            said += [rng.choice(("δύο", "τρία", "τέσσερα")), rng.choice(words["plural"])[1]]
    return "".join(_misheard(rng, sound(word), confusions) for word in said)


def _group(rng: random.Random, words: dict[str, list[tuple[str, str]]], size: int) -> list[str]:
    def one(kind: str) -> str:
        return rng.choice(words[kind])[1]

    if size == 1:
        return [one("repeat"), one("digit")] if rng.random() < 0.05 else [one("digit")]
    pair = [one("teen")] if rng.random() < 0.15 else [one("tens"), *([one("digit")] if rng.random() < 0.85 else [])]
    return pair if size == 2 else [one("hundred"), *pair]


def _misheard(rng: random.Random, key: str, confusions: dict[str, list[str]]) -> str:
    if key in confusions and rng.random() < 0.6:
        return rng.choice(confusions[key])
    return _slipped(rng, key, SLIP_SHARE)


def _slipped(rng: random.Random, key: str, share: float) -> str:
    if len(key) < 2 or rng.random() >= share:
        return key
    return rng.choice(sorted(misheard(key, 0.5)))


def _everyday() -> Iterator[str]:
    """Lines without the number words in them: those sound alike whatever they count."""
    yield from (HERE / "everyday.txt").read_text(encoding="utf-8").splitlines()


def _count(counts: Counter[str], line: str, weight: int) -> None:
    padded = "  " + line
    for at in range(2, len(padded)):
        for size in range(1, ORDER + 1):
            if at - size + 1 >= 0:
                counts[padded[at - size + 1 : at + 1]] += weight


def _log_odds(number: Counter[str], other: Counter[str]) -> dict[str, float]:
    """Log-odds of each n-gram's last letter given the letters before it (Witten-Bell interpolation)."""
    models = [_Interpolated(number), _Interpolated(other)]
    grams = {g for g in (*number, *other) if number[g] + other[g] >= LEAST and not g.endswith(" ")}
    return {gram: math.log(models[0].probability(gram) / models[1].probability(gram)) for gram in grams}


class _Interpolated:
    """Letter probabilities of one kind of speech."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._after: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for gram, count in counts.items():
            seen = self._after[gram[:-1]]
            seen[0] += count
            seen[1] += 1

    def probability(self, gram: str) -> float:
        """Of the last letter of `gram` after the others."""
        if not gram:
            return 1 / 26
        total, kinds = self._after.get(gram[:-1], (0, 0))
        lower = self.probability(gram[1:])
        return (self._counts[gram] + kinds * lower) / (total + kinds) if total else lower


if __name__ == "__main__":
    main()
