"""The queue, step by step, on SQLite and PostgreSQL."""

import time
from collections.abc import Callable

import pytest

from redactor import leases
from redactor.errors import LeaseLostError, LedgerError
from redactor.queue import Claim
from tests.queues import POLICY, Bench, digest, entry, found


def test_an_item_goes_its_way_to_the_end(bench: Bench) -> None:
    assert bench.changes(found(1)) == ["new"]
    assert bench.row(1).state == "discovered"
    claim = bench.must_claim()
    (row,) = claim.rows
    assert (row.state, row.token, row.attempts, row.holder, row.run) == ("claimed", 1, 1, "here", "r1")
    bench.queue.written(claim, row.id, source_digest=digest("source"), pending='{"a": 1}')
    assert (bench.row(1).state, bench.row(1).pending, bench.row(1).pending_source) == (
        "written",
        '{"a": 1}',
        digest("source"),
    )
    assert bench.row(1).source_digest == ""
    bench.queue.verified(claim, row.id)
    assert bench.row(1).state == "verified"
    bench.commit(claim, row)
    done = bench.row(1)
    assert (done.state, done.pending, done.attempts, done.output_digest) == ("committed", "", 0, digest("output"))
    assert (done.source_digest, done.output_policy, done.reason, done.code) == (digest(row.item), POLICY, "", 0)
    assert bench.claim() is None
    assert bench.queue.counts() == {("calls", "committed"): 1}
    bench.queue.dispose(row.id, entry(row, "disposed"))
    bench.queue.dispose(row.id, entry(row, "disposed"))
    assert bench.row(1).state == "disposed"
    assert [one.event for one in bench.queue.entries_of("r1")] == ["published", "disposed"]
    assert bench.ledger.verify() == 2


def test_what_is_finished_is_free_and_what_has_changed_is_done_again(bench: Bench) -> None:
    bench.offer(found(1))
    bench.finish(bench.must_claim())
    assert bench.changes(found(1), run="r2") == ["same"]
    assert bench.row(1).run == "r1"
    assert bench.changes(found(1, label="new-label", priority=3)) == ["same"]
    assert (bench.row(1).label, bench.row(1).priority) == ("new-label", 3)
    for other in (found(1, stamp="s2"), found(1, stamp="s2", outputs='["other"]')):
        (offer,) = bench.offer(other, run="r2")
        assert offer.change == "again"
        assert offer.row == bench.row(1)
        assert (offer.row.state, offer.row.run, offer.row.output_digest) == ("discovered", "r2", digest("output"))
        bench.finish(bench.must_claim(), stamp="s2")
    assert bench.changes(found(1, stamp="s2", outputs='["other"]'), policy="q" * 64) == ["again"]
    assert bench.row(1).policy_digest == "q" * 64
    assert bench.row(1).output_policy == POLICY


@pytest.mark.parametrize(
    ("state", "code", "reason", "change"),
    [
        ("refused", 4, "NO_SPEECH", "same"),
        ("refused", 6, "OUTPUT_FULL", "again"),
        ("refused", 6, "STORE_DOWN", "again"),
        ("refused", 4, "NO_ACCESS", "again"),
        ("refused", 3, "MISSING_ENGINE", "again"),
        ("refused", 5, "ENGINE", "again"),
        ("refused", 1, "INTERNAL", "again"),
        ("quarantined", 5, "CRASHED", "same"),
        ("gone", 4, "GONE", "again"),
    ],
)
def test_what_passes_is_tried_again(bench: Bench, state: str, code: int, reason: str, change: str) -> None:
    bench.offer(found(1))
    bench.end(bench.must_claim(), state, reason=reason, code=code)
    row = bench.row(1)
    assert (row.state, row.code, row.reason, row.message) == (state, code, reason, "look at it")
    assert bench.changes(found(1)) == [change]
    if change == "same":
        assert bench.claim() is None
        for other in ({"stamp": "s2"}, {"version": "2"}, {"policy": "q" * 64}):
            bench.offer(found(1))
            again = bench.changes(found(1, stamp=other.pop("stamp", "s1")), **other)
            assert again == ["again"]
            bench.end(bench.must_claim(policy_digest=bench.row(1).policy_digest), state, reason=reason, code=code)


