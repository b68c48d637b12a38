"""What goes between two processes comes out as it went in, in pieces of any size; what is no message is told so."""

from __future__ import annotations

import os
import struct
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.errors import ChildDiedError, EngineError, MediaError, PolicyError, RedactorError, WithheldError
from redactor.names import Outputs
from redactor.orders import Answer, Drafts, Failure, Order
from redactor.wire import LARGEST, Unpacker, packed, receive, send

WORDS = st.text(st.characters(), max_size=20)
MESSAGES = st.lists(st.dictionaries(WORDS, st.one_of(WORDS, st.integers(), st.none(), st.lists(WORDS))), max_size=5)


@given(MESSAGES, st.integers(1, 50))
def test_messages_survive_any_cutting(messages: list[dict[str, object]], size: int) -> None:
    data = b"".join(map(packed, messages))
    unpacker, found = Unpacker(), []
    for start in range(0, len(data), size):
        found += unpacker.feed(data[start : start + size])
    assert found == messages


@given(st.binary(min_size=1, max_size=200))
def test_nonsense_is_a_value_error_or_waits_for_more(data: bytes) -> None:
    try:
        found = list(Unpacker().feed(data))
    except ValueError:
        return
    assert all(isinstance(one, dict) for one in found)


@pytest.mark.parametrize(
    "data", [struct.pack(">I", LARGEST + 1), b"\0\0\0\x02[]", b"\0\0\0\x01{", b"\0\0\0\x02\xff\xfe", b"\0\0\0\0"]
)
def test_what_is_no_message_is_told_at_both_ends(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(Unpacker().feed(data))
    out, into = os.pipe()
    os.write(into, data)
    os.close(into)
    with pytest.raises(ValueError, match=r"."):
        receive(out)
    os.close(out)


def test_a_pipe_that_ends_in_the_middle_of_a_message_has_ended() -> None:
    for cut in (0, 2, 6):
        out, into = os.pipe()
        send(into, {"a": 1})
        os.write(into, packed({"b": "γ"})[:cut])
        os.close(into)
        assert receive(out) == {"a": 1}
        assert receive(out) is None
        os.close(out)


def test_too_large_a_message_is_not_sent() -> None:
    with pytest.raises(ValueError, match="too large"):
        packed({"a": "x" * LARGEST})


OUTPUTS = Outputs(PurePosixPath("a/b.wav"), PurePosixPath("a/b.redaction.json"), (("txt", PurePosixPath("a/b.txt")),))


@pytest.mark.parametrize("before", [None, ("d" * 64, ()), ("d" * 64, ("e" * 64, "f" * 64))])
def test_an_order_comes_back_as_it_was_and_shows_no_name(before: tuple[str, tuple[str, ...]] | None) -> None:
    order = Order("a" * 64, "/store/Παπαδόπουλος\udcff.wav", "audio", "wav", OUTPUTS, "calls", "agent", before)
    (message,) = Unpacker().feed(packed(order.as_dict()))
    assert Order.from_dict(message) == order
    assert "store/" not in repr(order)


@pytest.mark.parametrize(
    "answer",
    [
        Answer("a" * 64, Drafts({"kind": "text"}, (("/tmp/0/draft1.txt", "a.txt"),)), seconds=1.5),
        Answer("a" * 64, error=Failure(4, "UNREADABLE", "it cannot be read")),
        Answer("a" * 64),
    ],
)
def test_an_answer_comes_back_as_it_was(answer: Answer) -> None:
    (message,) = Unpacker().feed(packed(answer.as_dict()))
    assert Answer.from_dict(message) == answer
    assert answer.unchanged is (answer.drafts is None and answer.error is None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"item": 7, "drafts": None, "error": None, "seconds": 0},
        {"item": "a", "drafts": None, "error": [99, "", ""], "seconds": 0},
        {"item": "a", "drafts": {"receipt": {}, "files": []}, "error": [4, "", ""], "seconds": 0},
        {"item": "a", "drafts": None, "error": None, "seconds": "soon"},
    ],
)
def test_what_is_no_answer_is_told_so(body: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Answer.from_dict(body)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MediaError("a", reason="UNREADABLE"), MediaError),
        (WithheldError("b"), WithheldError),
        (PolicyError("c"), PolicyError),
        (ChildDiedError("d", reason="HUNG"), EngineError),
        (RedactorError("e"), RedactorError),
    ],
)
def test_an_error_keeps_code_reason_and_message(error: RedactorError, kind: type[RedactorError]) -> None:
    made = Failure.of(error).error()
    assert type(made) is kind
    assert (made.exit_code, made.reason, str(made)) == (error.exit_code, error.reason, str(error))
