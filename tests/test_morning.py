"""What a night is counted as: every item once, in memory that does not grow, and without a word of what was said."""

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from redactor.ledger import Entry
from redactor.morning import LABELS, SLOWEST, read_summaries, summarise
from redactor.nights import OUTCOMES, as_json, summary_of
from tests.nights import BEGAN, ENDED, POLICY, RUN, Left, Night, busy_night, earlier


def test_each_item_is_counted_once_under_its_outcome() -> None:
    morning = busy_night()
    assert morning.outcomes == {
        "done": 1180, "unchanged": 210, "moved": 1, "gone": 0, "refused": 10, "quarantined": 1, "failed": 0,
        "still_refused": 1, "interrupted": 1, "waiting": 4, "left": 25,
    }  # fmt: skip
    assert (morning.total, morning.needs, morning.later) == (1433, 12, 30)
    assert sum(sum(n.values()) for n in morning.kinds.values()) == 1180 + 1 + 10 + 1 + 1
    assert sum(c.outcomes.get("done", 0) for c in morning.clients) == 1180
    assert morning.level == "bad"
    assert [store.name for store in morning.down] == ["notos-sftp"]


def test_entities_bytes_and_seconds_are_summed_for_all_and_per_client() -> None:
    night = Night()
    night.done(0, "acme", seconds=10.0)
    night.done(1, "other", seconds=30.0)
    morning = night.morning()
    assert morning.entities == {"PERSON": 5, "PHONE_NUMBER": 2}
    assert [(c.client, c.entities["PERSON"], c.size, c.media_s) for c in morning.clients] == [
        ("acme", 2, 480_000, 60.0),
        ("other", 3, 480_000, 60.0),
    ]
    assert morning.stages == pytest.approx({"read": 28.0, "verify": 8.0, "detect": 2.0, "render": 2.0})
    assert morning.seconds == 4 * 3600 + 12 * 60 + 30
    assert morning.engines == ("faster-whisper 1.2.1", "presidio 2.2.366")
    assert morning.policies == (POLICY,)


def test_refusals_are_grouped_by_reason_with_few_names() -> None:
    night = Night()
    for n in range(50):
        night.ended("refused", n, "EMPTY_FILE", "the file is empty")
    night.ended("quarantined", 60, "HUNG", "no answer")
    first, second = night.morning().refusals
    assert (first.reason, first.items, first.message, first.outcome) == (
        "EMPTY_FILE",
        50,
        "the file is empty",
        "refused",
    )
    assert first.labels == tuple(f"2026-11-27/audio-{n:05d}" for n in range(LABELS))
    assert (second.reason, second.outcome, second.stores) == ("HUNG", "quarantined", ("acme-audio",))


def test_a_second_try_in_the_same_night_takes_the_place_of_the_first() -> None:
    night = Night()
    night.ended("failed", 1, "OCR_FAILED", "Tesseract failed")
    night.ended("interrupted", 2, "INTERRUPTED", "given back")
    night.done(1)
    night.ended("quarantined", 2, "CRASHED", "it died")
    morning = night.morning()
    assert {k: n for k, n in morning.outcomes.items() if n} == {"done": 1, "quarantined": 1}
    assert [r.reason for r in morning.refusals] == ["CRASHED"]
    assert morning.kinds == {"audio": {"done": 1, "quarantined": 1}}


def test_the_slowest_come_first_and_are_few() -> None:
    night = Night()
    for n in range(100):
        night.done(n, seconds=float(n * 7 % 100 + 1))
    slowest = night.morning().slowest
    assert [round(slow.seconds) for slow in slowest] == list(range(100, 100 - SLOWEST, -1))


def test_what_only_moved_took_no_time_tonight() -> None:
    night = Night()
    night.done(1, seconds=500.0)
    night.entries[0] = replace(night.entries[0], event="moved")
    morning = night.morning()
    assert morning.outcomes["moved"] == 1
    assert (morning.slowest, morning.stages, morning.entities) == ((), {}, {})


