"""`redactor audit`: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redactor.cli_audit import audit_group
from redactor.errors import LedgerError, PolicyError, RedactorError
from redactor.ledger import Ledger
from tests.queues import digest
from tests.trails import behind, disposed, fill, put_row


class Shell:
    """A configuration, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config, self.file = folder, folder / "redactor.toml", folder / "state" / "ledger.db"
        self.config.write_text(
            "[ledger]\nurl = 'sqlite:///state/ledger.db'\n[report]\nlanguage = 'en'\n"
            "[[stores]]\nname = 'calls'\nsource = 'in'\noutput = 'out'\nclient = 'acme'\njurisdiction = 'GR'\n",
            encoding="utf-8",
        )
        ledger = Ledger(f"sqlite:///{self.file}")
        fill(ledger, range(1, 6))
        ledger.append(disposed(1))
        for number in range(1, 6):
            put_row(
                ledger, number, "disposed" if number == 1 else "committed", reason="DEIDENTIFIED" if number == 1 else ""
            )
        ledger.close()

    def run(self, command: str, *arguments: str) -> Result:
        return CliRunner().invoke(audit_group, [command, "--config", str(self.config), *arguments])

    def says(self, command: str, *arguments: str, code: int = 0) -> str:
        result = self.run(command, *arguments)
        assert (result.exit_code, result.exception if code == 0 else None) == (code, None), result.output
        return result.output

    def refuses(self, command: str, *arguments: str, kind: type[RedactorError] = PolicyError) -> str:
        result = self.run(command, *arguments)
        assert isinstance(result.exception, kind)
        return str(result.exception)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_whole_ledger(shell: Shell) -> None:
    assert "6 entries, root" in shell.says("verify", "--deep")
    assert "nothing was anchored yet" in shell.says("verify")
    assert "6 entries, root" in shell.says("anchor")
    assert "nothing was anchored" not in shell.says("verify")
    body = json.loads(shell.says("verify", "--json"))
    assert (body["entries"], body["whole"], body["findings"]) == (6, True, [])


def test_what_is_wrong_ends_with_seven_the_entry_and_the_remedy(shell: Shell) -> None:
    shell.says("anchor")
    copy, key = shell.folder / "copy.jsonl", shell.folder / "key.pem"
    copy.write_bytes((shell.file.parent / "keys" / "anchors.jsonl").read_bytes())
    key.write_text(shell.says("public-key"))
    with behind(shell.file) as connection:
        connection.execute("DELETE FROM entries WHERE seq = 6")
    told = shell.says("verify", code=7)
    assert "LEDGER_CUT: the ledger was cut: it ends with entry 5, but 6 were anchored" in told
    assert "keep the file as it is" in told
    (shell.file.parent / "keys" / "anchors.jsonl").unlink()
    assert "LEDGER_CUT" in shell.says("verify", "--anchor", str(copy), "--public-key", str(key), code=7)
    with behind(shell.file) as connection:
        connection.execute("UPDATE entries SET reason = 'X' WHERE seq = 3")
    body = json.loads(shell.says("verify", "--json", code=7))
    assert {"reason": "CHAIN_BROKEN", "message": "the chain is broken at entry 3: it was changed", "seq": 3} in body[
        "findings"
    ]
    assert "broken at entry 3" in shell.refuses("anchor", kind=LedgerError)


def test_certificates(shell: Shell) -> None:
    place = Path(shell.says("certificate", "--client", "acme").splitlines()[0].removeprefix("certificate: "))
    assert place.parent == shell.file.parent / "certificates"
    assert "as it was signed: 1 items" in shell.says("certificate", "--check", str(place))
    assert "certificate: " in shell.says("certificate", "--item", digest(1)[:8])
    assert "one of" in shell.refuses("certificate")
    assert "one of" in shell.refuses("certificate", "--client", "acme", "--night", "d1")
    place.write_text("{}")
    assert "not as it was signed" in shell.refuses("certificate", "--check", str(place), kind=LedgerError)


def test_a_certificate_is_checked_with_the_key_of_who_signed_it(shell: Shell, tmp_path: Path) -> None:
    place = shell.says("certificate", "--client", "acme").splitlines()[0].removeprefix("certificate: ")
    (tmp_path / "key.pem").write_text(shell.says("public-key"))
    (shell.file.parent / "keys" / "signing.key").unlink()
    assert "give --public-key" in shell.refuses("certificate", "--check", place)
    assert "as it was signed" in shell.says("certificate", "--check", place, "--public-key", str(tmp_path / "key.pem"))


def test_an_export(shell: Shell) -> None:
    assert "6 entries" in shell.says("export", "--client", "acme", "--out", str(shell.folder / "export"))
    assert "no client is called" in shell.refuses("export", "--client", "acm", "--out", str(shell.folder / "other"))
    assert (shell.folder / "export" / "manifest.sig").stat().st_size == 64


def test_the_inventory_and_an_incident(shell: Shell) -> None:
    assert "quality-assurance" in shell.says("inventory")
    body = json.loads(shell.says("inventory", "--json"))
    assert [(line["part"], line["items"]) for line in body["lines"]] == [("copy", 5), ("original", 4)]
    page = shell.folder / "pages" / "inventory.html"
    shell.says("inventory", "--html", str(page))
    assert "acme" in page.read_text(encoding="utf-8")
    days = ("--store", "calls", "--from", "2026-10-01", "--to", "2026-12-31")
    assert "acme" in shell.says("incident", *days)
    assert len(json.loads(shell.says("incident", *days, "--json"))["items"]) == 10
    shell.says("incident", *days, "--html", str(page))
    assert "call-1.wav" in page.read_text(encoding="utf-8")
    assert "known are: calls" in shell.refuses("incident", "--store", "x", *days[2:])


def test_the_words_are_the_same_in_both_languages() -> None:
    from redactor.audit_words import ACTIONS, LEVELS_EL, NOT_DONE, WORDS

    for words in (ACTIONS, NOT_DONE, WORDS):
        assert words["en"].keys() == words["el"].keys()
    assert set(LEVELS_EL) <= set(NOT_DONE["en"])
