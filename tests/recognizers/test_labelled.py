from __future__ import annotations

import pytest

from redactor.recognizers.record import RecordRecognizer
from redactor.recognizers.table import TableRecognizer
from tests.recognizers.finding import Identifiers, found

LABELLED = Identifiers()


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("ΑΔΤ: ΑΒ 123456", "GR_ID_CARD", "ΑΒ 123456"),
        ("αριθμός ταυτότητας\tΞ 654321", "GR_ID_CARD", "Ξ 654321"),
        ("Διαβατήριο: AP1234567", "PASSPORT", "AP1234567"),
        ("passport number is 512345678", "PASSPORT", "512345678"),
        ("η πινακίδα είναι υχν 6920", "LICENSE_PLATE", "υχν 6920"),
        ("CVV: 123", "CVV", "123"),
        ("τα τρία ψηφία πίσω; 938", "CVV", "938"),
        ("λήξη 08/27", "CARD_EXPIRY", "08/27"),
        ("PIN 4821", "CARD_PIN", "4821"),
        ("account number is 95943319", "BANK_ACCOUNT", "95943319"),
        ("sort code 40-13-43", "BANK_ACCOUNT", "40-13-43"),
        ("Κωδικός πελάτη\n512019240", "CUSTOMER_ID", "512019240"),
        ("ο αριθμός παροχής μου είναι C-728956", "CUSTOMER_ID", "C-728956"),
        ("SSN 212601301", "US_SSN", "212601301"),
        ("NI number: PR581620A", "UK_NINO", "PR581620A"),
        ("τηλ.: 210 12 34 5", "PHONE_NUMBER", "210 12 34 5"),
        ("το κινητό μου είναι\nΠελάτης: 694 111 22", "PHONE_NUMBER", "694 111 22"),
        ("username giannis88", "USERNAME", "giannis88"),
        ("όνομα χρήστη: kpapas", "USERNAME", "kpapas"),
        ("password: Kalokairi!", "PASSWORD", "Kalokairi!"),
        ("ο κωδικός πρόσβασης είναι zx83Qw#", "PASSWORD", "zx83Qw#"),
        ("ΙΒΑΝ: 0110 1250 0000 0001 2300 695", "IBAN_CODE", "0110 1250 0000 0001 2300 695"),
        ("ο αριθμός του μετρητή ήταν 456789", "CUSTOMER_ID", "456789"),
        ("η σύμβαση λήγει, η κάρτα λήγει 05/27", "CARD_EXPIRY", "05/27"),
        ("username gpap", "USERNAME", "gpap"),
        ("user gpap", "USERNAME", "gpap"),
        ("όνομα χρήστη gpap", "USERNAME", "gpap"),
        ("ΑΜΑ 1234567", "CUSTOMER_ID", "1234567"),
        ("α.μ.α. ΙΚΑ: 123456789", "CUSTOMER_ID", "123456789"),
        ("αριθμός πλαισίου WVWZZZ1JZXW000001", "CUSTOMER_ID", "WVWZZZ1JZXW000001"),
        ("VIN: WVWZZZ1JZXW000001", "CUSTOMER_ID", "WVWZZZ1JZXW000001"),
        ("ταυτότητα οφειλής 123456789012345678901234567890", "RF_PAYMENT_CODE", "123456789012345678901234567890"),
        ("ΚΑΕΚ 050123456789", "CUSTOMER_ID", "050123456789"),
        ("κλειδάριθμος 1234-5678", "PASSWORD", "1234-5678"),
        ("αριθμός υδρομέτρου 7654321", "CUSTOMER_ID", "7654321"),
        ("αρ. μετρ. 12345678", "CUSTOMER_ID", "12345678"),
        ("κωδικών πελατών 7654321", "CUSTOMER_ID", "7654321"),
        ("αριθμοί συμβάσεων 7654321", "CUSTOMER_ID", "7654321"),
        ("kwdikos sindromiti 7654321", "CUSTOMER_ID", "7654321"),
        ("passport C01X00T47", "PASSPORT", "C01X00T47"),
        ("Το διαβατήριό της: C01X00T47", "PASSPORT", "C01X00T47"),
        ("ID card no. L01X00T47", "GR_ID_CARD", "L01X00T47"),
        ("πινακίδα B-AB 1234", "LICENSE_PLATE", "B-AB 1234"),
        ("πινακίδα M AB 1234", "LICENSE_PLATE", "M AB 1234"),
        ("plate HH-XY 99E", "LICENSE_PLATE", "HH-XY 99E"),
        ("accountNumber: 7654321", "BANK_ACCOUNT", "7654321"),
        ("<cardPin>4821</cardPin>", "CARD_PIN", "4821"),
        ("PINCode 4821", "CARD_PIN", "4821"),
        ("κιν2101234567", "PHONE_NUMBER", "2101234567"),
        ("pin4821", "CARD_PIN", "4821"),
        ("cvv123", "CVV", "123"),
        ("ΑΔΤΑΒ123456", "GR_ID_CARD", "ΑΒ123456"),
        ("<password>kalimera</password>", "PASSWORD", "kalimera"),
        ("password: kalimera", "PASSWORD", "kalimera"),
        ("ο προσωπικός αριθμός είναι Α12123456789", "GR_PERSONAL_NUMBER", "Α12123456789"),
    ],
)
def test_values_behind_labels(text: str, entity: str, value: str) -> None:
    assert any(value in item for item in found(LABELLED, text, entity))


@pytest.mark.parametrize(
    "text",
    [
        "ο λογαριασμός σας είναι 62,44 €",
        "callback 14/07/2026 11:45",
        "the card costs 12 euro",
        "ο κωδικός είναι λάθος",
        "my password is wrong",
        "never share your password. Thanks",
        "το κινητό κόστισε 1.299,00 €",
        "λήγει στις 03/08/2026",
        "το CVV κάρτας, 120 €",
        "τηλέφωνο 24 ώρες το 24ωρο",
        "account for order 00012345",
        "userAgent: Mozilla",
        "στον μετρητή ήταν 45678 και τώρα",
        "ο μετρητής δείχνει 45678",
        "The contract runs from January 1st to December 31st 2025",
        "Το συμβόλαιο λήγει 31/12/2025",
        "Το συμβόλαιο 24 μηνών λήγει τον Μάιο του 2026",
        "my contract expires in May 2026",
        "user guide",
        "user VPN, user json",
        "login sto app, user den mporei",
        "login vodafone",
        "άμα έρθει στις 1234567 να πάει",
        "άμα θέλετε, 123456 ευρώ",
        "vehicle B in 2024",
        "passport renewals",
        "userRole: admin",
        "spin4821",
        "password: hello, thanks",
        "password: none",
    ],
)
def test_no_value_behind_a_label(text: str) -> None:
    assert found(LABELLED, text) == []


def test_rows_with_a_person() -> None:
    recognizer = RecordRecognizer()
    assert found(recognizer, "45415146;Γιώργος Νικολάου;12,50 €") == ["45415146"]
    assert found(recognizer, "45415146,a@b.gr,12.50") == ["45415146"]
    assert found(recognizer, "45415146;Bosch WAN24208;12,50 €") == []


def test_columns_under_headings() -> None:
    text = 'Επώνυμο;ΑΦΜ;Ποσό\nΧ;123456789;12\n"Ψ; Ω";000;15\n\nτέλος'
    recognizer = TableRecognizer()
    assert found(recognizer, text, "PERSON") == ["Χ", "Ψ; Ω"]
    assert found(recognizer, text, "GR_AFM") == ["123456789", "000"]
    assert found(recognizer, "Ποσό;Τιμή\n1;2") == []
