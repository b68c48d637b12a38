"""The policy file: every mistake is named with its line and the remedy."""

from pathlib import Path

import pytest

from redactor.errors import PolicyError
from redactor.policy import Policy
from redactor.policyfile import as_toml, line_of, load_policy


def load(folder: Path, text: str) -> Policy:
    path = folder / "redactor.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def test_the_documented_keys_are_accepted(tmp_path: Path) -> None:
    policy = load(
        tmp_path,
        """
        [ledger]
        url = "sqlite:///ledger.db"
        [[stores]]
        name = "calls"
        source = "file:///srv/recordings"
        output = "deidentified"
        client = "acme"
        jurisdiction = "GR"
        [detection]
        languages = ["el", "en"]
        [models]
        transcriber = "whisper-base"
        [retention.default]
        purpose = "quality-assurance"
        keep_days = 30
        then = "deidentify"
        [retention.clients.acme]
        keep_days = 7
        then = "destroy"
        """,
    )
    assert policy.stores[0].source == "/srv/recordings"
    assert policy.stores[0].output == str(tmp_path / "deidentified")
    assert policy.ledger.url == f"sqlite:///{tmp_path}/ledger.db"
    assert policy.retention.clients["acme"].then == "destroy"


@pytest.mark.parametrize(
    ("text", "line", "parts"),
    [
        ("[audio]\npad_ms = 100\npadms = 3\n", 3, ["unknown key audio.padms", "did you mean pad_ms", "merge_gap_ms"]),
        ("[audio]\n\npad_ms = -4\n", 3, ["audio.pad_ms", "greater than or equal to 0"]),
        ("[detection]\nlanguages = ['fr']\n", 2, ["detection.languages", "'el' or 'en'"]),
        (
            "[[detection.patterns]]\nentity = 'X'\nregex = 'a'\n[[detection.patterns]]\nentity = 'Y'\nregex = '(['\n",
            6,
            ["not a regular expression"],
        ),
        ("[interactions]\nby = 'call'\n", 2, ["interactions.by", "'folder'"]),
        ("[interactions]\nby = 'name'\n", 1, ["interactions", "needs a pattern", "(?P<id>"]),
        ("[interactions]\nby = 'name'\npattern = '(['\n", 3, ["interactions.pattern", "not a regular expression"]),
        ("[interactions]\nby = 'path'\npattern = 'a+'\n", 3, ["interactions.pattern", "needs a group"]),
        ("[interactions]\nby = 'folder'\npattern = '(a)'\n", 3, ["takes no pattern", "by = 'name'"]),
        ("[[stores]]\nname = 'a'\nsource = 'b'\n", 1, ["stores.0.output", "required"]),
        ("[text]\nplaceholder = 'gone'\n", 2, ["must hold {type}"]),
        ("[transcript]\nformats = ['txt', 'pdf']\n", 2, ["transcript.formats", "'txt', 'vtt', 'srt' or 'json'"]),
        ("[transcript]\nformats = []\n", 2, ["transcript.formats", "at least 1"]),
        ("[transcript]\nformats = ['txt', 'txt']\n", 2, ["name each once"]),
        ("[audio]\nspeakers = ['a', 'A']\n", 2, ["names must differ"]),
        ("[audio]\nspeakers = ['channel 2']\n", 2, ["choose another"]),
        ("[audio]\nspeakers = ['6971234567']\n", 2, ["audio.speakers"]),
        ("[audio]\nspeakers = ['a: b']\n", 2, ["audio.speakers"]),
        ("[names]\ntemplate = '{phone}'\n", 2, ["names.template", "allowed are {name}, {digest}"]),
        (
            "[names]\ntemplate = '{client}_{digest}'\n[[stores]]\nname = 'a'\nsource = 'b'\noutput = 'c'\n",
            1,
            ["names", "a client of letters", "a"],
        ),
        ("[run]\nworkers = 65\n", 2, ["run.workers", "less than or equal to 64"]),
        ("[nonsense]\na = 1\n", 1, ["unknown key nonsense", "allowed here: audio"]),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, text: str, line: int, parts: list[str]) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'redactor.toml'}:{line}: ")
    for part in parts:
        assert part in message


def test_every_mistake_is_listed(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, "[audio]\nmask = 'beep'\n[image]\nfill = 'black'\n")
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["2", "4"]


def test_broken_toml_and_missing_files_are_policy_errors(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="line 1"):
        load(tmp_path, "[audio\n")
    with pytest.raises(PolicyError, match="cannot read"):
        load_policy(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b"a = '\xe1\xe2'")
    with pytest.raises(PolicyError, match="UTF-8"):
        load_policy(tmp_path / "latin.toml")


def test_the_shown_policy_can_be_read_back(tmp_path: Path) -> None:
    policy = load(tmp_path, "[audio]\nmask = 'silence'\n[detection]\nallow = ['Άλφα']\n")
    assert load(tmp_path, as_toml(policy)) == policy


def test_the_digest_changes_with_what_changes_an_output_only() -> None:
    base = Policy()
    assert Policy.model_validate({"audio": {"pad_ms": 300}}).digest() != base.digest()
    moved = {"ledger": {"url": "sqlite:///x.db"}, "stores": [{"name": "a", "source": "b", "output": "c"}]}
    moved |= {"run": {"workers": 4}}
    assert Policy.model_validate(moved).digest() == base.digest()


def test_lines_of_arrays_of_tables() -> None:
    text = "[[stores]]\nname='a'\n[[stores]]\nname='b'\n"
    assert line_of(text, ("stores", 1, "name")) == 4
    assert line_of(text, ("stores", 1, "output")) == 3


def test_interactions_change_the_digest() -> None:
    rules: list[dict[str, str]] = [
        {},
        {"by": "folder"},
        {"by": "name", "pattern": "(a)"},
        {"by": "name", "pattern": "(b)"},
    ]
    assert len({Policy.model_validate({"interactions": rule}).digest() for rule in rules}) == len(rules)


def test_a_password_of_the_ledger_is_not_shown() -> None:
    url = "postgresql+psycopg://job:geheim@db.example.org:5432/redactor"
    shown = as_toml(Policy.model_validate({"ledger": {"url": url}}))
    assert "geheim" not in shown
    assert "://job:***@db.example.org:5432/redactor" in shown
