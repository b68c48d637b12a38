from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.errors import MediaError
from redactor.policy import Policy, TextPolicy
from redactor.protocols import Media
from redactor.readers.formats import PARSERS, parse
from redactor.readers.text import TextReader, offsets, words
from redactor.regions import Span
from redactor.stores import FORMATS

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "texts").iterdir())


def media(folder: Path, data: bytes, format: str) -> Media:
    path = folder / f"x.{format}"
    path.write_bytes(data)
    return Media(path, "text", format)


def test_every_text_format_has_a_parser() -> None:
    assert set(PARSERS) == {name for kind, name in FORMATS.values() if kind == "text"}


def test_words_are_runs_without_blanks_with_their_place_and_gap(tmp_path: Path) -> None:
    evidence = TextReader(Policy()).read(media(tmp_path, "Καλημέρα,  Άρη\r\n697\u200b1\t\n".encode(), "txt"))
    assert [word.text for word in evidence.words] == ["Καλημέρα,", "Άρη", "697\u200b1"]
    assert evidence.text == "Καλημέρα,  Άρη\r\n697\u200b1"
    assert [word.region for word in evidence.words] == [Span(0, 9), Span(11, 14), Span(16, 21)]
    assert evidence.extent == (Span(0, 23),)


def test_control_characters_do_not_cut_a_value(tmp_path: Path) -> None:
    evidence = TextReader(Policy()).read(media(tmp_path, b"697\x07123\x0b4567", "txt"))
    assert evidence.text == "697123\x0b4567"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples_words_cover_their_own_characters(path: Path) -> None:
    document = parse(path.read_bytes(), path.suffix[1:])
    source = "\n".join(document.leaves)
    found = words(document)
    assert all(
        source[word.region.start : word.region.end] == word.text for word in found if isinstance(word.region, Span)
    )
    covered = {i for word in found if isinstance(word.region, Span) for i in range(word.region.start, word.region.end)}
    assert {i for i, c in enumerate(source) if not c.isspace()} == covered


@pytest.mark.parametrize("format", sorted(PARSERS))
def test_empty_files_are_refused_and_blank_ones_have_no_words(tmp_path: Path, format: str) -> None:
    with pytest.raises(MediaError) as caught:
        TextReader(Policy()).read(media(tmp_path, b"", format))
    assert caught.value.reason == "EMPTY_FILE"
    assert TextReader(Policy()).read(media(tmp_path, b" \r\n\t\n", format)).words == ()


def test_large_files_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    policy = Policy(text=TextPolicy(max_bytes=10))
    assert TextReader(policy).read(media(tmp_path, b"x" * 10, "txt")).words
    with pytest.raises(MediaError) as caught:
        TextReader(policy).read(media(tmp_path, b"{" * 11, "json"))
    assert caught.value.reason == "TOO_LARGE"


def test_a_missing_file_and_an_unknown_format_are_said_without_the_name(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        TextReader(Policy()).read(Media(tmp_path / "άρης.txt", "text", "txt"))
    assert caught.value.reason == "NO_ACCESS"
    assert "άρης" not in str(caught.value)
    with pytest.raises(MediaError) as caught:
        parse(b"x", "docx")
    assert caught.value.reason == "UNKNOWN_TYPE"


@given(st.lists(st.text(max_size=5)))
def test_offsets_count_all_leaves_joined(leaves: list[str]) -> None:
    source = "\n".join(leaves)
    starts = offsets(leaves)
    assert len(starts) == len(leaves)
    assert all(source[start : start + len(leaf)] == leaf for start, leaf in zip(starts, leaves, strict=True))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_rebuilding_needs_as_many_leaves_as_there_are(path: Path) -> None:
    document = parse(path.read_bytes(), path.suffix[1:])
    for leaves in (document.leaves[1:], (*document.leaves, "x")):
        with pytest.raises(ValueError, match="leaves"):
            document.rebuild(leaves)
