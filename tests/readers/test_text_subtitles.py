import re

import pytest

from redactor.errors import MediaError
from redactor.readers.formats import parse
from redactor.readers.text import words

VTT = """\ufeffWEBVTT - κλήση του Άρη
Kind: captions

NOTE Agent: Βάσω
second line

STYLE
::cue(v[voice="Cid"]) { color: red }

intro-1
00:00.500 --> 00:03.800 align:start position:10%
<v Dora Δήμου>Το κινητό <b>697</b><i>1234567</i> &amp; <c.yellow>άλλα</c>
και <00:00:02.000>δεύτερη γραμμή

Eva
00:00:04.000 --> 00:00:05.000 region:Fay
a < b <unknown tag> c

12
00:00:06.000 --> 00:00:07.000
34
"""
SRT = "1\r\n00:00:00,400 --> 00:00:03,900 X1:10 X2:20\r\nΚαλημέρα {\\an8}<i>Άρη</i>\r\n697\r\n\r\n2\r\n00:01:00,000 --> 00:01:01,000\r\nτέλος"


def read(data: bytes, format: str) -> list[str]:
    found = words(parse(data, format))
    return "".join(word.gap + word.text for word in found).strip().splitlines()


@pytest.mark.parametrize("text", [VTT, VTT.replace("\n", "\r\n"), "WEBVTT", "WEBVTT\n\n\n", VTT.rstrip()])
def test_vtt_comes_back_byte_for_byte(text: str) -> None:
    document = parse(text.encode(), "vtt")
    assert document.rebuild(document.leaves) == text.encode()


@pytest.mark.parametrize("text", [SRT, SRT.replace("\r\n", "\n"), "\n\n" + SRT, SRT.replace("\r\n\r\n", "\r\n")])
def test_srt_comes_back_byte_for_byte(text: str) -> None:
    document = parse(text.encode(), "srt")
    assert document.rebuild(document.leaves) == text.encode()


def test_the_lines_of_a_cue_are_one_line_and_speakers_stand_before_their_words() -> None:
    assert read(VTT.encode(), "vtt") == [
        "- κλήση του Άρη Kind: captions",
        "Agent: Βάσω second line",
        '::cue(v[voice="Cid"]) { color: red }',
        "Dora Δήμου: Το κινητό 6971234567 & άλλα και δεύτερη γραμμή",
        "Eva",
        "region:Fay",
        "a < b <unknown tag> c",
        "34",
    ]
    assert read(SRT.encode(), "srt") == ["Καλημέρα Άρη 697", "τέλος"]


def test_whatever_is_not_a_time_or_a_counter_is_a_leaf() -> None:
    frame = parse(VTT.encode(), "vtt").rebuild([""] * len(parse(VTT.encode(), "vtt").leaves)).decode()
    assert not re.search("Άρη|Βάσω|Cid|Dora|Δήμου|Eva|Fay|697|unknown|κινητό|34", frame)
    assert "00:00.500 --> 00:03.800 align:start position:10%" in frame
    assert "\n12\n00:00:06.000" in frame
    assert "intro-1\n" in frame


@pytest.mark.parametrize("format", ["vtt", "srt"])
def test_a_telling_name_of_a_cue_is_read_at_the_end(format: str) -> None:
    cues = [("cue-1", "six nine"), ("nikos85", "seven"), ("Eva", "one")]
    text = "\n\n".join(f"{name}\n00:00:01,000 --> 00:00:02,000\n{said}" for name, said in cues)
    text = text if format == "srt" else f"WEBVTT\n\n{text.replace(',', '.')}"
    assert read(text.encode(), format) == ["six nine", "seven", "Eva", "one", "nikos85"]


def test_a_new_text_cannot_break_out_of_its_cue() -> None:
    document = parse(VTT.encode(), "vtt")
    again = parse(document.rebuild(["<b>x</b>\n\n00:00 --> 1 & y"] * len(document.leaves)), "vtt")
    assert again.leaves == ("<b>x</b> 00:00 --> 1 & y",) * len(document.leaves)


@pytest.mark.parametrize(
    ("data", "format", "reason"),
    [
        (b"hello", "vtt", "NOT_VTT"),
        (b"WEBVTTX\n", "vtt", "NOT_VTT"),
        (b"\nWEBVTT\n", "vtt", "NOT_VTT"),
        (b"just text\n\nmore", "srt", "NOT_SRT"),
        (b"1\n00:00:01 -> 00:00:02\nx", "srt", "NOT_SRT"),
    ],
)
def test_other_files_are_refused(data: bytes, format: str, reason: str) -> None:
    with pytest.raises(MediaError) as caught:
        parse(data, format)
    assert caught.value.reason == reason
