"""The recall of a run without gold: a lower bound per entity type from a review, or from two independent detectors.

**Review.** People look at a random sample of items of each stratum and count values that were found and values that
were missed. Items are what was drawn, so they are what is counted on: where a bad line loses every value of a call, ten
values of one call say no more than one. The share of missed values is bounded as in Clopper and Pearson (1934,
Biometrika 26:404), with the weights of the strata as in Fay and Feuer (1997, Statistics in Medicine 16:791), whose
interval for weighted counts is conservative: before anything was seen, it already counts one more item as lost, with
all its values, in the stratum of which least was reviewed. Without weights and with one value per item it is Clopper
and Pearson's. A sample that is a large part of its stratum says more (finite population), and reviewers who overlook a
share of what was missed say less. One thing no sample shows: items that are rarer than it and hold many times more
values than those in it, all lost.

**Captures.** A second detector, made otherwise, looks at originals. Of the values that it finds, the share that the
first one found estimates recall if the two are independent (Lincoln and Petersen; Chapman 1951). Detectors fail on the
same values, so this is too high. Where M is missed by both, both found `a`, the first alone `b` and the second alone
`c`, their odds ratio is `a M / (b c)`; the lower bound holds for every odds ratio up to `ODDS_RATIO`, and for none
above it: what both are blind to leaves no trace in their counts. A second detector that finds less than half (`REACH`)
of what the first found gives no bound, though it may contradict a review. Captures are used where there is no review,
and release nothing unless the policy says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from redactor.engines.quantiles import beta_quantile, gamma_quantile

CONFIDENCE = 0.95
"""Of the two-sided interval; each of its ends alone holds with 97.5 %."""
REVIEWER_RECALL = 0.95
"""The share of missed values that a reviewer sees."""
ODDS_RATIO = 10.0
"""How much more likely than for two independent detectors it is that both miss a value, at most (as an odds ratio)."""
REACH = 0.5
"""The second detector must find this share of what the first found, or it speaks of some kinds of values only."""
_TAIL = (1 - CONFIDENCE) / 2
_NORMAL_SQUARED = 3.8415
"""The square of the 97.5 % quantile of the normal distribution."""
_ENDLESS = 1_000_000
_MOST = 1e9
"""Parameters of a distribution beyond this are as good as infinite."""

Basis = Literal["review", "captures", "review, captures disagree", "none"]


@dataclass(frozen=True, slots=True)
class Tally:
    """Values of one entity type in one item that was looked at."""

    found: int
    """Values that were found, >= 0."""
    missed: int
    """Values that were missed, >= 0."""

    def __post_init__(self) -> None:
        if self.found < 0 or self.missed < 0:
            raise ValueError("values are counted from 0")


@dataclass(frozen=True, slots=True)
class Review:
    """What reviewers saw of one entity type in the sample of one stratum."""

    stratum: str
    items_total: int
    """Items of the stratum in the run."""
    items_reviewed: int
    """Items of the random sample; those without a value of this type count."""
    tallies: tuple[Tally, ...]
    """One for each reviewed item that has such a value, found or missed; the others may be left out."""

    def __post_init__(self) -> None:
        if not 0 <= len(self.tallies) <= self.items_reviewed <= self.items_total:
            raise ValueError("no more items than were reviewed can be counted, and no more reviewed than there are")


@dataclass(frozen=True, slots=True)
class Captured:
    """Values of one entity type that two detectors found in one item, matched by place."""

    first_only: int
    second_only: int
    both: int


@dataclass(frozen=True, slots=True)
class Captures:
    """What two detectors found of one entity type in the originals of one stratum."""

    stratum: str
    items_total: int
    """Items of the stratum in the run."""
    items_looked: int
    """Items that the second detector looked at."""
    items: tuple[Captured, ...]
    """One for each of these in which either found a value of this type."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What is known of the recall of one entity type in one run."""

    entity_type: str
    recall: float | None
    """Estimate, 0..1: the share of the values that were found. None: nothing is known."""
    lower: float | None
    """At 95 % confidence (two-sided, so 97.5 % of the lower one), recall is not below this. None: there is no bound."""
    upper: float | None
    """... and not above this."""
    found: int
    """Values of this type that the run found in all its items."""
    reviewed: int
    """Values that reviewers saw in the items of the sample, found or missed."""
    missed: int
    """Values of these that the run had missed; without a review those that only the second detector found."""
    items_reviewed: int
    """Items of the sample that were reviewed."""
    missed_items_upper: float
    """At 95 % confidence, at most this share of the run's items has a value of this type that was missed."""
    basis: Basis
    """What the bound rests on. `captures` assumes a limit to how much the two detectors depend on each other."""
    items_total: int = 0
    """Items of the run that the review was drawn from."""


