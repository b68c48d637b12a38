"""The witnesses' turn in the one path: what they find is covered once, and then a person must look."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from redactor.assembly import Assembly
from redactor.errors import WithheldError
from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.pipeline import Draft, run
from redactor.policy import Policy, VerifyPolicy
from redactor.protocols import Media, Scope
from redactor.regions import Box, Region, Span, TimeRange
from redactor.removed import Removed
from redactor.testimony import scope_of, witnessed
from tests.pictures import HEIGHT, WIDTH, box, page, written
from tests.scripted import ReaderOf, WordFinder

SECRET, OTHER = "6971234567", "6907654321"
LABEL = Box(0, 8, 8, 24, 100)


@dataclass
class WitnessOf:
    """Says one answer after another, the last one again and again, and remembers what it was asked."""

    answers: list[Sequence[Redaction]]
    asked: list[tuple[Sequence[Redaction], Sequence[Removed], Scope]] = field(default_factory=list)
    name: str = "scripted witness"

    def left(
        self, output: Media, covers: Sequence[Redaction], removed: Sequence[Removed], scope: Scope
    ) -> Sequence[Redaction]:
        self.asked.append((covers, removed, scope))
        return self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)


def seen(region: Region, entity_type: str = "PHONE_NUMBER") -> Redaction:
    return Redaction(entity_type, (region,), 1.0, "witness")


def text(folder: Path, witness: WitnessOf, *, digest: str = "", **verify: object) -> tuple[Draft, str]:
    path = folder / "note.txt"
    path.write_text(f"τηλέφωνο {SECRET}, άλλο {OTHER}", encoding="utf-8")
    policy = Policy(verify=VerifyPolicy.model_validate(verify))
    assembly = Assembly(policy, finder=WordFinder({SECRET: "PHONE_NUMBER"}), witnesses={"text": witness})
    draft = run(Media(path, "text", "txt"), assembly, folder, lambda stage, share: None, digest=digest)
    return draft, draft.medium.read_text(encoding="utf-8")


def picture(folder: Path, witness: WitnessOf, *, digest: str = "", **verify: object) -> Draft:
    media = written(folder / "page.png", [page()])
    words = (Word("label", LABEL), Word(SECRET, box()))
    reader = ReaderOf([Evidence(words, extent=(Box(0, 0, 0, HEIGHT, WIDTH),))])
    policy = Policy(verify=VerifyPolicy.model_validate(verify))
    finder = WordFinder({SECRET: "PHONE_NUMBER"})
    assembly = Assembly(policy, readers={"image": reader}, finder=finder, witnesses={"image": witness})
    return run(media, assembly, folder, lambda stage, share: None, digest=digest)


def test_what_a_witness_finds_is_covered_and_read_again(tmp_path: Path) -> None:
    at = len("τηλέφωνο [PHONE_NUMBER], άλλο ")
    witness = WitnessOf([[seen(Span(at, at + len(OTHER)))], []])
    draft, out = text(tmp_path, witness)
    assert out == "τηλέφωνο [PHONE_NUMBER], άλλο [PHONE_NUMBER]"
    assert draft.rounds == len(witness.asked) == 2
    assert [value.text for value in witness.asked[0][1]] == [SECRET]


def test_what_it_finds_again_a_person_must_see(tmp_path: Path) -> None:
    with pytest.raises(WithheldError) as caught:
        text(tmp_path, WitnessOf([[seen(Span(0, 8))]]))
    assert caught.value.reason == "WITNESSED"


def test_a_witness_that_withholds_has_the_last_word(tmp_path: Path) -> None:
    class Refusing(WitnessOf):
        def left(self, *asked: object) -> Sequence[Redaction]:
            raise WithheldError("a cover does not cover", reason="COVER_DOES_NOT_COVER")

    with pytest.raises(WithheldError, match="does not cover"):
        text(tmp_path, Refusing([[]]))


def test_of_a_picture_more_is_covered_than_was_seen(tmp_path: Path) -> None:
    witness = WitnessOf([[seen(LABEL)], []])
    draft = picture(tmp_path, witness)
    covers = [region for cover in draft.covers for region in cover.regions if isinstance(region, Box)]
    assert any(c.top == 0 and c.left == 0 and c.bottom >= 32 and c.right >= 108 for c in covers)
    assert [len(asked[0]) for asked in witness.asked] == [1, 2]


def test_margins_stay_inside_of_the_recording() -> None:
    extent = (TimeRange(0, 0, 1000), TimeRange(1, 0, 1000))
    witness = WitnessOf([[seen(TimeRange(1, 100, 900)), seen(TimeRange(0, 450, 500))]])
    media = Media(Path("call.wav"), "audio", "wav")
    left = witnessed(witness, media, (), (), extent, "full")
    assert [r.regions for r in left] == [(TimeRange(1, 0, 1000),), (TimeRange(0, 150, 800),)]


def test_a_sample_is_chosen_by_the_digest_of_the_source(tmp_path: Path) -> None:
    policy = VerifyPolicy(mode="sample", sample_share=0.25)
    assert [scope_of(policy, digest * 32) for digest in ("00", "3f", "40", "ff")] == ["full", "full", None, None]
    assert scope_of(policy, "") == "full"
    assert scope_of(VerifyPolicy(), "ff" * 32) == "changed"
    witness = WitnessOf([[]])
    text(tmp_path, witness, digest="ff" * 32, mode="sample")
    assert [scope for _, _, scope in witness.asked] == ["full"]
    witness = WitnessOf([[]])
    for digest in ("ff", "00"):
        picture(tmp_path, witness, digest=digest * 32, mode="sample")
    assert [scope for _, _, scope in witness.asked] == ["full"]
