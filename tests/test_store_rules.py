"""The layouts of docs/stores.md, as their TOML says, through a whole night."""

from __future__ import annotations

import json
import re
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from redactor.policy import Policy
from redactor.policyfile import as_toml
from redactor.queue import Queue, Row
from redactor.storepolicy import StorePolicy
from tests.house import House

TEXT = (Path(__file__).parents[1] / "docs" / "stores.md").read_text(encoding="utf-8")
LAYOUTS = [tomllib.loads(block)["stores"][0] for block in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)]


def night(root: Path, layout: dict[str, object], files: dict[str, str]) -> tuple[House, dict[str, Row]]:
    house = House(root)
    for name, text in files.items():
        path = house.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    house.settings["stores"] = [{**layout, "source": str(house.source), "output": str(house.output)}]
    return house, rows(house)


def rows(house: House) -> dict[str, Row]:
    house.night()
    with closing(house.ledger()) as ledger:
        queue = Queue(ledger)
        return {row.label: row for state in ("committed", "refused", "gone") for row in queue.listing(state)}


def test_a_folder_per_client_and_day(tmp_path: Path) -> None:
    told = json.dumps({"channel": "customer"})
    day = "acme/2026/01/31"
    files = {
        f"{day}/1_maria_call.wav": "call",
        f"{day}/1_maria_call.json": told,
        f"{day}/screens/1_maria.txt": "screen",
    }
    house, found = night(tmp_path, LAYOUTS[0], files)
    assert set(found) == {f"{day}/1_maria_call.wav", f"{day}/screens/1_maria.txt"}
    assert {(row.client, row.day, row.state) for row in found.values()} == {("acme", "2026-01-31", "committed")}
    call = found[f"{day}/1_maria_call.wav"]
    assert "|customer|" in call.stamp
    assert found[f"{day}/screens/1_maria.txt"].bundle == call.bundle
    # What a manifest changes later is done again, with its interaction; a client changes no output.
    (house.source / day / "1_maria_call.json").write_text(told.replace("customer", "agent"))
    again = rows(house)
    assert again[call.label].token > call.token
    (house.source / day / "1_maria_call.json").write_text(
        told.replace("customer", "agent")[:-1] + ', "client": "beta"}'
    )
    after = rows(house)[call.label]
    assert (after.client, after.token) == ("beta", again[call.label].token)


def test_a_flat_folder_with_a_table_per_day(tmp_path: Path) -> None:
    table = "Call;Customer;Day\n17_customer;acme;31/1/2026\n17_agent.wav;acme;31/1/2026\n"
    files = {"17_customer.wav": "a", "17_agent.wav": "b", "2026-01-31.csv": table}
    _, found = night(tmp_path, LAYOUTS[1], files)
    assert {row.client for row in found.values()} == {"acme"}
    assert {row.day for row in found.values()} == {"2026-01-31"}
    assert len({row.bundle for row in found.values()}) == 1
    assert "|customer|" in found["17_customer.wav"].stamp
    assert "|agent|" in found["17_agent.wav"].stamp


def test_a_dump_of_a_vendor(tmp_path: Path) -> None:
    files = {"e/a.rec": "a", "e/a.xml": "<x/>", "e/b.rec.part": "b", ".index": "i"}
    _, found = night(tmp_path, LAYOUTS[2], files)
    assert {label: (row.kind, row.client) for label, row in found.items()} == {"e/a.rec": ("audio", "acme")}


def test_a_client_that_is_no_name_is_refused(tmp_path: Path) -> None:
    layout = {**LAYOUTS[2], "fields": "^(?P<client>[^/]+)/"}
    _, found = night(tmp_path, layout, {"..e%/a.rec": "a"})
    assert [row.reason for row in found.values()] == ["CLIENT_UNFIT"]


def test_every_key_is_documented() -> None:
    assert [key for key in StorePolicy.model_fields if f"`{key}`" not in TEXT] == []


@pytest.mark.parametrize("line", ["file,client\nx.txt,zeta\nbroken", '{"file": "x.txt", "client": "zeta"}\n{'])
def test_lines_before_a_broken_one_count(tmp_path: Path, line: str) -> None:
    name = "m.csv" if line.startswith("file") else "m.jsonl"
    layout = {"name": "s", "settle_s": 0, "manifest": name}
    _, found = night(tmp_path, layout, {name: line, "x.txt": "x"})
    assert found["x.txt"].client == "zeta"
    assert found[name].reason in {"MANIFEST_LINES", "MANIFEST_UNREADABLE"}


def test_secrets_are_shown_as_they_stand_and_change_no_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSH", "very secret")
    store = {"name": "s", "source": "s3://b/i", "output": "s3://b/o", "options": {"secret": "${HUSH}"}}
    policy = Policy.model_validate({"stores": [store]})
    assert "${HUSH}" in as_toml(policy)
    assert "very secret" not in as_toml(policy) + repr(policy)
    assert policy.digest() == Policy().digest()
