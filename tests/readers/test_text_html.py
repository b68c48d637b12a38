import re

import pytest

from redactor.errors import MediaError
from redactor.readers.formats import html, parse
from redactor.readers.text import words
from tests.growth import grows_with_length


def read(markup: str) -> list[str]:
    found = words(parse(markup.encode(), "html"))
    return "".join(word.gap + word.text for word in found).strip().splitlines()


def again(markup: str) -> str:
    document = parse(markup.encode(), "html")
    data = document.rebuild(document.leaves)
    seen = parse(data, "html")
    assert seen.leaves == document.leaves
    assert seen.rebuild(seen.leaves) == data
    return data.decode()


@pytest.mark.parametrize(
    "markup",
    [
        "<!DOCTYPE html><html><head><title>Τίτλος &amp; άλλα</title></head><body><p>γεια<br>σου</p></body></html>",
        '<p class="a b" id="x1">a <b>b</b> &lt;c&gt;</p>',
        '<table border="1"><tr><td colspan="2">x</td></tr></table>',
        '<input disabled name="afm" value="1 &quot;2&quot;">',
        "<pre>  a\n   b\n</pre>",
        "no tags at all, 5 &gt; 3",
    ],
)
def test_a_clean_page_comes_back_as_it_was(markup: str) -> None:
    assert again(markup) == markup


def test_inline_elements_do_not_cut_a_value() -> None:
    assert read("<p>Ο Γιώρ<i>γος</i> <b>Δήμου</b>, 697<b>123</b><!-- x -->45<wbr>67</p><p>άλλο</p>") == [
        "Ο Γιώργος Δήμου, 6971234567",
        "άλλο",
    ]


def test_blocks_and_breaks_end_lines() -> None:
    assert read("<div>a<div>b</div>c<br>d<ul><li>e<li>f</ul></div>") == ["a", "b", "c", "d", "e", "f"]


def test_labels_stand_before_their_values() -> None:
    markup = """<table><tr><td><p>ΑΦΜ</p></td><td><p>123</p></td></tr><tr><td>ΑΔΤ</td><td>ΑΚ 1</td></tr></table>
    <dl><dt>IBAN</dt><dd>GR1</dd></dl><label>Κινητό <input name="mobile" value="697"></label>"""
    assert read(markup) == ["ΑΦΜ: 123", "ΑΔΤ: ΑΚ 1", "IBAN: GR1", "Κινητό  mobile: 697"]


def test_cells_follow_the_header_of_their_column() -> None:
    head, body = (
        "<tr><th>Όνομα</th><th>ΑΦΜ</th></tr>",
        "<tr><td>Άρης</td><td>1</td></tr><tr><td>Βάσω</td><td>2</td></tr>",
    )
    shown = ["Όνομα: ΑΦΜ", "Όνομα: Άρης; ΑΦΜ: 1", "Όνομα: Βάσω; ΑΦΜ: 2", "end"]
    markup = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>end"
    assert read(markup) == shown
    assert read(re.sub("</t[drh]>", "", markup)) == shown


def test_a_first_row_of_plain_cells_may_be_headers() -> None:
    rows = [["name", "pin", "cvv"], ["Maria", "48<b>21</b>", ""], ["Nikos", "", "456"]]
    markup = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    assert read(f"<table>{markup}</table>end") == [
        *("name: pin: cvv", "Maria: 4821", "Nikos: 456"),
        *("name; pin; cvv", "name: Maria; pin: 4821", "name: Nikos; cvv: 456"),
        "end",
    ]


def test_of_a_form_only_figures_are_read_below_its_first_row() -> None:
    rows = [["Όνομα", "Άρης", "Επώνυμο", "Δήμου"], ["PIN", "4821", "Πόλη", "Βόλος"]]
    markup = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    assert read(f"<table>{markup}</table>")[2:] == ["Όνομα; Άρης; Επώνυμο; Δήμου", "Άρης: 4821"]


@pytest.mark.parametrize("row", [["ΑΦΜ", "Άρης"], ["ΑΦΜ", "123456789", "x"], ["x", "x", "y"], ["x", "", ""]])
def test_a_first_row_of_labels_and_values_is_no_header(row: list[str]) -> None:
    cells = "".join(f"<td>{cell}</td>" for cell in row)
    assert len(read(f"<table><tr>{cells}</tr><tr><td>a</td><td>b</td><td>c</td></tr></table>")) == 2


def test_a_table_in_a_cell_has_rows_of_its_own() -> None:
    inner = "<table><tr><td>ΑΦΜ</td><td>1</td></tr></table>"
    assert read(f"<table><tr><td>a</td><td>{inner}</td><td>b</td></tr></table>") == ["a", "ΑΦΜ: 1: b"]