STEPS: list[Callable[[Bench, Claim], object]] = [
    lambda bench, claim: bench.queue.written(claim, claim.rows[0].id, source_digest="", pending="{}"),
    lambda bench, claim: bench.queue.verified(claim, claim.rows[0].id),
    lambda bench, claim: bench.commit(claim, claim.rows[0]),
    lambda bench, claim: bench.end(claim, "refused"),
    lambda bench, claim: bench.queue.same(claim, claim.rows[0].id, stamp="s1"),
    lambda bench, claim: bench.queue.crashed(claim, claim.rows[0].id),
]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", ["nothing", "written", "verified"])
def test_who_lost_its_lease_can_do_nothing(bench: Bench, step: Callable[[Bench, Claim], object], after: str) -> None:
    bench.offer(found(1))
    late = bench.must_claim(lease_s=-1, holder="late")
    if after != "nothing":
        bench.queue.written(late, late.rows[0].id, source_digest=digest(1), pending='{"late": 1}')
    if after == "verified":
        bench.queue.verified(late, late.rows[0].id)
    claim = bench.must_claim(holder="second")
    assert claim.rows[0].token == late.rows[0].token + 1
    assert claim.rows[0].pending == ("" if after == "nothing" else '{"late": 1}')
    before = bench.row(1)
    with pytest.raises(LeaseLostError) as caught:
        step(bench, late)
    assert caught.value.reason == "LEASE_LOST"
    bench.queue.release(late, [late.rows[0].id])
    assert not bench.queue.renew(late, 600)
    assert bench.row(1) == before
    assert bench.ledger.verify() == 0
    bench.finish(claim)
    with pytest.raises(LeaseLostError):
        step(bench, late)
    assert bench.row(1).state == "committed"
    assert bench.ledger.verify() == 1


def test_a_late_step_counts_while_nobody_has_taken_over(bench: Bench) -> None:
    bench.offer(found(1))
    claim = bench.must_claim(lease_s=-1)
    assert bench.queue.renew(claim, 600)
    assert bench.claim() is None
    bench.finish(claim)


def test_no_step_can_be_left_out(bench: Bench) -> None:
    bench.offer(found(1))
    claim = bench.must_claim()
    row = claim.rows[0]
    for step in (STEPS[1], STEPS[2]):
        with pytest.raises(LedgerError) as caught:
            step(bench, claim)
        assert caught.value.reason == "OUT_OF_STEP"
    with pytest.raises(LedgerError) as caught:
        bench.queue.same(claim, row.id, stamp="s1")
    assert caught.value.reason == "NO_OUTPUT"
    bench.queue.written(claim, row.id, source_digest="", pending="{}")
    with pytest.raises(LedgerError, match="written, not verified"):
        bench.commit(claim, row)
    assert bench.ledger.verify() == 0


@pytest.mark.parametrize("state", ["committed", "refused", "same"])
def test_an_end_that_is_told_twice_counts_once(bench: Bench, state: str) -> None:
    bench.offer(found(1))
    if state == "same":
        bench.finish(bench.must_claim())
        bench.offer(found(1, stamp="s2"))
    claim = bench.must_claim()
    row = claim.rows[0]
    if state == "committed":
        bench.write(claim, row)
    before = bench.ledger.verify()
    for _ in range(3):
        if state == "same":
            bench.queue.same(claim, row.id, stamp="s2")
        elif state == "refused":
            bench.end(claim, "refused")
        else:
            bench.commit(claim, row)
    assert bench.ledger.verify() == before + (state != "same")
    assert bench.row(1).state == ("refused" if state == "refused" else "committed")
    # Claimed by another meanwhile: the first end still counts, and disturbs nobody.
    bench.offer(found(1, stamp="s3"))
    other = bench.must_claim()
    bench.commit(claim, row)
    assert bench.row(1).token == other.rows[0].token
    assert bench.row(1).state == "claimed"


