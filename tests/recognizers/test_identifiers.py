from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.recognizers.afm import AfmRecognizer
from redactor.recognizers.amka import AmkaRecognizer
from redactor.recognizers.card import CreditCardRecognizer
from redactor.recognizers.iban import IbanRecognizer
from redactor.recognizers.id_card import IdCardRecognizer
from redactor.recognizers.nino import NinoRecognizer
from redactor.recognizers.personal_number import PersonalNumberRecognizer
from redactor.recognizers.plate import PlateRecognizer
from redactor.recognizers.rf_code import RfCodeRecognizer
from redactor.recognizers.ssn import SsnRecognizer
from tests.recognizers.finding import Identifiers, afm, found, iban, luhn, wrong

digits = st.text("0123456789", min_size=40, max_size=40)
before = st.sampled_from(["", "Ναι, ", "ά\u0301λλο 👍🏽 ", "ﬁ\u00a0— ", "ΐ ΰ "])
LABELLED = Identifiers()


@given(digits, before)
def test_afm_without_a_label(pool: str, start: str) -> None:
    number = afm("1" + pool[:7])
    text = f"{start}το έχω εδώ: {number}, εντάξει;"
    assert found(AfmRecognizer(), text) == [number]
    assert found(AfmRecognizer(), text.replace(number, wrong(number))) == []


@given(
    digits,
    before,
    st.sampled_from(["ΑΦΜ", "Α.Φ.Μ.:", "αφμ μου είναι", "AFM", "ΑΦM\n", "VAT no.", "α φ μ".replace(" ", "")]),
)
def test_labelled_afm_with_any_check_digit(pool: str, start: str, label: str) -> None:
    number = "2" + pool[:8]
    text = f"{start}{label} {number} ευχαριστώ"
    assert number in found(LABELLED, text, "GR_AFM")


@given(digits, st.integers(1, 28), st.integers(1, 12), before)
def test_amka(pool: str, day: int, month: int, start: str) -> None:
    number = luhn(f"{day:02d}{month:02d}{pool[:6]}")
    assert found(AmkaRecognizer(), f"{start}δίνω {number}.") == [number]
    assert found(AmkaRecognizer(), f"{start}δίνω {wrong(number)}.") == []
    assert wrong(number) in found(LABELLED, f"{start}ο ΑΜΚΑ είναι {wrong(number)}.", "GR_AMKA")


@given(digits, before, st.booleans())
def test_iban(pool: str, start: str, spaced: bool) -> None:
    number = iban("GR", pool[:23])
    written = " ".join(number[i : i + 4] for i in range(0, 27, 4)) if spaced else number
    text = f"{start}στο {written} παρακαλώ"
    assert found(IbanRecognizer(), text) == [written]
    assert found(IbanRecognizer(), text.replace("GR", "gr")) == [written.replace("GR", "gr")]
    assert found(IbanRecognizer(), f"{start}στο {wrong(number)}") == [wrong(number)]


@pytest.mark.parametrize(
    "country_account", [("DE", "370400440532013000"), ("GB", "WEST12345698765432"), ("CY", "002001280000001200527600")]
)
def test_iban_of_other_countries(country_account: tuple[str, str]) -> None:
    number = iban(*country_account)
    assert found(IbanRecognizer(), f"to {number} now") == [number]


@given(digits, before, st.sampled_from(["", " ", "-"]))
def test_card(pool: str, start: str, mark: str) -> None:
    number = luhn("4" + pool[:14])
    written = mark.join(number[i : i + 4] for i in range(0, 16, 4))
    assert written in found(CreditCardRecognizer(), f"{start}χρέωσε {written} τώρα", "CREDIT_CARD")
    bad = mark.join(wrong(number)[i : i + 4] for i in range(0, 16, 4))
    assert bad in found(LABELLED, f"{start}αριθμός κάρτας: {bad}", "CREDIT_CARD")


def test_expiry_and_cvv_behind_a_card() -> None:
    number = luhn("401288888888188")
    text = f"{number} 09/27 123"
    assert found(CreditCardRecognizer(), text, "CARD_EXPIRY") == ["09/27"]
    assert found(CreditCardRecognizer(), text, "CVV") == ["123"]


@pytest.mark.parametrize(
    "value", ["ΑΒ 123456", "AB123456", "ΑB-123456", "Ρ Χ".replace(" ", "") + " 654321", "ΠΓ 473443", "ΑΤ 123456"]
)
def test_identity_cards(value: str) -> None:
    assert found(IdCardRecognizer(), f"έχω την {value}, από το 2009") == [value]


@pytest.mark.parametrize(
    "text", ["το 123456 ήταν", "ΤΟ 123456", "PO096037", "παραγγελία ΑΒ123456", "AB 1234567", "ΑΒ 123456 €"]
)
def test_not_identity_cards(text: str) -> None:
    assert found(IdCardRecognizer(), text) == []


@pytest.mark.parametrize("value", ["ΥΧΝ-6920", "ΥΧΝ 6920", "YXN6920", "ΖΗΧ-1234"])
def test_plates(value: str) -> None:
    assert found(PlateRecognizer(), f"άσπρο, {value}.") == [value]


@pytest.mark.parametrize("text", ["ΤΗΝ 2024", "yxn 6920", "FRITZ!BOX 7530", "ΥΧΝ 69205", "ΑΠΟ 1999"])
def test_not_plates(text: str) -> None:
    assert found(PlateRecognizer(), text) == []


def test_personal_number_in_both_orders() -> None:
    number = afm("12345678")
    assert found(PersonalNumberRecognizer(), f"Α1Β{number}") == [f"Α1Β{number}"]
    assert found(PersonalNumberRecognizer(), f"{number}A1B") == [f"{number}A1B"]
    assert found(PersonalNumberRecognizer(), f"A1B{wrong(number)}") == []


def test_rf_code() -> None:
    code = iban("RF", "539007547034")
    assert found(RfCodeRecognizer(), f"κωδικός {code}.") == [code]
    assert found(RfCodeRecognizer(), "rf18 5390 0754 7034 και") == ["rf18 5390 0754 7034"]


def test_american_and_british_numbers() -> None:
    assert found(SsnRecognizer(), "it is 212-60-1301") == ["212-60-1301"]
    assert found(NinoRecognizer(), "PR 58 16 20 A") == ["PR 58 16 20 A"]
    assert found(SsnRecognizer(), "000-60-1301, 2126-01-301") == []
