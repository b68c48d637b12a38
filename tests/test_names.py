"""Places of outputs: no two ever meet, and a template names them."""

from pathlib import PurePosixPath

import pytest
from pydantic import ValidationError

from redactor.names import SIDECAR, Outputs, named, plan
from redactor.policy import Policy
from redactor.stores import FORMATS

FORMS = ("txt", "vtt", "srt", "json")


def places(*names: str, forms: tuple[str, ...] = FORMS) -> list[Outputs | None]:
    paths = [PurePosixPath(name) for name in names]
    return list(plan([(path, FORMATS[path.suffix[1:]][0]) for path in paths], forms))


def test_each_form_has_its_place_and_the_medium_comes_last() -> None:
    (call,) = places("sub/call.wav")
    assert call
    assert [str(place) for place in call.all()] == [
        "sub/call.redaction.json", "sub/call.txt", "sub/call.vtt", "sub/call.srt", "sub/call.json", "sub/call.wav"
    ]  # fmt: skip
    assert str(call.shown()) == "sub/call.txt"


def test_the_form_to_read_first_is_txt_or_else_the_first() -> None:
    shown = [places("call.wav", forms=forms)[0] for forms in (("json", "txt"), ("srt", "json"))]
    assert [str(outputs.shown()) for outputs in shown if outputs] == ["call.txt", "call.srt"]
    (picture,) = places("a.png")
    assert picture
    assert picture.shown() is None
    assert picture.transcripts == ()


@pytest.mark.parametrize("form", FORMS)
def test_a_transcript_steps_aside_for_an_item(form: str) -> None:
    call, item = places("Call.wav", f"call.{form}")
    assert call
    assert item
    assert str(dict(call.transcripts)[form]) == f"Call.wav.{form}"
    assert str(item.medium) == f"call.{form}"


@pytest.mark.parametrize(
    "names",
    [
        ("call.wav", "call.mp3", "call.json", "call.txt"),
        ("call.redaction.wav", "call.wav"),
        ("call.wav", "call.redaction.wav", "call.redaction.json"),
        ("call.wav", "call.json", "call.wav.json", "call.wav.txt"),
        ("a.redaction.wav", "a.redaction.json", "a.wav.redaction.json", "a.wav"),
    ],
)
def test_no_two_places_are_one(names: tuple[str, ...]) -> None:
    planned = [outputs for outputs in places(*names) if outputs]
    everything = [str(place).casefold() for outputs in planned for place in outputs.all()]
    assert len(set(everything)) == len(everything)
    beside = [str(place) for outputs in planned for _, place in outputs.transcripts]
    assert not [name for name in beside if name.endswith(SIDECAR)]


def test_an_item_without_a_place_for_its_transcript_has_none() -> None:
    call, *others = places("call.wav", "call.json", "call.wav.json")
    assert call is None
    assert all(others)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{name}", "a/call.2.wav"),
        ("{digest}", "a/00ff.wav"),
        ("{date}_{digest}", "a/2026-01-31_00ff.wav"),
        ("{client}-{store} {name}", "a/acme-calls call.2.wav"),
    ],
)
def test_templates(template: str, name: str) -> None:
    assert Policy.model_validate({"names": {"template": template}, "stores": []}).names.template == template
    values = {"digest": "00ff", "date": "2026-01-31", "client": "acme", "store": "calls"}
    assert str(named(PurePosixPath("a/call.2.wav"), template, values)) == name


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{who}_{digest}", "allowed are {name}, {digest}, {date}, {client}, {store}"),
        ("{name!r}", "allowed are"),
        ("{name", "allowed are"),
        ("", "allowed are"),
        ("../{name}", "no folders"),
        ("x/{name}", "no folders"),
        ("x\\{name}", "no folders"),
        (".{name}", "begins with"),
        ("{name}.redaction", "does not end in .redaction"),
        ("{date}", "must hold {name} or {digest}"),
        ("call", "must hold {name} or {digest}"),
    ],
)
def test_bad_templates_are_told_what_is_allowed(template: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Policy.model_validate({"names": {"template": template}})
    assert message in str(caught.value)


def test_a_client_in_names_is_one_that_can_stand_there() -> None:
    for client in ("", "a/b", "..", "."):
        store = {"name": "calls", "source": "a", "output": "b", "client": client}
        with pytest.raises(ValidationError, match="calls"):
            Policy.model_validate({"stores": [store], "names": {"template": "{client}_{digest}"}})
        assert Policy.model_validate({"stores": [store], "names": {"template": "{digest}"}})
