from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.recognizers.email import EmailRecognizer
from redactor.recognizers.ip_address import IpAddressRecognizer
from redactor.recognizers.mac_address import MacAddressRecognizer
from redactor.recognizers.one_time import OneTimeRecognizer
from redactor.recognizers.password import PasswordRecognizer
from redactor.recognizers.phone import PhoneRecognizer
from redactor.recognizers.url import UrlRecognizer
from tests.recognizers.finding import found


@given(
    st.sampled_from(["690", "691", "693", "694", "695", "697", "698", "699", "685", "689", "210", "231", "2810"]),
    st.text("0123456789", min_size=7, max_size=7),
    st.sampled_from(["", " ", ".", "-"]),
    st.sampled_from(["", "+30", "+30 ", "0030 "]),
    st.sampled_from(["", "ΐ\u0301 ", "🇬🇷 "]),
)
def test_greek_numbers(area: str, rest: str, mark: str, prefix: str, start: str) -> None:
    number = f"{prefix}{area}{mark}{rest[: 10 - len(area)]}"
    text = f"{start}πάρτε στο {number}, ευχαριστώ"
    assert number in found(PhoneRecognizer(), text)


@pytest.mark.parametrize(
    "number",
    [
        "210/1234567",
        "(210) 123 4567",
        "6941 23 45 67",
        "+44 7911 123456",
        "+49 30 901820",
        "+41 (0)44 668 18 00",
        "07911 123456",
        "(415) 555-2671",
        "210 1234567 εσωτ. 12",
    ],
)
def test_written_numbers(number: str) -> None:
    assert number in found(PhoneRecognizer(), f"στο {number} παρακαλώ")


@pytest.mark.parametrize("number", ["+306941234567", "00306941234567"])
def test_a_whole_number_between_letters(number: str) -> None:
    assert found(PhoneRecognizer(), f"x{number}x") == [number]


@pytest.mark.parametrize("text", ["rec_6941234567_20250512.wav", "user6941234567", "6941234567κινητό", "αα6941234567"])
def test_a_number_between_letters(text: str) -> None:
    assert found(PhoneRecognizer(), text) == ["6941234567"]


@pytest.mark.parametrize(
    "text",
    [
        "13888",
        "2101234567,80 €",
        "12/05/2026 10:45",
        "ORD-6941234567",
        "2024 kWh",
        "2101234567890123",
        "1.234.567,89 €",
        "9f6941234567ab",
        "abc6941234567def",
        "SN6941234567",
        "order6941234567",
        "item_6941234567",
    ],
)
def test_not_phone_numbers(text: str) -> None:
    assert found(PhoneRecognizer(), text) == []


@pytest.mark.parametrize(
    "value", ["a.b+c@d-e.gr", "νίκος@παράδειγμα.ελ", "nikos @gmail.com", "nikos(at)gmail.com", "nikos@gmailcom"]
)
def test_mail_addresses(value: str) -> None:
    assert found(EmailRecognizer(), f"γράψτε στο {value}, ναι") == [value]


def test_an_at_sign_alone() -> None:
    assert found(EmailRecognizer(), "@ @@ a @ , 5 @") == []


@pytest.mark.parametrize("value", ["85.75.137.77", "2001:db8::1", "fe80::1%eth0"])
def test_ip_addresses(value: str) -> None:
    assert found(IpAddressRecognizer(), f"ip {value}, ok") == [value]


@pytest.mark.parametrize("text", ["10:45:30", "firmware 7.57.1", "1.2.3.4.5", "256.1.1.1", "std::vector"])
def test_not_ip_addresses(text: str) -> None:
    assert found(IpAddressRecognizer(), text) == []


def test_urls() -> None:
    text = "δες https://x.gr/?t=1, (www.y.gr/a/8f3k2m) και facebook.com/kapoios."
    assert found(UrlRecognizer(), text) == ["https://x.gr/?t=1", "www.y.gr/a/8f3k2m", "facebook.com/kapoios"]


def test_plain_pages_are_nobodys() -> None:
    assert found(UrlRecognizer(), "www.deh.gr, https://www.deh.gr/help/faq") == []


@pytest.mark.parametrize("value", ["00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7", "4C E0 9A 3D B7 1F", "a4b1e93f20c8"])
def test_mac_addresses(value: str) -> None:
    assert found(MacAddressRecognizer(), f"η συσκευή {value}, ναι") == [value]


def test_keys() -> None:
    assert found(PasswordRecognizer(), "δώσε sk-test-ABCDEF123456 τώρα") == ["sk-test-ABCDEF123456"]
    assert found(PasswordRecognizer(), "sk-1, task-list-of-the-day") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("κωδικός επιβεβαίωσης: 483920", "483920"),
        ("κωδικός μιας χρήσης 4839", "4839"),
        ("OTP 483920", "483920"),
        ("your verification code is 483 920", "483 920"),
        ("ο κωδικός που σας ήρθε με sms είναι 483920", "483920"),
        ("έλαβα κωδικό 483920", "483920"),
        ("483920 is your verification code", "483920"),
        ("483920 είναι ο κωδικός επιβεβαίωσης", "483920"),
        ("προσωρινός κωδικός 4839", "4839"),
        ("κωδικός για το e-banking: 4839", "4839"),
        ("Ποιος κωδικός σας ήρθε;\nΠελάτης: 483920.", "483920"),
        ("I received a code, it is 483920", "483920"),
    ],
)
def test_codes_for_one_use(text: str, code: str) -> None:
    assert found(OneTimeRecognizer(), text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "κωδικός σφάλματος 404",
        "κωδικός σφάλματος: 404040",
        "κωδικός έκπτωσης: 202425",
        "ο κωδικός προϊόντος είναι 483920",
        "I got an error code 4839",
        "Get 20 % off with code 202425",
        "discount code: 202425",
        "483920 is your discount code",
        "code 483920",
        "έλαβα κωδικό το 2024",
        "Στείλαμε τον κωδικό. Πληρώσατε 4839 φορές",
        "έλαβα κωδικό και χρέωση 4839 €",
        "έλαβα κωδικό στο 6971234567",
    ],
)
def test_codes_for_nobody(text: str) -> None:
    assert found(OneTimeRecognizer(), text) == []
