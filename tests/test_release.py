"""The release gate: bars of the policy against bounds of a run; what is not known is not met."""

from dataclasses import replace
from pathlib import Path

import pytest

from redactor.errors import PolicyError
from redactor.gate_policy import BarPolicy
from redactor.policy import Policy
from redactor.policyfile import load_policy
from redactor.recall import Bound
from redactor.release import Why, decide

CARD = Bound("CREDIT_CARD", 0.999, 0.996, 1.0, 900, 800, 0, 700, 0.005, "review")
ABSENT = replace(CARD, recall=None, lower=None, upper=None, found=0, reviewed=0, missed_items_upper=0.01, basis="none")
BAR = {"CREDIT_CARD": BarPolicy(recall=0.995)}


@pytest.mark.parametrize(
    ("bounds", "release", "why"),
    [
        ([CARD], True, "MET"),
        ([replace(CARD, lower=0.995)], True, "MET"),
        ([replace(CARD, lower=0.9949)], False, "TOO_LOW"),
        ([replace(CARD, lower=float("nan"))], False, "TOO_LOW"),
        ([], False, "NO_BOUND"),
        ([replace(CARD, entity_type="GR_AFM")], False, "NO_BOUND"),
        ([replace(ABSENT, found=3)], False, "NO_BOUND"),
        ([replace(ABSENT, missed=1)], False, "NO_BOUND"),
        ([replace(ABSENT, items_reviewed=0, missed_items_upper=0.0)], False, "NO_BOUND"),
        ([ABSENT], True, "ABSENT"),
        ([replace(ABSENT, missed_items_upper=0.03)], False, "TOO_FEW_REVIEWED"),
        ([replace(ABSENT, missed_items_upper=0.05, items_total=20)], True, "ABSENT"),
        ([replace(ABSENT, missed_items_upper=0.1, items_total=20)], False, "TOO_FEW_REVIEWED"),
    ],
)
def test_what_is_not_known_is_not_met(bounds: list[Bound], release: bool, why: Why) -> None:
    decision = decide(bounds, BAR)
    assert (decision.release, [reason.why for reason in decision.reasons]) == (release, [why])
    assert decision.reasons[0].message.startswith("CREDIT_CARD: ")


def test_two_detectors_release_nothing_unless_the_policy_says_so() -> None:
    captures = replace(CARD, basis="captures")
    assert [reason.why for reason in decide([captures], BAR).reasons] == ["NOT_REVIEWED"]
    accepted = {"CREDIT_CARD": BarPolicy(recall=0.995, accept="captures")}
    assert decide([captures], accepted).release
    assert not decide([replace(captures, lower=0.9)], accepted).release


def test_without_bars_everything_leaves_and_one_bar_that_is_missed_holds_all() -> None:
    assert decide([], {}).release
    low = replace(CARD, entity_type="PERSON", lower=0.7)
    decision = decide([low, CARD], {**BAR, "PERSON": BarPolicy(recall=0.9)})
    assert not decision.release
    assert [(reason.entity_type, reason.met) for reason in decision.reasons] == [
        ("CREDIT_CARD", True),
        ("PERSON", False),
    ]


def test_two_bounds_of_one_type_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="CREDIT_CARD"):
        decide([CARD, replace(CARD, lower=0.1)], BAR)


def test_bars_stand_in_the_configuration_and_change_no_output(tmp_path: Path) -> None:
    file = tmp_path / "redactor.toml"
    file.write_text("[gate.CREDIT_CARD]\nrecall = 0.995\n[gate.GR_AFM]\nrecall = 0.9\n")
    policy = load_policy(file)
    assert {name: bar.recall for name, bar in policy.gate.items()} == {"CREDIT_CARD": 0.995, "GR_AFM": 0.9}
    assert policy.digest() == Policy().digest()


@pytest.mark.parametrize(
    "text", ["[gate.CREDIT_CARD]\nrecall = 1.5", "[gate.card]\nrecall = 0.9", "[gate.CREDIT_CARD]\nprecision = 1"]
)
def test_a_bar_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "redactor.toml"
    file.write_text(text)
    with pytest.raises(PolicyError, match="gate"):
        load_policy(file)