def test_released_rows_come_back_and_count_no_attempt(bench: Bench) -> None:
    bench.offer(found(1))
    for _ in range(3):
        claim = bench.must_claim()
        assert claim.rows[0].attempts == 1
        bench.queue.release(claim, [claim.rows[0].id], reason="INTERRUPTED")
        bench.queue.release(claim, [claim.rows[0].id])
        assert (bench.row(1).state, bench.row(1).reason) == ("discovered", "INTERRUPTED")
        with pytest.raises(LeaseLostError):
            bench.queue.verified(claim, claim.rows[0].id)
    assert bench.must_claim().rows[0].token == 4


def test_crashes_are_counted_until_the_content_changes(bench: Bench) -> None:
    bench.offer(found(1))
    claim = bench.must_claim(lease_s=-1)
    assert [bench.queue.crashed(claim, claim.rows[0].id) for _ in range(2)] == [1, 2]
    claim = bench.must_claim()
    assert (claim.rows[0].crashes, claim.rows[0].attempts) == (2, 2)
    bench.end(claim, "quarantined", reason="CRASHED", code=5)
    assert bench.row(1).crashes == 2
    bench.offer(found(1, stamp="s2"))
    assert bench.must_claim().rows[0].crashes == 0


def test_a_bundle_is_claimed_as_one(bench: Bench) -> None:
    bundle = digest("bundle")
    bench.offer(*(found(n, bundle=bundle) for n in range(3)), found(9))
    claim = bench.must_claim(lease_s=-1)
    assert [row.item for row in claim.rows] == [digest(n) for n in range(3)]
    bench.finish(bench.must_claim())
    late = bench.must_claim()
    assert [row.token for row in late.rows] == [2, 2, 2]
    # One of three is done, one handed back: the third is held, so the second waits for it.
    bench.write(late, late.rows[0])
    bench.commit(late, late.rows[0])
    bench.queue.release(late, [late.rows[1].id])
    assert bench.claim() is None
    bench.queue.release(late, [late.rows[2].id])
    assert [row.item for row in bench.must_claim().rows] == [digest(1), digest(2)]


def test_a_new_member_wakes_its_bundle(bench: Bench) -> None:
    bundle = digest("bundle")
    first, second, third = (found(n, bundle=bundle) for n in range(3))
    bench.offer(first, second)
    bench.finish(bench.must_claim())
    assert bench.changes(first, second, third, run="r2") == ["again", "again", "new"]
    bench.finish(bench.must_claim())
    # The others came in another part of the walk, and were the same there.
    assert bench.changes(first, second) == ["same", "same"]
    assert bench.changes(found(2, bundle=bundle, stamp="s2"), run="r3") == ["again"]
    claim = bench.must_claim(run="r3")
    assert len(claim.rows) == 3
    # One comes while the others are held: they are done again with it.
    assert bench.changes(found(3, bundle=bundle), run="r4") == ["new"]
    assert bench.claim() is None
    for row in claim.rows:
        bench.write(claim, row)
        bench.commit(claim, row, "s2" if row.item == digest(2) else "s1")
    assert len(bench.must_claim(run="r4").rows) == 4


def test_what_was_asked_for_while_it_was_held_is_done_next(bench: Bench) -> None:
    bench.offer(found(1))
    claim = bench.must_claim()
    assert bench.changes(found(1), run="r2") == ["busy"]
    bench.finish(claim)
    assert bench.row(1).state == "committed"
    bench.offer(found(1, stamp="s2"))
    claim = bench.must_claim()
    assert bench.changes(found(1, stamp="s3", label="other"), run="r2") == ["busy"]
    bench.finish(claim, stamp="s2")
    row = bench.row(1)
    assert (row.state, row.stamp, row.label, row.run) == ("discovered", "s3", "other", "r2")
    assert row.output_digest == digest("output")
    bench.commit(claim, row, "s2")
    assert bench.row(1).state == "discovered"
    claim = bench.must_claim()
    # It had changed before it was read: what was read is what is wanted.
    bench.offer(found(1, stamp="s4"), run="r3")
    bench.finish(claim, stamp="s4")
    assert (bench.row(1).state, bench.row(1).stamp) == ("committed", "s4")


