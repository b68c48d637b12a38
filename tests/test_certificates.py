"""Certificates and exports: what they say is so, they can be checked elsewhere, and hold nothing personal."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from redactor.audit import own_public_key
from redactor.audit_export import export
from redactor.certificates import Scope, certify, verify_certificate
from redactor.engines.certificate_pdf import Block, one_page
from redactor.errors import LedgerError, MissingEngineError, PolicyError
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.signatures import pem_of, public_key_of, read_public_key, signed
from redactor.words import Language
from tests.queues import digest
from tests.trails import behind, disposed, entry, fill, put_row

ZONE = "Europe/Athens"


class Desk:
    """A ledger with disposals, and what is needed to certify them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.keyring, self.anchors = folder, Keyring(folder / "keys"), folder / "anchors.jsonl"
        self.ledger = Ledger(f"sqlite:///{folder}/ledger.db")
        fill(self.ledger, range(1, 6))
        self.ledger.append(disposed(1))
        self.ledger.append(disposed(2, "DESTROYED", action="destroy", level="not there", client="zeta", others=1))
        self.ledger.append(disposed(3, run="d2", level="deleted"))
        self.ledger.append(entry(4, "disposed", run="d2", reason="ERASED", detail="{}"))
        for number in range(1, 6):
            put_row(
                self.ledger, number, "disposed" if number < 5 else "committed", client="zeta" if number == 2 else "acme"
            )

    def certify(self, scope: Scope, value: str, language: Language = "en") -> tuple[dict, Path]:  # type: ignore[type-arg]
        path, page = certify(
            self.ledger, self.keyring, self.anchors, self.folder / "c", scope, value, zone=ZONE, language=language
        )
        assert page == path.with_suffix(".pdf")
        return json.loads(path.read_text()), path

    @property
    def key(self) -> str:
        return own_public_key(self.keyring) or ""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.ledger.close()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert document[0].render(scale=1).to_numpy().min() < 128
    return " ".join(str(document[0].get_textpage().get_text_range()).split())


def test_a_certificate_of_one_item(desk: Desk) -> None:
    body, path = desk.certify("item", digest(1)[:12])
    assert body["totals"]["actions"] == {"deidentify": 1}
    assert body["totals"]["levels"] == {"overwritten (best effort)": 1}
    assert body["totals"]["categories"] == {"PERSON": 1, "PHONE_NUMBER": 2}
    (one,) = body["items"]
    assert (one["seq"], one["store"], one["item"], one["rule"]) == (6, "calls", digest(1), "client acme")
    assert body["ledger"]["from"][:2] == body["ledger"]["to"][:2] == [6, one["hash"]]
    assert body["ledger"]["root"]["seq"] == 9
    assert verify_certificate(path, desk.key) == verify_certificate(path.with_suffix(".pdf"), desk.key) == body
    told = " ".join(body["not_done"])
    assert "no Purge" in told
    assert "copies stay" in told
    assert "Backups" in told
    assert "label" not in path.read_text()
    assert ".wav" not in path.read_text()


def test_a_certificate_of_a_client_a_run_and_a_day(desk: Desk) -> None:
    acme, _ = desk.certify("client", "acme")
    assert [one["seq"] for one in acme["items"]] == [6, 8, 9]
    assert acme["totals"]["actions"] == {"deidentify": 2, "erase": 1}
    assert "not recorded" in " ".join(acme["not_done"])
    zeta, _ = desk.certify("client", "zeta")
    assert "who removed them is not known" in " ".join(zeta["not_done"])
    assert "not ours" in " ".join(zeta["not_done"])
    run, _ = desk.certify("night", "d2")
    assert run["totals"]["items"] == 2
    at = datetime.fromisoformat(acme["items"][0]["at"]).astimezone(ZoneInfo(ZONE)).date()
    day, _ = desk.certify("night", at.isoformat())
    assert day["totals"]["items"] >= 1
    assert {one["seq"] for one in day["items"]} <= {6, 7, 8, 9}
    for scope, value in (("client", "nobody"), ("night", "2001-01-01"), ("night", "x"), ("item", "0" * 64)):
        with pytest.raises(PolicyError, match="nothing was disposed"):
            desk.certify(scope, value)  # type: ignore[arg-type]
    with pytest.raises(PolicyError, match="8 digits"):
        desk.certify("item", "../../x")


def test_the_page_is_one_page_in_greek(desk: Desk) -> None:
    body, path = desk.certify("client", "acme", "el")
    told = text_of(path.with_suffix(".pdf").read_bytes())
    for words in ("Πιστοποιητικό διάθεσης", "Πελάτης: acme", "Τι δεν έγινε", "Αντίγραφα ασφαλείας", "PHONE_NUMBER: 4"):
        assert words in told
    assert body["ledger"]["root"]["hash"] in told.replace(" ", "")


def test_a_page_stays_one_page_and_the_same() -> None:
    blocks = [Block("Τίτλος", [(f"<b>&{n}", "αβγ " * 60) for n in range(60)], ["γραμμή <i>"])]
    first = one_page("Ά", "ώ", blocks)
    assert "<b>&59" in text_of(first).replace(" ", "")
    assert first == one_page("Ά", "ώ", blocks)


def test_a_font_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redactor.engines.certificate_pdf._FOLDERS", ())
    monkeypatch.setattr("redactor.engines.certificate_pdf._FONTS", {"Nowhere": "Nowhere.ttf"})
    with pytest.raises(MissingEngineError, match="fonts-dejavu-core"):
        one_page("a", "b", [])


