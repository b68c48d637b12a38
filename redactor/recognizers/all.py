"""The list of all recognizers."""

from __future__ import annotations

from redactor.recognizers.address import AddressRecognizer
from redactor.recognizers.afm import AfmRecognizer
from redactor.recognizers.amka import AmkaRecognizer
from redactor.recognizers.base import FoldedRecognizer
from redactor.recognizers.card import CreditCardRecognizer
from redactor.recognizers.dates import BirthDateRecognizer
from redactor.recognizers.email import EmailRecognizer
from redactor.recognizers.health import HealthRecognizer
from redactor.recognizers.iban import IbanRecognizer
from redactor.recognizers.id_card import IdCardRecognizer
from redactor.recognizers.labelled import LabelledNumberRecognizer
from redactor.recognizers.national import NationalNumberRecognizer
from redactor.recognizers.network import IpAddressRecognizer, UrlRecognizer
from redactor.recognizers.person import GreekNameRecognizer
from redactor.recognizers.personal_number import PersonalNumberRecognizer
from redactor.recognizers.phone import PhoneRecognizer
from redactor.recognizers.plate import PlateRecognizer
from redactor.recognizers.record import RecordRecognizer
from redactor.recognizers.rf_code import RfCodeRecognizer
from redactor.recognizers.secret import SecretRecognizer
from redactor.recognizers.spoken import SpokenNumberRecognizer
from redactor.recognizers.table import TableRecognizer

RECOGNIZERS: tuple[type[FoldedRecognizer], ...] = (
    AddressRecognizer,
    AfmRecognizer,
    AmkaRecognizer,
    BirthDateRecognizer,
    CreditCardRecognizer,
    EmailRecognizer,
    GreekNameRecognizer,
    HealthRecognizer,
    IbanRecognizer,
    IdCardRecognizer,
    IpAddressRecognizer,
    LabelledNumberRecognizer,
    NationalNumberRecognizer,
    PersonalNumberRecognizer,
    PhoneRecognizer,
    PlateRecognizer,
    RecordRecognizer,
    RfCodeRecognizer,
    SecretRecognizer,
    SpokenNumberRecognizer,
    TableRecognizer,
    UrlRecognizer,
)
"""Order does not matter: overlapping findings are united."""
