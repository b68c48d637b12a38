"""The doctor asks the ledger and every store, says what to do, leaves nothing behind, and never hangs."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from redactor.apart import check_apart
from redactor.checkup import checks
from redactor.errors import PolicyError
from redactor.policy import Policy
from redactor.storepolicy import StorePolicy


def policy(root: Path, **keys: object) -> Policy:
    store = {"name": "calls", "source": str(root / "in"), "output": str(root / "out"), **keys}
    return Policy.model_validate({"ledger": {"url": f"sqlite:///{root}/ledger.db"}, "stores": [store]})


def told(policy: Policy, wait_s: float = 30) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.note) for check in checks(policy, wait_s=wait_s)}


def test_all_is_well_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("x")
    found = told(policy(tmp_path))
    assert {name: ok for name, (ok, _) in found.items()} == dict.fromkeys(
        ("ledger", "stores", "store calls source", "store calls output"), True
    )
    assert "1 files seen" in found["store calls source"][1]
    assert "tables of version" in found["ledger"][1]
    assert not (tmp_path / "out").exists()
    (tmp_path / "out").mkdir()
    assert told(policy(tmp_path))["store calls output"] == (True, "can be written, read and renamed")
    assert list((tmp_path / "out").iterdir()) == []


def test_what_is_wrong_comes_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    (tmp_path / "out").write_text("no folder")
    found = told(policy(tmp_path, options={"key": "${NO_SUCH_KEY}", "deep": {"x": ["${PATH}"]}}))
    assert not any(ok for name, (ok, _) in found.items() if name != "ledger")
    assert "NO_SUCH_KEY" in found["store calls variables"][1]
    assert os.environ["PATH"] not in str(found)
    assert "mount it" in found["store calls source"][1]
    assert "the folder of the store is not there" in found["store calls output"][1]
    text = told(policy(tmp_path, source="smb://host/share", output="nothing://x"))
    assert "redactor[smb]" in text["store calls source"][1]
    assert "no kind of store" in text["store calls output"][1]


def test_a_ledger_that_is_away_is_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    away = policy(tmp_path).model_copy(update={"ledger": policy(tmp_path).ledger.model_copy(
        update={"url": "postgresql+psycopg://nobody@127.0.0.1:1/none"})})  # fmt: skip
    began = time.monotonic()
    ok, note = told(away)["ledger"]
    assert not ok
    assert "ledger" in note
    assert time.monotonic() - began < 29


def test_a_store_that_never_answers_is_not_waited_for(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        port = deaf.getsockname()[1]
        options = {"port": port, "username": "u", "banner_timeout": 600, "timeout": 600}
        url = f"sftp://127.0.0.1:{port}/x"
        began = time.monotonic()
        found = told(policy(tmp_path, source=url, output=f"{url}-out", options=options, output_options=options), 1.5)
    assert time.monotonic() - began < 10
    for name in ("store calls source", "store calls output"):
        assert found[name] == (False, "no answer within 2 s; check its address, the network, and that it runs")


def test_a_remote_store_is_asked_and_left_as_it_was(tmp_path: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe_file("/doctor/in/a.wav", b"x")
    memory.makedirs("/doctor/out")
    found = told(policy(tmp_path, source="memory://doctor/in", output="memory://doctor/out"))
    assert found["store calls output"] == (True, "can be written, read and renamed")
    assert found["store calls source"][0]
    assert not memory.find("/doctor/out")


def store(name: str, source: str, output: str, **keys: object) -> StorePolicy:
    return StorePolicy.model_validate({"name": name, "source": source, "output": output, **keys})


ENDPOINT = {"client_kwargs": {"endpoint_url": "http://other"}}


@pytest.mark.parametrize(
    ("stores", "says"),
    [
        ([store("a", "s3://b/in", "s3://b/in/out")], "lies inside the source"),
        ([store("a", "s3://b/in", "s3a://b/in")], "lies inside the source"),
        ([store("a", "sftp://u@h/x/in", "sftp://h/x")], "source lies inside the output"),
        ([store("a", "s3://b/1", "s3://c/o"), store("b", "s3://b/2", "s3://c/o/")], "one output lies inside the other"),
        ([store("a", "s3://b/1", "s3://c/o/x"), store("b", "s3://b/2", "s3://c/o")], "one output lies inside"),
        ([store("a", "s3://b/1", "s3://c/o"), store("b", "s3://c/o/x", "s3://d")], "taken up by b"),
        ([store("a", "s3://c", "s3://d"), store("b", "s3://b/2", "s3://c/o/x")], "taken up by a"),
        ([store("a", "s3://b/1", "s3://c/o"), store("b", "s3://b/12", "s3://c/o2")], ""),
        ([store("a", "s3://b/in", "s3://b/in/out", output_options=ENDPOINT)], ""),
        ([store("a", "/no/such/folder", "/tmp/o")], "mount it"),
    ],
)
def test_stores_keep_apart(stores: list[StorePolicy], says: str) -> None:
    if says:
        with pytest.raises(PolicyError, match=says):
            check_apart(stores)
    else:
        check_apart(stores)


def test_a_ledger_on_a_server_wants_a_folder_of_keys_that_all_share() -> None:
    body: dict[str, object] = {"ledger": {"url": "postgresql+psycopg://nobody@127.0.0.1:1/none"}}
    told = {check.name: check for check in checks(Policy.model_validate(body), wait_s=0.5)}
    assert not told["folder of keys"].ok
    assert "[keys] folder" in told["folder of keys"].note
    body["keys"] = {"folder": "/srv/keys"}
    assert {c.name: c.ok for c in checks(Policy.model_validate(body), wait_s=0.5)}["folder of keys"]
