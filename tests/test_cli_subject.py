"""A night with the real recognizers of text (rules alone), and what the commands then say of the persons in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redactor.cli_hold import hold
from redactor.cli_subject import subject
from redactor.errors import PolicyError
from redactor.isolation import Child
from redactor.keyring import Keyring
from redactor.night import Night, Options, Processor
from redactor.policy import keys_folder
from redactor.worker import Worker
from tests.house import House

ROOT = Path(__file__).parents[1]
CALLS = {
    "a.txt": "ο κύριος Γιώργος Παπαδόπουλος είπε ότι το κινητό του είναι εξήντα εννιά, εβδομήντα δύο, τριάντα τέσσερα, "
    "δεκαπέντε, είκοσι",
    "b.txt": "κα ΜΑΡΙΑ ΠΑΠΑΔΟΠΟΥΛΟΥ, ΑΦΜ 094259216, e-mail maria@example.gr",
    "c.txt": "η κόρη μου είναι εφτά χρονών, κάρτα 4111 1111 1111 1111 λήξη 10/29 CVV 938",
    "d.txt": "καλημέρα, θέλω να μάθω το υπόλοιπό μου",
}
SECRETS = ("6972341520", "094259216", "Παπαδ", "ΠΑΠΑΔ", "papadop", "maria@")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    root = tmp_path_factory.mktemp("house")
    settings = {"models": {"names": "none"}, "detection": {"languages": ["el"]}, "run": {"workers": 1}}
    made = House(root, settings=settings, store={"client": "acme"})
    made.source.mkdir()
    for name, text in CALLS.items():
        (made.source / name).write_text(text + "\n", encoding="utf-8")
    # The same content at another name: it is copied, and so are its rows.
    (made.source / "e.txt").write_text(CALLS["a.txt"] + "\n", encoding="utf-8")
    assert sorted(how for _, how in night(made)) == ["done"] * 4 + ["moved"]
    return made


def night(house: House) -> list[tuple[str, str]]:
    policy = house.policy()
    with Child(policy, path=[str(ROOT)]) as child, closing(house.ledger(policy)) as ledger:

        def processor(_: int, night: Night) -> Processor:
            return Worker(policy, night.ledger, night.stores, lambda: child, run=night.run)  # type: ignore[return-value]

        run = Night(policy, ledger, processor, child.names, Options(workers=1))
        with closing(run.outcomes(lambda row, stage, share: None)) as ended:
            return [(row.label, how.how if how else "stands") for row, how in ended]


@pytest.fixture
def ask(house: House) -> Iterator[Callable[..., Result]]:
    config = house.root / "redactor.toml"
    config.write_text(
        f'[ledger]\nurl = "sqlite:///{house.root}/ledger.db"\n[models]\nnames = "none"\n[detection]\nlanguages = ["el"]\n'
        f'[[stores]]\nname = "notes"\nsource = "{house.source}"\noutput = "{house.output}"\nclient = "acme"\n',
        encoding="utf-8",
    )

    def run(group: object, command: str, *arguments: str, stdin: str | None = None, fails: bool = False) -> Result:
        line = [command, "--config", str(config), *arguments]
        result = CliRunner().invoke(group, line, input=stdin)  # type: ignore[arg-type]
        assert bool(result.exception) == fails, result.output
        return result

    return run  # type: ignore[return-value]


def labels(result: Result) -> list[str]:
    body = json.loads(result.output)
    return sorted(item["label"] for one in body["interactions"] for item in one["items"])


def test_a_number_that_was_said_answers_to_one_that_is_typed(ask: Callable[..., Result]) -> None:
    assert labels(ask(subject, "find", "--phone", "+30 697 2341520", "--json")) == ["a.txt", "e.txt"]


def test_names_in_other_cases_and_scripts(ask: Callable[..., Result]) -> None:
    assert labels(ask(subject, "find", "--name", "Georgiou Papadopoulou", "--json")) == ["a.txt", "e.txt"]
    assert labels(ask(subject, "find", "--name", "Μαρίας Παπαδόπουλος", "--json")) == ["b.txt"]
    assert labels(ask(subject, "find", "--name", "papadopoylos", "--json")) == ["a.txt", "b.txt", "e.txt"]


def test_what_is_typed_in_stays_off_the_command_line(ask: Callable[..., Result]) -> None:
    typed = "# a request\nafm 094259216\nemail MARIA@example.gr\n"
    assert labels(ask(subject, "find", "--from", "-", "--json", stdin=typed)) == ["b.txt"]
    wrong = ask(subject, "find", "--from", "-", stdin="afm\n", fails=True)
    assert isinstance(wrong.exception, PolicyError)


def test_marks_reach_the_ledger_and_the_answer(ask: Callable[..., Result], house: House) -> None:
    (one,) = json.loads(ask(subject, "find", "--card", "4111111111111111", "--json").output)["interactions"]
    assert one["items"][0]["marks"] == ["card-code", "minor"]
    sidecar = json.loads((house.output / "c.redaction.json").read_text(encoding="utf-8"))
    assert sidecar["marks"] == ["card-code", "minor"]
    assert json.loads((house.output / "d.redaction.json").read_text(encoding="utf-8"))["marks"] == []


def test_every_item_is_indexed(ask: Callable[..., Result]) -> None:
    assert json.loads(ask(subject, "find", "--phone", "6900000000", "--json").output)["not_indexed"] == 0


def test_an_export_brings_copies(ask: Callable[..., Result], tmp_path: Path) -> None:
    ask(subject, "export", "--afm", "094259216", "--out", str(tmp_path / "answer"))
    body = json.loads((tmp_path / "answer" / "answer.json").read_text(encoding="utf-8"))
    assert labels(ask(subject, "export", "--afm", "094259216")) == ["b.txt"]
    assert body["copies_missing"] == []
    copy = (tmp_path / "answer" / "notes" / "b.txt").read_text(encoding="utf-8")
    assert "[PERSON]" in copy
    assert not any(secret in copy for secret in SECRETS)


def test_an_export_tells_of_a_copy_that_differs(ask: Callable[..., Result], house: House, tmp_path: Path) -> None:
    copy = house.output / "b.txt"
    before = copy.read_text(encoding="utf-8")
    copy.write_text("somebody wrote here", encoding="utf-8")
    try:
        ask(subject, "export", "--afm", "094259216", "--out", str(tmp_path / "answer"))
    finally:
        copy.write_text(before, encoding="utf-8")
    body = json.loads((tmp_path / "answer" / "answer.json").read_text(encoding="utf-8"))
    assert len(body["copies_missing"]) == 1
    assert not (tmp_path / "answer" / "notes" / "b.txt").exists()


def test_holds_and_erasure(ask: Callable[..., Result]) -> None:
    options = ("--reason", "case 88", "--authority", "the person", "--kind", "objection")
    placed = json.loads(ask(hold, "add", *options, "--name", "Γιώργου Παπαδόπουλου", "--json").output)
    assert placed["held"] == 2
    assert "case 88" in ask(hold, "list").output
    shown = ask(subject, "erase", "--phone", "6972341520")
    assert "nothing was changed" in shown.output
    told = json.loads(ask(subject, "erase", "--phone", "6972341520", "--yes", "--json").output)
    assert told["done"] == {"asked": 2, "before": 0, "held": 2}
    ask(hold, "release", str(placed["id"]), "--why", "case 88 is closed")
    assert json.loads(ask(hold, "list", "--json").output) == []
    assert len(json.loads(ask(hold, "list", "--all", "--json").output)) == 1


def test_a_hold_over_a_card_code_is_told_as_a_conflict(ask: Callable[..., Result], house: House) -> None:
    for item in ("notes:c.txt", str(house.source / "c.txt")):
        told = ask(hold, "add", "--reason", "case 89", "--authority", "a court", "--item", item).output
        assert "holds 1 items" in told
        assert "PCI DSS 3.3.1" in " ".join(told.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--reason", "η κυρία Μαρία Παπαδοπούλου", "--authority", "a court", "--client", "acme"),
        ("--reason", "case 1", "--authority", "τηλ. 6972341520", "--client", "acme"),
        ("--reason", "case 1", "--authority", "a court", "--client", "acne"),
        ("--reason", "case 1", "--authority", "a court", "--item", "nowhere.txt"),
        ("--reason", "case 1", "--authority", "a court"),
        ("--reason", "case 1", "--authority", "a court", "--phone", "12"),
    ],
)
def test_holds_that_are_refused_say_why_and_name_nobody(ask: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    error = ask(hold, "add", *arguments, fails=True).exception
    assert isinstance(error, PolicyError)
    assert not any(secret in str(error) for secret in SECRETS)


def test_nothing_of_a_person_is_left_in_the_house(house: House) -> None:
    for path in house.root.rglob("*"):
        if path.is_file() and not path.is_relative_to(house.source) and path.name != "redactor.toml":
            body = path.read_bytes()
            assert not any(secret.encode() in body for secret in SECRETS)


def test_without_an_index_nobody_is_found_and_no_key_is_made(tmp_path: Path) -> None:
    house = House(tmp_path, settings={"subjects": {"index": False}})
    house.fill(2)
    seen: list[str] = []
    house.night(before=lambda order: seen.append(order.index_key))
    assert seen == ["", ""]
    assert not keys_folder(house.policy()).exists()


def test_orders_carry_the_key_of_their_client(tmp_path: Path) -> None:
    house = House(tmp_path, store={"client": "acme"})
    house.fill(2)
    seen: set[str] = set()
    shown: list[str] = []
    house.night(before=lambda order: (seen.add(order.index_key), shown.append(repr(order))))
    key = Keyring(keys_folder(house.policy())).key("acme", "index", create=False)
    assert key is not None
    assert seen == {key.hex()}
    assert key.hex() not in "".join(shown)