def test_certificates_that_were_tampered_with(desk: Desk) -> None:
    body, path = desk.certify("item", digest(1))
    page = path.with_suffix(".pdf").read_bytes()
    path.with_suffix(".pdf").write_bytes(page + b"\n")
    forged(path, desk.key)
    path.with_suffix(".pdf").write_bytes(page)
    assert verify_certificate(path, desk.key)
    forged(path, public_key_of(Ed25519PrivateKey.generate()))
    for name in body:
        path.write_text(json.dumps({**body, name: "x"}))
        forged(path, desk.key)
    path.write_text(json.dumps(signed(body, Ed25519PrivateKey.generate())))
    forged(path, desk.key)
    for broken in ("", "[]", '"x"', "{}"):
        path.write_text(broken)
        forged(path, desk.key)
    path.with_suffix(".pdf").unlink()
    forged(path, desk.key)


def forged(path: Path, key: str) -> None:
    with pytest.raises(LedgerError) as caught:
        verify_certificate(path, key)
    assert caught.value.reason == "CERTIFICATE_FORGED"


def test_nothing_is_certified_or_exported_of_a_broken_chain(desk: Desk) -> None:
    with behind(desk.folder / "ledger.db") as connection:
        connection.execute("UPDATE entries SET label = 'x' WHERE seq = 2")
    with pytest.raises(LedgerError, match="broken at entry 2"):
        desk.certify("client", "acme")
    with pytest.raises(LedgerError, match="broken at entry 2"):
        export(desk.ledger, desk.keyring, desk.anchors, desk.folder / "x", client=None, zone=ZONE)
    assert not (desk.folder / "x").exists()


def run_check(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "verify_export.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    return done.returncode, done.stdout


def test_an_export_is_checked_without_us(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    manifest = export(desk.ledger, desk.keyring, desk.anchors, out, client="acme", zone=ZONE)
    rows = [json.loads(line) for line in (out / "entries.jsonl").read_text().splitlines()]
    assert [row["seq"] for row in rows] == [1, 3, 4, 5, 6, 8, 9]
    assert manifest["entries"] == 7
    assert run_check(out) == (0, "7 entries are as they were exported\n")
    assert set(manifest["files"]) == {
        "entries.jsonl",
        "anchors.jsonl",
        "public_key.pem",
        "README.txt",
        "verify_export.py",
    }
    assert read_public_key(out / "public_key.pem") == desk.key
    with pytest.raises(PolicyError, match="empty folder"):
        export(desk.ledger, desk.keyring, desk.anchors, out, client="acme", zone=ZONE)
    whole = export(desk.ledger, desk.keyring, desk.anchors, tmp_path / "all", client=None, zone=ZONE)
    assert (whole["whole"], whole["entries"]) == (True, 9)
    assert run_check(tmp_path / "all")[0] == 0
    none = export(
        desk.ledger,
        desk.keyring,
        desk.anchors,
        tmp_path / "none",
        client=None,
        first="2001-01-01",
        last="2001-12-31",
        zone=ZONE,
    )
    assert none["entries"] == 0
    with pytest.raises(PolicyError, match="days are written"):
        export(desk.ledger, desk.keyring, desk.anchors, tmp_path / "n", client=None, first="1.1.2001", zone=ZONE)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("entries.jsonl", '"client\\": \\"acme', '"client\\": \\"acne'),
        ("entries.jsonl", '"seq": 5', '"seq": 6'),
        ("anchors.jsonl", '"hash": "', '"hash": "0'),
        ("manifest.json", '"entries": 9', '"entries": 8'),
        ("README.txt", "Ed25519", "nothing"),
        ("public_key.pem", "\n", ""),
    ],
)
def test_an_export_that_was_tampered_with(desk: Desk, tmp_path: Path, name: str, old: str, new: str) -> None:
    out = tmp_path / "out"
    export(desk.ledger, desk.keyring, desk.anchors, out, client=None, zone=ZONE)
    text = (out / name).read_text()
    assert old in text
    (out / name).write_text(text.replace(old, new, 1))
    assert run_check(out)[0] == 1


def test_an_export_signed_by_somebody_else_is_seen_with_the_key_that_was_given_before(
    desk: Desk, tmp_path: Path
) -> None:
    out, theirs = tmp_path / "out", Ed25519PrivateKey.generate()
    export(desk.ledger, desk.keyring, desk.anchors, out, client=None, zone=ZONE)
    (out / "manifest.sig").write_bytes(theirs.sign((out / "manifest.json").read_bytes()))
    assert run_check(out) == (1, "manifest.json is not as it was signed\n")
    (out / "public_key.pem").write_text(pem_of(public_key_of(theirs)))
    assert run_check(out)[0] == 1


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\xff\xfe", b"QUJD", b"-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----\n"]
)
def test_a_public_key_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(PolicyError, match="public key"):
        read_public_key(tmp_path / "key")
    with pytest.raises(PolicyError, match="cannot be read"):
        read_public_key(tmp_path / "nothing")
    (tmp_path / "key").write_text(public_key_of(Ed25519PrivateKey.generate()) + "\n")
    assert read_public_key(tmp_path / "key")


def test_openssl_is_there_for_the_check() -> None:
    assert shutil.which("openssl")
