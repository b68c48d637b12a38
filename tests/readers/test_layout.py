"""Reading order from boxes: rows, cells, paragraphs, labels above values, tables."""

import re

from hypothesis import given
from hypothesis import strategies as st

from redactor.protocols import SeenWord
from redactor.readers.layout import reading_order
from redactor.regions import Box

H = 12


def line(text: str, left: int, top: int, height: int = H) -> list[SeenWord]:
    """Words of a line, 7 px a character, 5 px between words."""
    words = []
    for part in text.split():
        words.append(SeenWord(part, Box(0, top, left, top + height, left + 7 * len(part)), 0.9, 0))
        left += 7 * len(part) + 5
    return words


def text_of(*lines: list[SeenWord]) -> str:
    ordered = reading_order([word for part in lines for word in reversed(part)])
    return "".join(gap + word.text for gap, word in ordered).strip()


def test_words_of_a_line_come_left_to_right() -> None:
    assert text_of(line("one two three", 10, 10)) == "one two three"


def test_words_of_different_height_share_a_line() -> None:
    assert text_of(line("ΣΤΗ", 10, 10), line("σειρά", 40, 14, 8), line("gyp", 90, 12, 13)) == "ΣΤΗ σειρά gyp"


def test_a_label_left_of_its_value_comes_right_before_it() -> None:
    rows = [("Name", "Alpha Beta"), ("Phone", "6900 000 000"), ("Email", "a@example.com")]
    lines = [line(t, x, 10 + 26 * i) for i, row in enumerate(rows) for t, x in zip(row, (10, 150), strict=True)]
    assert text_of(*lines) == "Name\tAlpha Beta\nPhone\t6900 000 000\nEmail\ta@example.com"


def test_a_label_above_its_value_comes_right_before_it() -> None:
    lines = []
    for i, row in enumerate([("NAME", "PHONE", "PLAN"), ("ID", "TOWN", "STATE")]):
        for j, label in enumerate(row):
            lines += [line(label, 10 + 200 * j, 10 + 60 * i, 10), line(f"value {i}{j}", 12 + 200 * j, 30 + 60 * i)]
    assert text_of(*lines) == (
        "NAME\nvalue 00\nPHONE\nvalue 01\nPLAN\nvalue 02\nID\nvalue 10\nTOWN\nvalue 11\nSTATE\nvalue 12"
    )


def test_narrow_columns_are_told_from_blanks_by_the_usual_blank() -> None:
    left, right = line("6900 000 000", 10, 10), line("1234567", 102, 10)
    assert right[0].box.left - left[-1].box.right == 12
    assert text_of(left, right) == "6900 000 000\t1234567"
    terminal = [SeenWord(c * 4, Box(0, 10, 40 * i, 22, 40 * i + 29), 0.9, 0) for i, c in enumerate("abcd")]
    assert text_of(terminal) == "aaaa bbbb cccc dddd"


def test_tables_are_read_row_by_row() -> None:
    rows = [("No", "Name", "Phone")] + [(str(i), f"Person {i}", f"690{i}") for i in range(4)]
    lines = [line(t, 10 + 120 * j, 10 + 18 * i) for i, row in enumerate(rows) for j, t in enumerate(row)]
    assert text_of(*lines) == "\n".join("\t".join(row) for row in rows)


def test_a_paragraph_beside_another_panel_stays_together() -> None:
    prose = ["the first line of a long note about", "a second line of the same long note"]
    lines = [line(t, 10, 10 + 18 * i) for i, t in enumerate(prose)]
    lines += [line("Owner", 500, 10), line("Unit seven", 500, 28)]
    assert text_of(*lines) == f"{prose[0]}\n{prose[1]}\nOwner\nUnit seven"


def test_a_value_of_two_lines_follows_its_label() -> None:
    lines = [line("Address", 10, 10), line("Long Street 5", 150, 10), line("Smalltown", 150, 27)]
    assert text_of(*lines) == "Address\tLong Street 5\nSmalltown"


def test_no_words() -> None:
    assert reading_order([]) == []


boxes = st.builds(
    lambda top, left, height, width: Box(0, top, left, top + height, left + width),
    st.integers(0, 300),
    st.integers(0, 400),
    st.integers(1, 40),
    st.integers(1, 90),
)


@given(st.lists(boxes, max_size=40))
def test_each_word_comes_exactly_once(regions: list[Box]) -> None:
    words = [SeenWord(f"w{i}", box, 0.5, 0) for i, box in enumerate(regions)]
    ordered = reading_order(words)
    assert sorted(word.text for _, word in ordered) == sorted(word.text for word in words)
    assert all(re.fullmatch(r" |\t+|\n\t*", gap) for gap, _ in ordered)


@given(st.lists(boxes, max_size=20), st.randoms())
def test_the_order_does_not_depend_on_the_engine(regions: list[Box], random: object) -> None:
    words = [SeenWord(f"w{i}", box, 0.5, 0) for i, box in enumerate(sorted(set(regions)))]
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reading_order(words) == reading_order(shuffled)


def test_a_cell_that_goes_on_in_the_next_line_stays_in_its_row() -> None:
    rows = [("Name", "Address", "Phone"), ("Alpha", "Marathonos and", "69000"), ("Beta", "Short 5", "69001")]
    lines = [line(t, x, 10 + 60 * i) for i, row in enumerate(rows) for t, x in zip(row, (10, 150, 320), strict=True)]
    lines.append(line("Ikarias 77", 150, 84))
    assert text_of(*lines) == ("Name\tAddress\tPhone\nAlpha\tMarathonos and Ikarias 77\t69000\nBeta\tShort 5\t69001")


def test_large_letters_have_large_blanks_and_groups_of_four_larger_ones() -> None:
    small = [line("usual words of the page", 10, 100 + 26 * i) for i in range(4)]
    large = [SeenWord(c, Box(0, 10, 10 + 100 * i, 50, 80 + 100 * i), 0.9, 0) for i, c in enumerate(("697", "884", "9"))]
    assert text_of(large, *small).startswith("697 884 9\n")
    card = [
        SeenWord(c, Box(0, 10, 10 + 48 * i, 22, 38 + 48 * i), 0.9, 0) for i, c in enumerate(("4017", "2254", "4167"))
    ]
    assert text_of(card, *small).startswith("4017 2254 4167\n")
