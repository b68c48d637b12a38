"""A `[retention]` that contradicts itself is refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from redactor.errors import PolicyError
from redactor.policy import Policy
from redactor.policyfile import as_toml, load_policy

STORE = "[[stores]]\nname = 'calls'\nsource = 'in'\noutput = 'out'\nclient = 'acme'\n"


def load(folder: Path, text: str) -> Policy:
    path = folder / "redactor.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


LEAST = "[[retention.law]]\nname = 'Least Act'\nat_least_{} = {}\n"
MOST = "[[retention.law]]\nname = 'Most Act'\nat_most_{} = {}\n"
PERIOD = (
    "Value error, is no period: give 1 to 73000 days; nothing can be kept for 0, and what is to go at once is kept for 1 "
    "day; leave the key out to have what the section behind it says"
)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[retention.default]\nkeep_days = 0\n", 2, f"retention.default.keep_days: {PERIOD}"),
        ("[retention.clients.acme]\nthen = 'erase'\ncopies_days = -1\n", 3, f"retention.clients.acme.copies_days: {PERIOD}"),
        (
            "[retention]\nminors = 'destroy'\ntimezone = 'Europe/Sparta'\n",
            3,
            "retention.timezone: Value error, is no time zone of the IANA database; for example Europe/Athens",
        ),
        (
            "[retention.default]\nkeep_days = 30\npurpose = 'sales'\n",
            3,
            "retention.default.purpose: purpose sales is not defined; add [retention.purposes.sales] with its ground, or "
            "use one of: quality-assurance",
        ),
        (
            STORE + "[retention.clients.acme]\nkeep_days = 7\npurpose = 'sales'\n[retention.purposes.legal]\nground = 'law'\n",
            8,
            "retention.clients.acme.purpose: purpose sales is not defined; add [retention.purposes.sales] with its ground, "
            "or use one of: legal, quality-assurance",
        ),
        (
            STORE + "[retention.clients.acme]\nkeep_days = 7\n[retention.clients.acme.purposes.sales]\nkeep_days = 9\n",
            8,
            "retention.clients.acme.purposes.sales: purpose sales is not defined; add [retention.purposes.sales] with its "
            "ground, or use one of: quality-assurance",
        ),
        (
            LEAST.format("years", 1) + "purposes = ['sales']\n",
            4,
            "retention.law.0.purposes: purpose sales is not defined; add [retention.purposes.sales] with its ground, or "
            "use one of: quality-assurance",
        ),
        (
            LEAST.format("years", 1) + MOST.format("days", 365),
            3,
            "retention.law.0.at_least_years: Least Act keeps at least 1 year, but Most Act allows at most 365 days, and "
            "both can hold for the same items; change one, or part them by jurisdictions, clients or purposes",
        ),
        (
            MOST.format("months", 1) + "[retention.default]\nkeep_days = 5\n" + LEAST.format("days", 29),
            8,
            "retention.law.1.at_least_days: Least Act keeps at least 29 days, but Most Act allows at most 1 month, and both "
            "can hold for the same items; change one, or part them by jurisdictions, clients or purposes",
        ),
        (
            LEAST.format("days", 9) + "then = 'erase'\n" + MOST.format("days", 9) + "then = 'destroy'\n",
            8,
            "retention.law.1.then: Most Act demands destroy, but Least Act demands erase, and both can hold for the same "
            "items; change one, or part them by jurisdictions, clients or purposes",
        ),
        (
            "[retention.default]\nkeep_days = 30\ncopies_months = 1\n[retention.jurisdictions.GR]\nkeep_days = 7\n",
            3,
            "retention.default.copies_months: a copy would go before its original: [retention.default] copies_months = 1, "
            "but the original is kept 30 days by [retention.default] keep_days = 30; let copies live longer, or use "
            "then = 'destroy'",
        ),
        (
            STORE + "[retention.default]\ncopies_years = 2\n[retention.clients.acme]\nkeep_years = 3\n",
            7,
            "retention.default.copies_years: a copy would go before its original: [retention.default] copies_years = 2, "
            "but the original is kept 3 years by [retention.clients.acme] keep_years = 3; let copies live longer, or use "
            "then = 'destroy'",
        ),
        (
            STORE + "[retention.clients.acme]\nkeep_days = 9\n[retention.clients.acne]\nkeep_days = 9\n",
            8,
            "retention.clients.acne: no store can have client acne: name it as client of a store, or let fields or a "
            "manifest tell clients; stores name: acme",
        ),
        (
            STORE + LEAST.format("days", 9) + "clients = ['acne']\n",
            9,
            "retention.law.0.clients: client acne is not known; add [retention.clients.acne] or name it as client of a "
            "store, or the law would hold for nothing",
        ),
        (
            "[[retention.law]]\nsince = 'recorded'\nname = 'Empty Act'\n",
            3,
            "retention.law.0.name: Empty Act demands nothing; give at_least_days, at_most_days (or months, years) or then",
        ),
        (
            LEAST.format("days", 9) + "jurisdictions = ['Greece']\n",
            4,
            "retention.law.0.jurisdictions: Value error, 'Greece' is no jurisdiction;",
        ),
    ],
)  # fmt: skip
def test_contradictions_are_named_with_line_and_remedy(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, text)
    assert str(caught.value).splitlines()[0].startswith(f"{tmp_path / 'redactor.toml'}:{line}: {message}")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        LEAST.format("years", 1) + MOST.format("months", 12),
        LEAST.format("days", 28) + MOST.format("months", 1),
        LEAST.format("years", 1) + "clients = ['a']\n" + MOST.format("days", 9) + "clients = ['b']\n",
        LEAST.format("years", 1)
        + "jurisdictions = ['GR']\n"
        + MOST.format("days", 9)
        + "jurisdictions = ['DE', 'US']\n",
        LEAST.format("years", 1) + "since = 'contract_end'\n" + MOST.format("days", 9),
        "[retention.default]\nkeep_days = 30\ncopies_days = 30\n",
        "[retention.default]\nkeep_days = 30\ncopies_days = 9\nthen = 'destroy'\n",
        STORE + "manifest = 'm.csv'\n[retention.clients.other]\nkeep_days = 9\n",
        STORE + "fields = '(?P<client>[a-z]+)/'\n[retention.clients.other]\nkeep_days = 9\n",
        STORE + "[retention.clients.acme]\npurpose = 'quality-assurance'\n",
    ],
)
def test_what_does_not_contradict_itself_is_taken_and_read_back(tmp_path: Path, text: str) -> None:
    policy = load(tmp_path, text)
    assert load(tmp_path, as_toml(policy)) == policy


def test_laws_of_a_union_and_of_its_members_meet(tmp_path: Path) -> None:
    laws = LEAST.format("years", 1) + "jurisdictions = ['EU']\n" + MOST.format("days", 9) + "jurisdictions = ['GR']\n"
    with pytest.raises(PolicyError, match="Least Act keeps at least 1 year"):
        load(tmp_path, laws)


def test_every_contradiction_is_listed(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, "[retention.default]\npurpose = 'x'\n" + LEAST.format("days", 9) + MOST.format("days", 8))
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["2", "5"]
