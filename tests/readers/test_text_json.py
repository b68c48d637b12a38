import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.errors import MediaError
from redactor.readers.formats import parse
from redactor.readers.formats.document import Document
from redactor.readers.text import words

TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters='\n\t\\"/'))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


def read(document: Document) -> str:
    return "".join(word.gap + word.text for word in words(document)).lstrip("\n")


@given(VALUES, st.booleans(), st.sampled_from([None, 0, 2, "\t"]))
def test_the_same_leaves_give_the_same_bytes(value: object, ascii_only: bool, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    document = parse(text, "json")
    assert document.rebuild(document.leaves) == text


@given(VALUES)
def test_other_leaves_give_valid_json_of_the_same_shape(value: object) -> None:
    document = parse(json.dumps(value).encode(), "json")
    again = parse(document.rebuild([f'new "{leaf}"\n' for leaf in document.leaves]), "json")
    assert len(again.leaves) == len(document.leaves)
    assert all(leaf.startswith("new ") for leaf in again.leaves)


def test_keys_numbers_and_strings_are_leaves_and_labels_stand_before_values() -> None:
    document = parse('{"ΑΦΜ": 123456789, "age": 48, "ok": true, "tags": ["a", 7], "in": {"x": null}}'.encode(), "json")
    assert document.leaves == ("ΑΦΜ", "123456789", "age", "48", "ok", "tags", "a", "7", "in", "x")
    assert read(document).splitlines()[:2] == ["ΑΦΜ: 123456789", "age: 48"]


def test_a_redacted_number_becomes_a_string_and_escapes_stay() -> None:
    document = parse(rb'{"n": 123456789, "e": "\u0386\u03c1\u03b7\u03c2 x", "k": "\u00e9"}', "json")
    leaves = [{"123456789": "[ID]", "Άρης x": "Άρης [X]"}.get(leaf, leaf) for leaf in document.leaves]
    assert document.rebuild(leaves) == rb'{"n": "[ID]", "e": "\u0386\u03c1\u03b7\u03c2 [X]", "k": "\u00e9"}'


def test_keys_that_become_equal_are_numbered() -> None:
    document = parse(b'{"Ann": 1, "Bob": 2, "x": {"Cid": 3}, "[P]": 4}', "json")
    leaves = ["[P]" if leaf in {"Ann", "Bob", "Cid"} else leaf for leaf in document.leaves]
    assert json.loads(document.rebuild(leaves)) == {"[P]": 1, "[P] 2": 2, "x": {"[P]": 3}, "[P] 3": 4}


def test_words_of_a_transcript_are_read_once_more_in_a_row() -> None:
    spoken = [{"word": word, "start": i} for i, word in enumerate(["six", "nine", "seven", "one"])]
    text = read(parse(json.dumps({"words": spoken}).encode(), "json"))
    assert text.splitlines()[-1] == "six nine seven one"


def test_keys_that_look_like_names_and_numbers_that_were_measured_stand_apart() -> None:
    value = {"unit_price": 2, "t": "x", "start": 1.315, "pin": 4821.0, "vector": [0.5, 2, -1.25e-3]}
    assert read(parse(json.dumps(value).encode(), "json")).splitlines() == [
        *("unit_price : 2", "t : x", "start : 1.315", "pin: 4821.0", "vector : 0.5", "2", " : -0.00125")
    ]


SAID = ["six", "nine", "seven", "one"]


@pytest.mark.parametrize(
    "value",
    [
        [{"t": word, "n": str(i), "kind": "x"} for i, word in enumerate(SAID)],
        {"items": [{"alternatives": [{"content": word}, {"content": "ten"}]} for word in SAID]},
        {"items": [{"best": {"said": {"as": word}}, "start": 1} for word in SAID]},
        [[[{"alternatives": [{"t": word}]}] for word in SAID]],
    ],
)
def test_single_words_under_any_key_are_read_in_a_row(value: object) -> None:
    assert "six nine seven one" in read(parse(json.dumps(value).encode(), "json")).splitlines()


@pytest.mark.parametrize("said", [["1", "2", "30"], ["x", "x"], ["two words", "and more"], ["a"]])
def test_figures_and_what_is_always_the_same_are_no_speech(said: list[str]) -> None:
    value = [{"said": word} for word in said]
    assert read(parse(json.dumps(value).encode(), "json")).splitlines() == [f"said: {word}" for word in said]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": 1, "a": 2}', "DUPLICATE_KEY"),
        (rb'{"a": 1, "\u0061": 2}', "DUPLICATE_KEY"),
        (b'[{"x": {"a": 1, "a": 1}}]', "DUPLICATE_KEY"),
        (b'{"a": NaN}', "NOT_JSON"),
        (b"[-Infinity]", "NOT_JSON"),
        (b'{"a": 1,}', "NOT_JSON"),
        (b'{"a": "secret', "NOT_JSON"),
        (b"{} {}", "NOT_JSON"),
        (b"[" * 201 + b"]" * 201, "TOO_DEEP"),
        (b"[" * 500_000, "TOO_DEEP"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "TOO_DEEP"),
    ],
)
def test_bad_json_is_refused_without_quoting_it(data: bytes, reason: str) -> None:
    with pytest.raises(MediaError) as caught:
        parse(data, "json")
    assert caught.value.reason == reason
    assert "secret" not in str(caught.value)


