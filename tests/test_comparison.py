"""The comparison with peers: one that is missing or dies is told, the others stand; the judge can tell good from bad."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.comparison import child, report
from benchmarks.comparison.__main__ import keep, measure
from benchmarks.comparison.engines import ENGINES, Engine
from benchmarks.comparison.packs import Own, bar
from benchmarks.comparison.serve import MAKERS

ECHO = """
import json, sys
print(json.dumps({"packages": {"echo": "1"}, "loading_s": 0.0}), flush=True)
for line in sys.stdin:
    text = json.loads(line)["text"]
    if "die" in text:
        sys.exit(3)
    done = {"failed": "ValueError"} if "fail" in text else {"text": text.replace("Maria", "[PERSON]")}
    print(json.dumps({**done, "seconds": 0.5, "processor_s": 0.25}), flush=True)
"""
TEXTS = next(engine for engine in ENGINES if engine.kind == "texts")


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A peer of its own environment, whose Python runs the script above whatever it is asked for."""
    python = tmp_path / "environments" / "echo" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (tmp_path / "echo.py").write_text(ECHO, encoding="utf-8")
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{tmp_path}/echo.py"\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(child, "ENVIRONMENTS", tmp_path / "environments")
    return replace(TEXTS, peer="echo", maker="echo", own_environment=True)


def pack(*said: str) -> Own:
    whole = bar()
    item = next(item for item in whole._items if item.group == "texts")
    found = []
    for number, text in enumerate(said):
        spans = [{"type": "PERSON", "start": text.index("Maria"), "end": text.index("Maria") + 5}]
        found.append(replace(item, name=str(number), language="en", gold={"text": text, "pii": spans}))
    return Own("tiny", "two texts", found)


def test_every_engine_has_a_maker() -> None:
    assert {engine.maker for engine in ENGINES} == set(MAKERS)
    assert len({(engine.kind, engine.maker) for engine in ENGINES}) == len(ENGINES)


def test_a_peer_is_measured_and_judged(echo: Engine) -> None:
    tiny = pack("I am Maria.", "We fail you, Maria.")
    found = measure(echo, tiny, tiny.work("texts"))
    assert (found["score"]["recall"], found["score"]["hard_leak_rate"]) == (0.5, 0.5)
    assert found["failed"] == {"1": "ValueError"}
    assert (found["time"]["seconds"], found["time"]["processor_s"]) == (1.0, 0.5)


@pytest.mark.parametrize("own", [True, False])
def test_a_peer_that_is_missing_is_told(own: bool) -> None:
    nobody = replace(TEXTS, peer="nobody", maker="nobody", own_environment=own)
    tiny = pack("I am Maria.")
    found = measure(nobody, tiny, tiny.work("texts"))
    assert found["missing"].startswith("it is not installed" if own else "it does not load")
    assert "score" not in found


def test_one_that_dies_leaves_the_others_and_is_tried_again(echo: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "results" / "peers" / "tiny"
    folder.mkdir(parents=True)
    good = replace(echo, maker=TEXTS.maker)
    bad = replace(echo, maker="datafog")
    tiny, deadly = pack("I am Maria."), pack("I am Maria, and you die.")
    assert "recall" in keep(good, tiny, tiny.work("texts"), folder, again=False)
    assert keep(good, tiny, tiny.work("texts"), folder, again=False) == "kept from an earlier run"
    for _ in range(2):
        assert "died" in keep(bad, deadly, deadly.work("texts"), folder, again=False)
    text = report.write(tmp_path / "results" / "peers").read_text(encoding="utf-8")
    assert "| redactor | 100.0 % |" in text
    assert "| datafog | missing: the process of the engine has died |" in text
    assert "| euredact | missing: not run yet |" in text
    assert "Maria" not in text + json.dumps(report.load(folder))


@pytest.mark.parametrize(("kept", "recall"), [(True, 0.0), (False, 1.0)])
def test_the_judge_of_our_own_pack_can_tell(kept: bool, recall: float, tmp_path: Path) -> None:
    whole = bar()
    written = {work.name: work.order["text"] if kept else "" for work in whole.work("texts")}
    score = whole.score(TEXTS, tmp_path, written)
    assert (score.recall, score.hard_leak_rate) == (recall, 1 - recall)
    assert score.over_redaction == recall
    assert score.data > 900
