"""The list of all recognizers."""

from __future__ import annotations

from redactor.recognizers.address import AddressRecognizer
from redactor.recognizers.afm import AfmRecognizer
from redactor.recognizers.age import AgeRecognizer
from redactor.recognizers.amka import AmkaRecognizer
from redactor.recognizers.bank_account import BankAccountRecognizer
from redactor.recognizers.base import FoldedRecognizer
from redactor.recognizers.birth_date import BirthDateRecognizer
from redactor.recognizers.card import CreditCardRecognizer
from redactor.recognizers.card_expiry import CardExpiryRecognizer
from redactor.recognizers.customer import CustomerRecognizer
from redactor.recognizers.cvv import CvvRecognizer
from redactor.recognizers.driving_licence import DrivingLicenceRecognizer
from redactor.recognizers.email import EmailRecognizer
from redactor.recognizers.gemi import GemiRecognizer
from redactor.recognizers.health import HealthRecognizer
from redactor.recognizers.iban import IbanRecognizer
from redactor.recognizers.id_card import IdCardRecognizer
from redactor.recognizers.ip_address import IpAddressRecognizer
from redactor.recognizers.mac_address import MacAddressRecognizer
from redactor.recognizers.nino import NinoRecognizer
from redactor.recognizers.one_time import OneTimeRecognizer
from redactor.recognizers.passport import PassportRecognizer
from redactor.recognizers.password import PasswordRecognizer
from redactor.recognizers.person import GreekNameRecognizer
from redactor.recognizers.personal_number import PersonalNumberRecognizer
from redactor.recognizers.phone import PhoneRecognizer
from redactor.recognizers.pin import PinRecognizer
from redactor.recognizers.plate import PlateRecognizer
from redactor.recognizers.record import RecordRecognizer
from redactor.recognizers.rf_code import RfCodeRecognizer
from redactor.recognizers.spoken import SpokenNumberRecognizer
from redactor.recognizers.ssn import SsnRecognizer
from redactor.recognizers.table import TableRecognizer
from redactor.recognizers.url import UrlRecognizer
from redactor.recognizers.username import UsernameRecognizer

RECOGNIZERS: tuple[type[FoldedRecognizer], ...] = (
    AddressRecognizer,
    AfmRecognizer,
    AgeRecognizer,
    AmkaRecognizer,
    BankAccountRecognizer,
    BirthDateRecognizer,
    CardExpiryRecognizer,
    CreditCardRecognizer,
    CustomerRecognizer,
    CvvRecognizer,
    DrivingLicenceRecognizer,
    EmailRecognizer,
    GemiRecognizer,
    GreekNameRecognizer,
    HealthRecognizer,
    IbanRecognizer,
    IdCardRecognizer,
    IpAddressRecognizer,
    MacAddressRecognizer,
    NinoRecognizer,
    OneTimeRecognizer,
    PassportRecognizer,
    PasswordRecognizer,
    PersonalNumberRecognizer,
    PhoneRecognizer,
    PinRecognizer,
    PlateRecognizer,
    RecordRecognizer,
    RfCodeRecognizer,
    SpokenNumberRecognizer,
    SsnRecognizer,
    TableRecognizer,
    UrlRecognizer,
    UsernameRecognizer,
)
"""Order does not matter: overlapping findings are united."""
