"""The journal: a line per event, whole under threads, and silent about originals."""

import io
import json
import threading
from pathlib import Path

from redactor.errors import ExitCode
from redactor.journal import Journal


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_events_are_json_lines_with_time_and_level() -> None:
    out = io.StringIO()
    journal = Journal(out, run="r1")
    journal.event("run_started", stores=2)
    journal.event("item_ended", item="0" * 64, label="α.wav", outcome="refused", reason="EMPTY_FILE", seconds=1.23456)
    journal.event("store_down", store="calls", message="no answer")
    journal.event("run_ended", exit_code=ExitCode.PARTLY_FAILED)
    first, item, down, last = lines(out)
    assert first["event"] == "run_started"
    assert str(first["at"]).endswith("Z")
    assert item | {"at": ""} == {
        "event": "item_ended", "run": "r1", "level": "info", "at": "", "item": "0" * 64, "label": "α.wav",
        "outcome": "refused", "reason": "EMPTY_FILE", "seconds": 1.235,
    }  # fmt: skip
    assert down["level"] == "warning"
    assert last["exit_code"] == 8


def test_paths_and_errors_are_withheld_since_they_may_name_an_original() -> None:
    out = io.StringIO()
    place = Path("/srv/Papadopoulos 6971234567.wav")
    Journal(out).event(
        "child_died", item="0" * 64, where=place, error=FileNotFoundError(2, "no", str(place)), also=[place]
    )
    assert "Papadopoulos" not in out.getvalue()
    assert lines(out)[0]["where"] == "(withheld)"


def test_a_line_is_one_line_whatever_it_holds() -> None:
    out = io.StringIO()
    Journal(out).event("store_down", message="two\nlines\r")
    Journal(out).event("store_up", store="calls")
    assert [(line["event"], line.get("message")) for line in lines(out)] == [
        ("store_down", "two\nlines\r"),
        ("store_up", None),
    ]


def test_plain_lines_are_key_and_value() -> None:
    out = io.StringIO()
    Journal(out, run="r1", form="plain").event("run_ended", exit_code=0)
    assert out.getvalue().startswith("at='")
    assert "level='info' event='run_ended' run='r1' exit_code=0" in out.getvalue()


def test_a_stream_that_is_closed_stops_no_run() -> None:
    out = io.StringIO()
    journal = Journal(out)
    out.close()
    journal.event("run_ended")
    assert journal.broken


def test_threads_do_not_cut_into_each_others_lines() -> None:
    out = io.StringIO()
    journal = Journal(out)

    def many(number: int) -> None:
        for n in range(200):
            journal.event("item_ended", item=f"{number}-{n}", label="x" * 300)

    threads = [threading.Thread(target=many, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({line["item"] for line in lines(out)}) == 1600
