"""Documentation cannot drift: its Python runs, its commands and keys exist."""

import re
from pathlib import Path

import pytest

from redactor.cli import cli
from redactor.policy import Policy
from redactor.policyfile import load_policy
from redactor.recognizers import greek_recognizers

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out == "Με λένε [PERSON], το κινητό μου είναι [PHONE_NUMBER].\n"


def test_the_programs_of_the_documents_run(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "detection.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "detection.md", "exec"), {})
    said = "εξήντα εννιά, εβδομήντα δύο, τριάντα τέσσερα, δεκαπέντε, είκοσι"
    out = capsys.readouterr().out
    assert f"PHONE_NUMBER {said}\n" in out
    assert "('Κατερίνα Ζαχαράτου', 'PERSON')" in out


def test_the_policy_of_the_documents_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "detection.md").read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "redactor.toml"
    path.write_text(block, encoding="utf-8")
    assert load_policy(path).detection.threshold_of("URL") == 0.1


def test_every_entity_type_is_documented() -> None:
    text = (ROOT / "docs" / "detection.md").read_text(encoding="utf-8")
    types = {entity for recognizer in greek_recognizers() for entity in recognizer.supported_entities}
    assert [entity for entity in sorted(types) if f"| {entity} |" not in text] == []


def test_the_commands_of_the_readme_exist() -> None:
    named = set(re.findall(r"redactor ([a-z]+)\b", " ".join(re.findall(r"`([^`]*)`|^    (.*)$", README, re.M)[0])))
    named |= set(re.findall(r"(?:bin/|`)redactor ([a-z]+)", README))
    assert named
    assert named <= set(cli.commands)


def test_every_key_of_the_policy_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for section, field in Policy.model_fields.items():
        assert f"[{section}" in text, section
        keys = getattr(field.annotation, "model_fields", {})
        if section != "retention":
            missing = [key for key in keys if f"`{key}`" not in text and key != "patterns"]
            assert missing == [], section


def test_links_of_the_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "models" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