def test_what_earlier_nights_refused_is_told_apart_from_tonight_by_its_time() -> None:
    night = Night()
    night.ended("refused", 1, "EMPTY_FILE", "the file is empty")
    rows = [
        Left("s", "old", "acme", "NO_SPEECH", "nobody speaks"),
        Left("s", "new", "acme", "EMPTY_FILE", "x", at=ENDED),
    ]
    night.more = {"standing": rows}
    morning = night.morning()
    assert (morning.outcomes["refused"], morning.outcomes["still_refused"]) == (1, 1)
    assert [(r.reason, r.outcome, r.labels) for r in morning.refusals][1] == ("NO_SPEECH", "still_refused", ("old",))


def test_the_trend_has_thirty_nights_in_order_and_ends_with_this_one() -> None:
    night = Night()
    night.done(1)
    night.more = {"earlier": [*list(earlier(40))[::-1], {}, {"run": RUN, "began": BEGAN, "items": 7}]}
    trend = night.morning().trend
    assert len(trend) == 30
    assert [n.run for n in trend] == [*(f"run{n}" for n in range(11, 40)), RUN]
    assert trend[-1].items == 1


def test_summaries_are_read_as_the_ledger_keeps_them() -> None:
    kept = [json.dumps(summary_of(busy_night())), "", "{}", "null", '{"run": "x"}', "{broken"]
    morning = summarise([], run="next", began=ENDED, ended=ENDED, earlier=read_summaries(kept))
    assert [n.run for n in morning.trend] == [RUN, "next"]


@pytest.mark.parametrize(
    "detail", ["", "not json", "[]", '{"counts": 7, "seconds": "x", "bytes": null}', '{"bytes": NaN}']
)
def test_an_entry_with_a_broken_detail_still_counts(detail: str) -> None:
    entry = Entry(RUN, "published", "s", "0" * 64, "a.wav", detail=detail)
    morning = summarise([entry], run=RUN, began=BEGAN, ended=ENDED)
    assert morning.outcomes["done"] == 1
    assert morning.slowest == ()


def test_events_that_end_no_item_are_not_counted() -> None:
    entry = Entry(RUN, "disposed", "s", "0" * 64, "a.wav")
    assert summarise([entry], run=RUN, began=BEGAN, ended=ENDED).total == 0


def test_levels() -> None:
    night = Night()
    assert night.morning().level == "well"
    night.more = {"left": 3}
    assert night.morning().level == "later"
    night.ended("refused", 1, "EMPTY_FILE", "the file is empty")
    assert night.morning().level == "look"
    assert replace(night.morning(), exit_code=7).level == "bad"
    assert replace(night.morning(), trouble="the ledger is full").level == "bad"


def test_the_json_holds_everything_and_the_summary_feeds_the_next_night() -> None:
    morning = busy_night()
    body = json.loads(json.dumps(as_json(morning), allow_nan=False))
    assert set(body["outcomes"]) == set(OUTCOMES)
    assert (body["total"], body["needs"], body["level"]) == (1433, 12, "bad")
    summary = json.loads(json.dumps(summary_of(morning)))
    assert len(json.dumps(summary)) < 400
    later = summarise([], run="next", began=ENDED, ended=ENDED, earlier=[summary])
    assert [(n.run, n.items, n.needs) for n in later.trend] == [(RUN, 1180, 12), ("next", 0, 0)]


def test_memory_does_not_grow_with_the_night() -> None:
    def entries(count: int) -> Iterator[Entry]:
        detail = json.dumps({"counts": {"PERSON": 1}, "seconds": {"read": 1.0}, "client": "acme", "kind": "text"})
        for n in range(count):
            # Hostile: a client and a reason of its own for each item.
            yield Entry(RUN, "published", "s", f"{n:064x}", f"{n}.txt", detail=detail.replace("acme", f"c{n}"))
            yield Entry(RUN, "refused", "s", f"{n:064x}", f"{n}.txt", reason=f"R{n}", detail='{"seconds": 1}')

    def peak(count: int) -> int:
        tracemalloc.start()
        morning = summarise(entries(count), run=RUN, began=BEGAN, ended=ENDED)
        assert morning.outcomes["done"] == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    from redactor import morning as module

    old, module._OPEN = module._OPEN, 500
    try:
        peak(1500)  # What is made once is made here.
        assert peak(6000) < 1.1 * peak(3000)
    finally:
        module._OPEN = old
