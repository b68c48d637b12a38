"""The policy that docs/retention.md shows, against the configuration as it is."""

from __future__ import annotations

from pathlib import Path

from redactor.policyfile import load_policy

DOC = (Path(__file__).parents[1] / "docs" / "retention.md").read_text(encoding="utf-8")


def test_the_policy_is_one(tmp_path: Path) -> None:
    shown = DOC.split("```toml\n")[1].split("```")[0]
    store = '[[stores]]\nname = "calls"\nsource = "in"\noutput = "out"\nclient = "acme"\njurisdiction = "GR"\n'
    (tmp_path / "redactor.toml").write_text(store + shown, encoding="utf-8")
    policy = load_policy(tmp_path / "redactor.toml").retention
    assert policy.clients["acme"].keep_days == 7
    assert policy.law[0].at_least_years == 5