@pytest.mark.parametrize(
    "markup",
    [
        '<p title="SECRET 1">x</p>',
        '<img alt="SECRET 1">',
        '<input value="SECRET 1">',
        '<input placeholder="SECRET 1">',
        '<a href="mailto:SECRET 1">x</a>',
        '<a href="https://x.example/?q=SECRET%201">x</a>',
        '<a href="/%53ECRET%201">x</a>',
        '<meta name="author" content="SECRET 1">',
        '<div data-owner="SECRET 1">x</div>',
        '<div aria-label="SECRET 1">x</div>',
        "<title>SECRET 1</title>",
        "<textarea>SECRET 1</textarea>",
        "<p>SEC&#82;ET&nbsp;1</p>",
        '<p class="SECRET 1 Άρης">x</p>',
        '<p id="SECRET 1">x</p>',
        '<label for="SECRET 1">x</label>',
        '<img usemap="SECRET 1">',
        '<input list="SECRET 1">',
        '<input pattern="SECRET 1">',
        '<style>p:before { content: "SECRET 1" }</style>',
        "<template>SECRET 1</template>",
        "<noscript>SECRET 1</noscript>",
        "<svg><text>SECRET 1</text></svg>",
        "<SECRET 1>",
        "<p>a <!-- SECRET 1",
        "a <b SECRET 1",
    ],
)
def test_what_a_person_may_see_is_a_leaf(markup: str) -> None:
    document = parse(markup.encode(), "html")
    shown = " ".join(document.leaves).replace("\xa0", " ").replace("=", "").replace('"', "")
    assert "SECRET 1" in shown or "secret 1" in shown
    frame = document.rebuild([""] * len(document.leaves)).decode()
    assert "SECRET" not in frame
    again(markup)


@pytest.mark.parametrize(
    ("attribute", "shown"),
    [
        ('id="maria-dimou"', "maria dimou"),
        ('class="btn customer-Maria_Dimou"', "btn customer Maria Dimou"),
        ('class="Μαρία-Δήμου"', "Μαρία Δήμου"),
        ('class="pin-4821"', "pin 4821"),
        ('for="pin-4821"', "pin 4821"),
        ('usemap="#mariaDimou"', "maria Dimou"),
        ('headers="AFM-Dimou"', "AFM Dimou"),
        ('id="user-697-1234567"', "user-697-1234567"),
        ('min="1985-03-05"', "1985-03-05"),
        ('pattern="4821"', "4821"),
    ],
)
def test_the_words_of_an_identifier_are_read_apart_at_the_end(attribute: str, shown: str) -> None:
    assert read(f"<p><b {attribute}>x</b></p>y") == ["x", "y", shown]


@pytest.mark.parametrize(
    "attribute",
    [
        *('class="elementor-page MuiButton-root col-md-6"', 'id="login-form_2"', 'for="userName"', 'rel="nofollow"'),
        *('max="9999"', 'min="18"', 'pattern="[0-9]{10}"', 'usemap="#main"', 'headers="th1 th2"'),
    ],
)
def test_what_only_builds_the_page_is_no_leaf(attribute: str) -> None:
    assert read(f"<p {attribute}>x</p>") == ["x"]


@pytest.mark.parametrize(
    "markup",
    [
        "a<!-- SECRET -->b",
        "a<!--[if IE]>SECRET<![endif]-->b",
        "a<script>var x = 'SECRET'</script>b",
        "a<script>SECRET",
        '<p onclick="SECRET()">a</p>',
        '<iframe srcdoc="SECRET">a</iframe>',
        '<a href="javascript:SECRET">a</a>',
        '<a href=" data:text/plain,SECRET">a</a>',
        '<img src="data:image/png;base64,SECRET" alt="a">',
        '<p secret6971234567="1" SECRET="">a</p>',
        '<p data-1234-x="SECRET">a</p>',
        "<?php SECRET ?>a",
        "a<!DOCTYPE html><? SECRET>",
        "<![CDATA[SECRET]]>a",
        "<!DOCTYPE SECRET>a",
        r"<style>p:before { content: '\53 SECRET' }</style>a",
        "<style>p { background: url(data:SECRET) }</style>a",
    ],
)
def test_what_nobody_sees_does_not_stay(markup: str) -> None:
    assert "SECRET" not in again(markup).upper()
    assert "a" in again(markup)


def test_percent_encoded_addresses_are_read_decoded_and_written_encoded() -> None:
    greek = parse(b'<a href="/?n=%C1%F1%E7%F2">x</a><a href="mailto:a%40b.gr">y</a>', "html")
    assert greek.leaves[0] == "/?n=Αρης"
    assert "mailto:a@b.gr" in greek.leaves
    leaves = [{"/?n=Αρης": "/?n=[P] 50%", "mailto:a@b.gr": "mailto:[E]"}.get(leaf, leaf) for leaf in greek.leaves]
    assert greek.rebuild(leaves) == b'<a href="/?n=[P] 50%25">x</a><a href="mailto:[E]">y</a>'


def test_a_page_of_comments_is_not_empty_afterwards() -> None:
    assert again("<!-- x -->") == "\n"


def test_encodings() -> None:
    markup = '<meta charset="ISO-8859-7"><p>Άρης &euro; &#x1F600;</p>'
    document = parse(markup.encode("iso8859-7"), "html")
    assert document.leaves == ("Άρης € 😀",)
    assert document.rebuild(["Άρης € 😀 [P]"]).endswith("<p>Άρης € &#128512; [P]</p>".encode("iso8859-7"))


def test_deep_pages_are_read_without_recursion() -> None:
    assert read("<p>a<b>" * 5_000)[:2] == ["a", "a"]
    assert read("<i>6" * 5_000) == ["6" * 5_000]


def test_a_parser_that_recurses_too_deeply_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def overflow(text: str) -> None:
        raise RecursionError

    monkeypatch.setattr(html, "_tree", overflow)
    with pytest.raises(MediaError) as caught:
        parse(b"<p>x", "html")
    assert caught.value.reason == "TOO_DEEP"


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", "</", "<a b='", "<![CDATA[", "&#", "<?", "<br>", "<br></p>", "</a ", "<p>a</b>", "<style><"],
)
def test_broken_markup_takes_no_longer_than_its_length(piece: str) -> None:
    assert grows_with_length(lambda length: parse((piece * (length // len(piece))).encode(), "html"), 200_000)