@dataclass(frozen=True, slots=True)
class _Interval:
    """An estimate with its interval."""

    at: float
    low: float
    high: float


def bound(
    entity_type: str,
    *,
    found: int,
    reviews: Sequence[Review] = (),
    captures: Sequence[Captures] = (),
    reviewer_recall: float = REVIEWER_RECALL,
    odds_ratio: float = ODDS_RATIO,
) -> Bound:
    """The bound of one type in one run, from all strata of it; `found` as in `Bound`.

    `reviews` and `captures` hold one element for each stratum of the run, those that nobody looked at included: a
    stratum that is left out is not spoken of. With both, the review decides, unless even the highest recall that the
    captures allow is lower: then what both say is doubtful, and the lower of the two bounds counts.
    Raises ValueError unless 0 < `reviewer_recall` <= 1 <= `odds_ratio`, `MissingEngineError` without SciPy.
    """
    if not 0 < reviewer_recall <= 1 <= odds_ratio:
        raise ValueError("a reviewer's recall is a share above 0, an odds ratio at least 1")
    items = sum(review.items_reviewed for review in reviews)
    seen = [tally for review in reviews for tally in review.tallies]
    most = _missed_items(reviews, reviewer_recall)
    empty = Bound(entity_type, None, None, None, found, 0, 0, items, most, "none", sum(r.items_total for r in reviews))
    caught, reaches = _captured(captures, odds_ratio)
    if not any(tally.found or tally.missed for tally in seen):
        if caught is None or not reaches:
            return empty
        alone = sum(item.second_only for stratum in captures for item in stratum.items)
        return replace(empty, recall=caught.at, lower=caught.low, upper=caught.high, missed=alone, basis="captures")
    known = _recall(reviews, reviewer_recall)
    basis: Basis = "review"
    if caught is not None and caught.high < known.low:
        known, basis = _Interval(known.at, caught.low, known.high), "review, captures disagree"
    missed = sum(tally.missed for tally in seen)
    reviewed = missed + sum(tally.found for tally in seen)
    return replace(
        empty, recall=known.at, lower=known.low, upper=known.high, reviewed=reviewed, missed=missed, basis=basis
    )


def _recall(strata: Sequence[Review], seeing: float) -> _Interval:
    """Recall from values that were found and missed, some of each; `seeing` is the share of missed ones that are seen.

    What was seen is weighted up to the run. The upper end of the missed ones is that of a beta distribution whose
    shape is what was missed, in units of the values that come and go together, and one such unit more.
    """
    looked = [s for s in strata if s.items_reviewed]
    found = sum(_weight(s) * t.found for s in looked for t in s.tallies)
    missed = sum(_weight(s) * t.missed / seeing for s in looked for t in s.tallies)
    share = missed / (found + missed)
    spread = sum(_spread(s, share, seeing) for s in looked)
    unit = max(_unseen(s, seeing) for s in looked) * _together(looked, seeing)
    # Like a binomial's, the spread of a share shrinks with what is not missed; the beta distribution knows that.
    spread = spread / (1 - share) * _few(sum(len(s.tallies) for s in looked)) if found else missed * unit
    high = _beta(1 - _TAIL, missed + unit, spread + unit**2, found, 0.0)
    if not missed and high < 1 and found * high / (1 - high) < 1:
        # Less than one value is none.
        high = 0.0
    low = _beta(_TAIL, missed, spread, found, 1.0) if missed else 0.0
    everything = sum(s.items_total for s in strata)
    known = sum(s.items_total for s in looked) / everything if everything else 1.0
    return _Interval(1 - share, (1 - max(high, share)) * known, 1 - min(low, share))


def _few(items: int) -> float:
    """How much wider a spread that was estimated from so many items may be: Student's t squared over the normal's.

    As Korn and Graubard (1998, Survey Methodology 24:193) do for shares from surveys.
    """
    degrees = max(items - 1, 1)
    share = beta_quantile(CONFIDENCE, 0.5, degrees / 2)
    return degrees * share / (1 - share) / _NORMAL_SQUARED


def _beta(probability: float, mean: float, variance: float, rest: float, more: float) -> float:
    """A quantile of the share that a count of this mean and variance has beside `rest`, counted in the same unit."""
    if variance <= 0 or mean**2 / variance > _MOST:
        return mean / (mean + rest) if mean else 0.0
    unit = variance / mean
    other = rest / unit + more
    return beta_quantile(probability, mean / unit, other) if other > 0 else 1.0


