"""Which files belong together, and what the first reading of each gives."""

from pathlib import Path

import pytest

from redactor.assembly import Assembly
from redactor.errors import MediaError, PolicyError, RedactorError
from redactor.evidence import Evidence, Mark, Word
from redactor.interactions import FirstReading, grouped, look, shared
from redactor.known import Known
from redactor.policy import InteractionsPolicy, Policy
from redactor.protocols import Media
from redactor.regions import Box
from redactor.stores import Item, scan
from tests.scripted import ReaderOf, WordFinder


@pytest.fixture
def items(tmp_path: Path) -> list[tuple[str, Item]]:
    for place in ("x/1_a.txt", "x/1_b.png", "x/2_a.txt", "y/1_a.wav", "y/screens/1_c.png", "y/1_d.xyz", "1_e.txt"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("x")
    return [("store", item) for item in scan(tmp_path)]


@pytest.mark.parametrize(
    ("rule", "together"),
    [
        ({}, []),
        ({"by": "folder"}, ["x/1_a.txt x/1_b.png x/2_a.txt"]),
        ({"by": "name", "pattern": r"^(?P<id>\d)_"}, ["1_e.txt x/1_a.txt x/1_b.png y/1_a.wav y/screens/1_c.png"]),
        ({"by": "name", "pattern": r"^\d_([a-c])"}, ["x/1_a.txt x/2_a.txt y/1_a.wav"]),
        ({"by": "path", "pattern": "^([^/]+)/"}, ["x/1_a.txt x/1_b.png x/2_a.txt", "y/1_a.wav y/screens/1_c.png"]),
    ],
)
def test_rules(items: list[tuple[str, Item]], rule: dict[str, str], together: list[str]) -> None:
    groups = grouped(items, InteractionsPolicy.model_validate(rule))
    assert sorted(at for group in groups for at in group) == list(range(len(items)))
    names = [" ".join(sorted(str(items[at][1].relative) for at in group)) for group in groups if len(group) > 1]
    # A file of unknown type belongs to nobody, and `1_b` and `1_c` of the third rule are alone.
    assert sorted(name for name in names) == sorted(together)


def test_sources_are_kept_apart(items: list[tuple[str, Item]]) -> None:
    both = [("a", items[0][1]), ("b", items[0][1])]
    assert grouped(both, InteractionsPolicy(by="folder")) == [[0], [1]]
    assert grouped([both[0]] * 2, InteractionsPolicy(by="folder")) == [[0, 1]]


def test_a_rule_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / f"{'a' * 200}!.txt"
    path.touch()
    rule = InteractionsPolicy(by="name", pattern="^((a|a)*)*$")
    with pytest.raises(PolicyError, match="simpler"):
        grouped([("", next(iter(scan(path))))], rule)


def test_a_first_reading_knows_words_and_codes() -> None:
    words = (Word("Δοκιμόπουλος", Box(0, 0, 0, 10, 10)),)
    marks = (Mark("QR_CODE", Box(0, 20, 20, 40, 40), 1.0, "zxing", "tel:6971234567"),)
    finder = WordFinder({"Δοκιμόπουλος": "PERSON", "6971234567": "PHONE_NUMBER"})
    evidence = Evidence(words, marks=marks)
    assembly = Assembly(Policy(), readers={"image": ReaderOf([evidence])}, finder=finder)
    stages = []
    reading = look(
        Media(Path("x.png"), "image", "png"), "d", assembly, lambda stage, share: stages.append((stage, share))
    )
    assert {"6971234567", "δοκιμοπουλοσ", "δοκιμοπουλε"} <= set(reading.known.values)
    assert reading.evidence is evidence
    assert stages == [("read", 0.0), ("read", 1.0), ("detect", 0.0), ("detect", 1.0)]
    assert [stage for stage, _ in reading.seconds] == ["read", "detect"]
    assert "6971234567" not in repr(reading)


def test_files_that_failed_share_nothing() -> None:
    error: RedactorError = MediaError("it cannot be read")
    read = [FirstReading(d, Evidence(()), known=Known({d: ("PERSON", 1.0)})) for d in "ba"]
    both = [*read, FirstReading("c", error=error)]
    assert shared(both[2], both).others == ("a", "b")
    assert set(shared(both[0], both).known.values) == {"a", "b"}
    assert shared(both[0], both).others == ("a",)
