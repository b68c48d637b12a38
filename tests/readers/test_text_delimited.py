import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.evidence import Evidence
from redactor.readers.formats import delimited, parse
from redactor.readers.text import words


def read(data: bytes) -> str:
    return "".join(word.gap + word.text for word in words(parse(data, "csv"))).lstrip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        'όνομα;ποσό\r\n"Άρης; Βάσω";"24,90"\r\n',
        'a\tb\t\n"say ""hi""\tthere"\t2\t3\n\n4\n',
        "\ufeffa|b\n1|2",
        'a,"b\nc",d\r"x",,\r',
        'loose "quote", "spaced",5" pipe\nnext,1,2\n',
        "sep=;\r\na;b\r\n1,5;2,5\r\n",
        "one column\nonly\n",
        ",,\n,,",
    ],
)
def test_the_same_leaves_give_the_same_bytes(text: str) -> None:
    document = parse(text.encode(), "csv")
    assert document.rebuild(document.leaves) == text.encode()


def test_loose_quotes_are_read_as_they_stand_and_quoted_anew() -> None:
    document = parse(b'"a"b,"open\nnext,1\n', "csv")
    assert document.leaves == ('"a"b', '"open', "next", "1")
    assert document.rebuild(document.leaves) == b'"""a""b","""open"\nnext,1\n'


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\t"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2), min_size=1), st.sampled_from(delimited.DELIMITERS))
def test_cells_are_those_of_the_standard_library(rows: list[list[str]], delimiter: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_MINIMAL, delimiter=delimiter).writerows(rows)
    text = stream.getvalue()
    expected = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert [[cell.text for cell in row] for row in delimited._rows(text, delimiter)] == expected


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1), st.lists(CELLS, min_size=2))
def test_other_cells_are_written_so_that_they_are_read_again(rows: list[list[str]], others: list[str]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([["a", "b"], *rows])
    document = delimited.parse(stream.getvalue().encode())
    changed = [others[i % len(others)] + "x," for i, _ in enumerate(document.leaves)]
    again = list(csv.reader(io.StringIO(document.rebuild(changed).decode(), newline="")))
    assert [cell for row in again for cell in row] == changed


def test_cells_follow_their_header() -> None:
    text = read("ΑΦΜ,Όνομα,σχόλια\n123456789,Άρης Δήμου,\n,Βάσω,ναι,extra\n".encode())
    assert text.splitlines() == [
        "ΑΦΜ; Όνομα; σχόλια",
        "ΑΦΜ: 123456789; Όνομα: Άρης Δήμου; ",
        "; Όνομα: Βάσω; σχόλια: ναι; extra",
    ]


def test_a_repeated_header_keeps_the_place_of_its_cell() -> None:
    found = [
        word for word in words(parse("ΑΦΜ;ποσό\n123456789;5\n987654321;6\n".encode(), "csv")) if word.text == "ΑΦΜ"
    ]
    assert len(found) == 3
    assert len({word.region for word in found}) == 1


def test_the_index_of_a_data_frame_has_no_name() -> None:
    text = Evidence(words(parse(b",name,pin\n0,Maria,4821\n1,Nikos,7712\n", "csv"))).text
    assert text.splitlines() == ["; name; pin", " : 0; name: Maria; pin: 4821", " : 1; name: Nikos; pin: 7712"]


def test_the_number_of_a_row_stands_apart() -> None:
    assert read(b"id,unit_price\n7,12\n").splitlines()[1:] == ["id : 7; unit_price : 12"]
    assert read(b"1;1;2\n2;3;4\n").splitlines() == [" : 1; 1; 2", " : 2; 3; 4"]
    assert read(b"said\n697\n") == "said\nsaid: 697"


@pytest.mark.parametrize("above", ["Πελάτες\n", "\n\n", "Πελάτες;;\n;;\n", "Από 01/02/2026;;\n", "sep=;\n"])
@pytest.mark.parametrize("header", ["name;pin;cvv", ";pin;cvv", "name;pin;"])
def test_titles_and_blank_lines_may_stand_above_the_header(above: str, header: str) -> None:
    lines = read(f"{above}{header}\nMaria;4821;123\nNikos;7712;456\n".encode()).splitlines()
    assert "pin: 4821" in lines[-2]
    assert "pin: 7712" in lines[-1]


def test_a_header_may_be_shorter_than_its_rows() -> None:
    assert read(b"name,pin\nMaria,4821,\nNikos,7712,\n").splitlines()[1:] == [
        "name: Maria; pin: 4821; ",
        "name: Nikos; pin: 7712",
    ]


def test_below_a_title_a_row_that_counts_something_is_no_header() -> None:
    assert ": 4821" not in read("Κωδικοί\nMaria;123\nNikos;4821\n".encode())


@pytest.mark.parametrize("first", ["Άρης;6971234567", "a@example.com;x", "x;x", "x;", ";;x", "Άρης;3/5/1980"])
def test_a_first_row_of_data_is_no_header(first: str) -> None:
    assert ": " not in read(f"{first}\nΒάσω;6987654321\n".encode())


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("name,note\nx,a;b\ny,c;d\n", ","),
        ("a\tb\n1, 2\t3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("no delimiter\n", ","),
    ],
)
def test_the_delimiter_is_the_one_that_makes_even_rows(text: str, delimiter: str) -> None:
    assert delimited._delimiter(text) == delimiter