def test_huge_numbers_and_lone_surrogates_are_read() -> None:
    document = parse(b'{"n": ' + b"9" * 10_000 + rb', "s": "\ud83d"}', "json")
    assert document.leaves[3] == "\ufffd"
    document.rebuild([*document.leaves[:3], "x"])


LINES = '{"id": "sms-1", "text": "Άρης"}\r\n\n{"text": "β", "id": 7}\n  \n{"id": "a@example.com", "from": {"id": "x1"}}'


def test_lines_keep_ids_order_blank_lines_and_line_ends() -> None:
    document = parse(LINES.encode(), "jsonl")
    assert document.leaves == ("text", "Άρης", "text", "β", "a@example.com", "from", "id", "x1")
    assert document.rebuild(document.leaves) == LINES.encode()


KEPT = ["dev-0001", "sp-el-7", "SMS-101", "call-2025-0001", "text_12", "123456", "b7a1c2d4-0000-4a5b-8c9d-001122334455"]
KEPT += ["unseen-0012", "u0001", "EL-0001", "H0007", "7f3a91c2", "pack2-0031", "0001-el", "hidden-asr-12"]


@pytest.mark.parametrize("kept", [*(f'"{identifier}"' for identifier in KEPT), "123456"])
def test_opaque_ids_are_no_leaves(kept: str) -> None:
    assert parse(f'{{"id": {kept}, "text": "x"}}'.encode(), "jsonl").leaves == ("text", "x")


TELLING = [
    "Άρης",
    "697-123-4567",
    "a@b.gr",
    "maria",
    "697 1",
    "maria.p1",
    "maria-01",
    "AK-123456",
    "YZB-1234",
    "nikos85",
]


@pytest.mark.parametrize("judged", [*(f'"{identifier}"' for identifier in TELLING), "1234567"])
def test_telling_ids_are_judged_on_a_line_of_their_own(judged: str) -> None:
    document = parse(f'{{"text": "x", "id": {judged}}}'.encode(), "jsonl")
    assert read(document).splitlines() == ["text: x", judged.strip('"')]


@pytest.mark.parametrize(
    ("bad", "reason"), [("[1]", "NOT_JSON"), ("{", "NOT_JSON"), ("7", "NOT_JSON"), ('{"a":1,"a":2}', "DUPLICATE_KEY")]
)
def test_a_bad_line_is_named_by_its_number(bad: str, reason: str) -> None:
    with pytest.raises(MediaError, match="line 3 ") as caught:
        parse(f'{{"id": 1}}\n\n{bad}\n'.encode(), "jsonl")
    assert caught.value.reason == reason