def _weight(stratum: Review) -> float:
    return stratum.items_total / stratum.items_reviewed


def _spread(stratum: Review, share: float, seeing: float) -> float:
    """The variance of the weighted missed values around their share of all, and of what reviewers overlook."""
    n, weight = stratum.items_reviewed, _weight(stratum)
    off = [(1 - share) * t.missed / seeing - share * t.found for t in stratum.tallies]
    squares = sum(x * x for x in off) - sum(off) ** 2 / n
    drawn = (1 - n / stratum.items_total) * squares * (n / (n - 1) if n > 1 else 1.0)
    overlooked = sum(t.missed for t in stratum.tallies) * (1 - seeing) / seeing**2
    return weight**2 * (drawn + overlooked)


def _unseen(stratum: Review, seeing: float) -> float:
    """Items that one more unit of the Poisson bound stands for: -1 / ln(1 - f) where a share f of them is seen."""
    share = seeing * stratum.items_reviewed / stratum.items_total
    return 0.0 if share >= 1 else -1 / math.log1p(-share)


def _together(strata: Sequence[Review], seeing: float) -> float:
    """Values that may be lost at once: those in the item of a value, on average, or the most that were seen lost."""
    values = [(_weight(s), t.found + t.missed / seeing) for s in strata for t in s.tallies]
    usual = sum(w * v * v for w, v in values) / sum(w * v for w, v in values)
    return max(usual, *(t.missed / seeing for s in strata for t in s.tallies))


def _missed_items(strata: Sequence[Review], seeing: float) -> float:
    """The upper bound of the share of items with a missed value; 1 when nothing was reviewed."""
    everything = sum(s.items_total for s in strata)
    looked = [s for s in strata if s.items_reviewed]
    if not looked or not everything:
        return 1.0
    hit = [(_weight(s) / seeing, sum(t.missed > 0 for t in s.tallies)) for s in looked]
    mean, variance = sum(w * n for w, n in hit), sum(w * w * n for w, n in hit)
    unit = max(_unseen(s, seeing) for s in looked)
    mean, variance = mean + unit, variance + unit**2
    most = gamma_quantile(1 - _TAIL, mean**2 / variance) * variance / mean if mean else 0.0
    unknown = everything - sum(s.items_total for s in looked)
    # Without any sign of one, less than an item is none: a small run that was looked at as a whole.
    most = math.floor(most) if not any(n for _, n in hit) else most
    return min(1.0, (most + unknown) / everything)


def _captured(strata: Sequence[Captures], odds_ratio: float) -> tuple[_Interval | None, bool]:
    """Recall of the first detector, and whether the second found enough of what it found; None: it found nothing."""
    both = sum(_scale(s) * item.both for s in strata for item in s.items)
    first = sum(_scale(s) * item.first_only for s in strata for item in s.items)
    second = sum(_scale(s) * item.second_only for s in strata for item in s.items)
    if both + second == 0:
        return None, False
    missed = _recall(_as_reviews(strata, missed_by="first"), 1.0)
    population = (first + both + 1) * (second + both + 1) / (both + 1) - 1
    at = min(1.0, (first + both) / population)
    if both == 0:
        return _Interval(at, 0.0, missed.high), False
    other = _recall(_as_reviews(strata, missed_by="second"), 1.0)
    # M / (a + b) = c / a * (a + odds ratio * b) / (a + b); the second factor grows with the share of b.
    factor = 1 + (odds_ratio - 1) * (1 - other.low)
    odds = (1 - missed.low) / missed.low * factor if missed.low > 0 else math.inf
    return _Interval(at, 1 / (1 + odds), missed.high), both >= REACH * (first + both)


def _scale(stratum: Captures) -> float:
    return stratum.items_total / stratum.items_looked if stratum.items_looked else 0.0


def _as_reviews(strata: Sequence[Captures], *, missed_by: Literal["first", "second"]) -> list[Review]:
    """The values of one detector as a sample of which the other found some: out of all that might have been there.

    Also where every item was looked at, what two detectors agree on is chance, and no count of the whole.
    """
    return [
        Review(
            s.stratum,
            s.items_total * _ENDLESS,
            s.items_looked,
            tuple(Tally(i.both, i.second_only if missed_by == "first" else i.first_only) for i in s.items),
        )
        for s in strata
    ]
