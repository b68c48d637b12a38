"""Labels of places, and what lies in what."""

from __future__ import annotations

from pathlib import Path

import pytest

from redactor.errors import PolicyError
from redactor.jurisdictions import all_known, allows, here, keys_known, known
from redactor.policyfile import load_policy


@pytest.mark.parametrize(
    ("allowed", "label", "fits"),
    [
        (["GR"], "GR", True), (["GR"], "DE", False), (["gr"], "El", True), (["EL"], "GR", True), (["UK"], "GB", True),
        (["EU"], "GR", True), (["EU"], "CY", True), (["EU"], "GB", False), (["EU"], "NO", False), (["EU"], "CH", False),
        (["EEA"], "NO", True), (["EEA"], "IS", True), (["EEA"], "LI", True), (["EEA"], "EU", True), (["EEA"], "GR", True),
        (["EU"], "EEA", False), (["GR"], "EU", False), (["EU"], "EU", True), (["US", "GR"], "GR", True),
        (["GR"], "", False), ([], "", True), ([], "US", True),
    ],
)  # fmt: skip
def test_what_lies_in_what(allowed: list[str], label: str, fits: bool) -> None:
    assert allows(allowed, label) is fits


def test_the_union_has_its_members() -> None:
    members = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
    assert [allows(["EU"], code) for code in members.split(" ")] == [True] * 27


def test_unknown_labels_say_what_may_be_meant() -> None:
    assert known(" el ") == "GR"
    assert known("") == ""
    with pytest.raises(ValueError, match="did you mean GR"):
        known("Greece")
    with pytest.raises(ValueError, match="no jurisdiction; allowed are"):
        known("XX")
    with pytest.raises(ValueError, match="empty"):
        all_known(["GR", ""])
    assert all_known(["gr", "EL", "eu"]) == ("GR", "EU")
    assert keys_known({"uk": 1}) == {"GB": 1}
    with pytest.raises(ValueError, match="twice"):
        keys_known({"EL": 1, "gr": 2})


def test_the_environment_counts_before_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDACTOR_JURISDICTION", raising=False)
    assert (here(""), here("el")) == ("", "GR")
    monkeypatch.setenv("REDACTOR_JURISDICTION", "de")
    assert here("GR") == "DE"
    monkeypatch.setenv("REDACTOR_JURISDICTION", "Mars")
    with pytest.raises(ValueError, match="Mars"):
        here("GR")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[stores]]\nname = "a"\nsource = "in"\noutput = "out"\njurisdiction = "Greece"\n', 5),
        ('[[stores]]\nname = "a"\nsource = "in"\noutput = "out"\noutput_jurisdiction = "Greece"\n', 5),
        ('[run]\njurisdiction = "Greece"\n', 2),
        ('[retention.clients.acme]\njurisdictions = ["GR", "Greece"]\n', 2),
        ('[retention.jurisdictions.Greece]\nkeep_days = 3\n', 1),
        ('[[retention.law]]\nname = "a law"\njurisdictions = ["Greece"]\n', 3),
    ],
)  # fmt: skip
def test_a_policy_with_an_unknown_label_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "redactor.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match="did you mean GR") as caught:
        load_policy(path)
    assert f"redactor.toml:{line}: " in str(caught.value)


def test_labels_are_kept_as_they_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "redactor.toml"
    path.write_text('[run]\njurisdiction = "el"\n[retention.clients.acme]\njurisdictions = ["uk", "eu"]\n')
    policy = load_policy(path)
    assert policy.run.jurisdiction == "GR"
    assert policy.retention.clients["acme"].jurisdictions == ("GB", "EU")
