"""Progress: several items at once, bars on a terminal, few lines elsewhere."""

import io
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from redactor.errors import ExitCode
from redactor.outcomes import Outcome
from redactor.progress import Reporter


class Clock:
    """Time as told, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def ended(number: int, label: str) -> Outcome:
    return Outcome(number, "calls", label, "audio", ExitCode.DONE, seconds=2.0)


def test_a_long_reading_says_how_far_it_is_where_there_are_no_bars() -> None:
    out, clock = io.StringIO(), Clock()
    with Reporter(Console(file=out, width=200), clock) as reporter:
        stage = reporter.started(1, 2, "call.wav")
        other = reporter.started(2, 2, "note.txt")
        other("read", 0.0)
        stage("read", 0.0)
        for percent in range(1, 100):
            clock.now = percent
            stage("read", percent / 100)
        other("read", 1.0)
        reporter.finished(ended(2, "note.txt"))
        stage("read", 1.0)
        stage("verify", 0.0)
        stage("verify", 0.456)
        reporter.finished(ended(1, "call.wav"))
    assert out.getvalue().splitlines() == [
        *(f"call.wav: read {percent} %" for percent in (40, 50, 60, 70, 80, 90)),
        "[1/2] note.txt: done, 2.0 s",
        "call.wav: verify 45 %",
        "[2/2] call.wav: done, 2.0 s",
    ]


def test_short_items_are_told_when_they_end_only() -> None:
    out, clock = io.StringIO(), Clock()
    with Reporter(Console(file=out, width=200), clock) as reporter:
        stage = reporter.started(1, 1, "call.wav")
        stage("read", 0.0)
        clock.now = 29
        stage("read", 0.9)
        stage("read", 1.0)
        clock.now = 99
        stage("detect", 0.0)
        stage("detect", 1.0)
    assert out.getvalue() == ""


def test_bars_show_each_item_in_work_with_its_share_and_the_time_left() -> None:
    out, clock = io.StringIO(), Clock()
    with Reporter(Console(file=out, width=120, force_terminal=True, color_system=None), clock) as reporter:
        stages = [reporter.started(number, 3, f"call{number}.wav") for number in (1, 2)]
        stages[0]("read", 0.0)
        stages[1]("verify", 0.0)
        clock.now = 100
        stages[0]("read", 0.25)
        stages[1]("verify", 0.5)
        reporter._bars.refresh()
        shown = out.getvalue()
        reporter.finished(ended(1, "call1.wav"))
        out.truncate(0)
        reporter._bars.refresh()
        later = out.getvalue()
    lines = [line for line in shown.splitlines() if "left" in line]
    assert any("call1.wav: read" in line and "25 %" in line and "0:05:00 left" in line for line in lines)
    assert any("call2.wav: verify" in line and "50 %" in line and "0:01:40 left" in line for line in lines)
    assert "0/3" in shown
    assert "call1.wav" not in later
    assert "1/3" in later


def test_callbacks_of_many_threads() -> None:
    out, clock = io.StringIO(), Clock()
    clock.now = 0
    with Reporter(Console(file=out, width=200), clock) as reporter:
        stages = [reporter.started(number, 8, f"call{number}.wav") for number in range(8)]
        clock.now = 60

        def work(stage: object) -> None:
            assert callable(stage)
            stage("read", 0.0)
            for percent in range(1, 100):
                stage("read", percent / 100)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, stages))
    lines = out.getvalue().splitlines()
    assert sorted(lines) == sorted(f"call{n}.wav: read {percent} %" for n in range(8) for percent in range(10, 100, 10))