@pytest.mark.parametrize("end", ["commit", "refuse", "release", "die"])
def test_a_policy_that_changes_in_the_middle_is_the_later_runs(bench: Bench, end: str) -> None:
    new = "q" * 64
    bench.queue.begin_run("r1", POLICY, "here")
    bench.offer(found(1), found(2))
    claim = bench.must_claim(lease_s=-1 if end == "die" else 600)
    bench.queue.begin_run("r2", new, "here")
    assert bench.changes(found(1), found(2), run="r2", policy=new) == ["again" if end == "die" else "busy", "again"]
    if end == "commit":
        bench.finish(claim)
    elif end == "refuse":
        bench.end(claim, "refused")
    elif end == "release":
        bench.queue.release(claim, [claim.rows[0].id])
    # The run with the old policy leaves them alone, or the two would undo each other's work without end.
    assert bench.claim(run="r1") is None
    assert bench.queue.unfinished(["calls"], "r1")["discovered"] == 0
    for _ in range(2):
        bench.finish(bench.must_claim(run="r2", policy_digest=new))
    assert {bench.row(1).output_policy, bench.row(2).output_policy} == {new}
    assert bench.claim(run="r2", policy_digest=new) is None


def test_a_later_run_takes_what_an_earlier_one_left_under_its_policy(bench: Bench) -> None:
    bench.queue.begin_run("r1", "o" * 64, "here")
    bench.offer(found(1), policy="o" * 64)
    bench.queue.begin_run("r2", POLICY, "here")
    assert bench.queue.unfinished(["calls"], "r2")["discovered"] == 1
    assert bench.must_claim(run="r2").rows[0].policy_digest == POLICY


def test_order_priority_then_age_and_last_what_claimants_died_on(bench: Bench) -> None:
    bench.offer(found(1), found(2, priority=5), found(3, priority=5, client="other"), found(4, priority=-1))
    deadly = bench.must_claim(lease_s=-1)
    assert deadly.rows[0].item == digest(2)
    order = [bench.must_claim().rows[0].item for _ in range(4)]
    assert order == [digest(n) for n in (3, 1, 4, 2)]


def test_limits_of_clients_and_kinds(bench: Bench) -> None:
    bundle = digest("b")
    bench.offer(
        *(found(n, bundle=bundle) for n in (1, 2)),
        found(3),
        found(4, client="beta"),
        found(5, client="beta", kind="text"),
    )
    limits = {"acme": 1, "*": 2}
    first = bench.must_claim(limits=limits)
    assert len(first.rows) == 2
    assert bench.must_claim(limits=limits, kinds=["text", "image"]).rows[0].item == digest(5)
    assert bench.claim(limits=limits, kinds=["text"]) is None
    assert bench.must_claim(limits=limits).rows[0].item == digest(4)
    assert bench.claim(limits=limits) is None
    bench.finish(first)
    assert bench.must_claim(limits=limits).rows[0].item == digest(3)
    bench.offer(found(6, client="none"))
    assert bench.claim(limits={"none": 0}) is None


def test_only_whole_stores_or_what_the_run_asked_for(bench: Bench) -> None:
    bench.offer(found(1), found(2, store="screens"), run="old")
    bench.offer(found(3), run="r1")
    assert bench.queue.unfinished([], "r1")["discovered"] == 1
    assert bench.must_claim(whole=[]).rows[0].item == digest(3)
    assert bench.claim(whole=[]) is None
    assert bench.must_claim(whole=["screens"], lease_s=-1).rows[0].item == digest(2)
    assert bench.claim(whole=[], run="r2") is None
    # A row whose claimant died is taken over by whoever asks for it.
    assert bench.changes(found(2, store="screens"), run="r2") == ["again"]
    assert bench.must_claim(whole=[], run="r2").rows[0].token == 2
    assert bench.must_claim(whole=["calls"], run="r2").rows[0].item == digest(1)


