"""What the rules of a store say of its files."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from redactor.errors import MediaError
from redactor.places import open_place
from redactor.policy import Policy
from redactor.rules import Ruled, Rules
from redactor.storepolicy import StorePolicy


def ruled(root: Path, **keys: object) -> tuple[dict[str, Ruled], list[MediaError]]:
    place = open_place(str(root))
    store = StorePolicy.model_validate(
        {"name": "s", "source": str(root), "output": "o", "client": "acme", "settle_s": 0, **keys}
    )
    rules = Rules(store, Policy(), place)
    return {str(s.relative): rules.of(s) for part in rules.walk() for s in part}, [
        error for _, error in rules.manifest_errors()
    ]


def files(root: Path, **contents: str) -> None:
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_kinds_and_refusals(tmp_path: Path) -> None:
    files(tmp_path, **dict.fromkeys(("a.wav", "b.rec", "c.heic", "d.what", "e.tmp", "f.log", "g.png"), "x"))
    found, _ = ruled(tmp_path, calls=["*.rec", "g.*"], texts=["*.log"], formats={"rec": "wav"})
    assert {n: (r.kind, r.format, r.refusal.reason if r.refusal else "", r.ignored) for n, r in found.items()} == {
        "a.wav": ("audio", "wav", "", False),
        "b.rec": ("audio", "wav", "", False),
        "c.heic": (None, "", "UNSUPPORTED_TYPE", False),
        "d.what": (None, "", "UNKNOWN_TYPE", False),
        "e.tmp": (None, "", "", True),
        "f.log": ("text", "txt", "", False),
        "g.png": (None, "", "KIND_DIFFERS", False),
    }


def test_places_and_manifests_tell(tmp_path: Path) -> None:
    manifest = "file,client,channel,extra\nx.wav,zeta,customer,1\n../../etc/passwd,no,1,2\n"
    files(tmp_path, **{"beta/20260102/2_x.wav": "", "gamma/x.wav": "", "gamma/calls.manifest.csv": manifest})
    found, errors = ruled(
        tmp_path,
        fields=r"^(?P<client>[^/]+)/(?P<date>\d{8})/(?P<channel>\d)_",
        manifest="*.manifest.csv",
        interaction={"by": "folder"},
    )
    told = found["beta/20260102/2_x.wav"]
    assert (told.client, told.day, told.speaker) == ("beta", "2026-01-02", "customer")
    assert told.interaction == "folder:beta/20260102"
    assert (found["gamma/x.wav"].client, found["gamma/x.wav"].speaker) == ("zeta", "customer")
    assert found["gamma/calls.manifest.csv"].ignored
    assert [e.reason for e in errors] == ["MANIFEST_LINES"]


@pytest.mark.parametrize("text", ["{", "[1, 2", "\x00\x00", "[" * 100_000, "3"])
def test_a_broken_manifest_is_named_and_no_crash(tmp_path: Path, text: str) -> None:
    files(tmp_path, **{"m.json": text, "a.wav": ""})
    found, errors = ruled(tmp_path, manifest="m.json")
    assert [e.reason for e in errors] == ["MANIFEST_UNREADABLE"]
    assert found["a.wav"].kind == "audio"


@pytest.mark.parametrize(
    "keys", [{"calls": ["../x"]}, {"fields": "(?P<who>x)"}, {"manifest": "x.xml"}, {"source": "sftp://u:pw@host/x"}]
)
def test_mistakes_of_a_store_are_named(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StorePolicy.model_validate({"name": "s", "source": "a", "output": "o", **keys})


def test_options_are_not_shown() -> None:
    store = StorePolicy(name="s", source="s3://b", output="o", options={"secret": "hush"})
    assert "hush" not in repr(store)