def test_reopen_and_retry(bench: Bench) -> None:
    bundle = digest("b")
    bench.offer(found(1, bundle=bundle), found(2, bundle=bundle), found(3), found(4))
    bench.finish(bench.must_claim())
    for state in ("refused", "quarantined"):
        bench.end(bench.must_claim(), state)
    bench.queue.reopen([bench.row(1).id, bench.row(3).id], run="r2")
    assert [bench.row(n).state for n in (1, 2, 3, 4)] == ["discovered", "discovered", "refused", "quarantined"]
    assert bench.row(2).run == "r2"
    assert bench.queue.retry(states=["refused"], labels=["nothing*"]) == 0
    assert bench.queue.retry(reasons=["OTHER"]) == 0
    assert bench.queue.retry(stores=["other"]) == 0
    assert bench.queue.retry(items=[digest(3)], labels=["call-*"], reasons=["NO_SPEECH"]) == 1
    assert bench.queue.retry() == 1
    assert bench.queue.counts() == {("calls", "discovered"): 4}
    with pytest.raises(ValueError, match="ended"):
        bench.queue.retry(states=["claimed"])


def test_moved_files_are_recognised_by_content_and_policy(bench: Bench) -> None:
    bench.offer(found(1))
    bench.finish(bench.must_claim())
    source = digest(digest(1))
    assert [row.item for row in bench.queue.moved_from("calls", source, POLICY)] == [digest(1)]
    assert bench.queue.moved_from("calls", source, "q" * 64) == []
    assert bench.queue.moved_from("screens", source, POLICY) == []


def test_runs_and_their_entries(bench: Bench) -> None:
    for run in ("r1", "r2", "r3"):
        bench.queue.begin_run(run, POLICY, "here")
        bench.queue.begin_run(run, POLICY, "here")
    bench.queue.end_run("r2", '{"items": 1}')
    assert [(run.run, bool(run.ended), run.summary) for run in bench.queue.runs(2)] == [
        ("r3", False, "{}"),
        ("r2", True, '{"items": 1}'),
    ]
    bench.offer(*(found(n) for n in range(4)))
    while claim := bench.claim():
        bench.finish(claim)
    entries = list(bench.queue.entries_of("r1"))
    assert [one.seq for one in entries] == [1, 2, 3, 4]
    assert all(one.at.endswith("+00:00") for one in entries)
    assert list(bench.queue.entries_of("r2")) == []


def test_long_lists_keep_their_order_and_are_read_in_parts(bench: Bench) -> None:
    items = [found(n) for n in range(2500)]
    offers = bench.offer(*items)
    assert [offer.row.item for offer in offers] == [item.item for item in items]
    assert bench.changes(*reversed(items)) == ["again"] * 2500
    assert len(list(bench.queue.listing("discovered"))) == 2500
    assert len(list(bench.queue.listing("discovered", limit=1001))) == 1001
    assert list(bench.queue.listing("discovered", store="other")) == []
    assert bench.changes(found(1), found(1)) == ["again", "again"]


def test_a_clock_that_is_set_changes_no_lease(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.offer(found(1), found(2))
    live, over = bench.must_claim(), bench.must_claim(lease_s=-1)
    for jump_s in (-86_400 * 400, 86_400 * 400):
        monkeypatch.setattr(time, "time", lambda jump_s=jump_s: 1_800_000_000.0 + jump_s)
        monkeypatch.setattr(leases, "now", lambda jump_s=jump_s: "1999-01-01T00:00:00.000+00:00")
        again = bench.must_claim(lease_s=-1)
        assert again.rows[0].item == over.rows[0].item
    assert bench.queue.renew(live, 600)


def test_a_lease_of_another_boot_is_over(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.offer(found(1))
    claim = bench.must_claim()
    assert bench.claim() is None
    monkeypatch.setattr(leases, "boot_id", lambda: "another")
    if bench.url.startswith("sqlite"):
        assert bench.must_claim().rows[0].token == claim.rows[0].token + 1
    else:
        assert bench.claim() is None


def test_leases_of_the_dead_end_at_once(bench: Bench) -> None:
    bench.offer(found(1), found(2), found(3))
    for holder in ("dead", "alive", "elsewhere"):
        bench.must_claim(holder=holder)
    told = {"dead": False, "alive": True, "elsewhere": None}
    assert bench.queue.bury(lambda holder: told[holder]) == 1
    assert bench.queue.bury(lambda holder: told[holder]) == 0
    assert bench.must_claim().rows[0].item == digest(1)
    assert bench.claim() is None
