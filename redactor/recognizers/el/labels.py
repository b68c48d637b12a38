"""Words that announce an identifier, in Greek, English and Greeklish: data for `redactor.recognizers.labelled`.

Spelling, accents and case do not matter; a blank stands for blanks, dots or dashes, and a dot for a dot that may be
missing. `*` at the end takes any ending.
"""

from __future__ import annotations

from dataclasses import dataclass

_DIGITS = r"\d(?:[ .\-/]{0,3}\d)"
_START = r"(?<![\w,/])(?<!\d[.\-])(?!\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4})"
_NO_WORD = r"(?!(?:is|it|s|m|to|my|the|ειναι|το|ο|η|τα|και|αφμ|κιν|τηλ)[ ]|(?:αρ|no|nr|νο)\.)"
_NO_AMOUNT = r"(?!\d)(?![.,]\d|\s?(?:€|ευρω|eur|%))"


@dataclass(frozen=True, slots=True)
class Label:
    """One kind of labelled value."""

    entity: str
    words: str
    """Spellings between commas."""
    value: str
    """Regular expression; like the text, it is brought to look-alike form before it is compiled."""
    score: float
    loose: bool = True
    """True: other words may stand between label and value. False: only a colon, "είναι" and the like."""

    @property
    def forms(self) -> tuple[str, ...]:
        """The spellings one by one."""
        return tuple(form.strip() for form in self.words.replace("\n", " ").split(",") if form.strip())


LABELS: tuple[Label, ...] = (
    Label(
        "GR_AFM",
        """αφμ, α.φ.μ., αφιμι, αφιμί, afm, a.f.m., α/φ/μ, φορολογικό μητρώο, φορολογικού μητρώου, vat no, vat number,
        vat id, vat, tax id, tax number, tax identification number, αφμ του, tax no, forologiko mitroo""",
        r"(?:(?:el|gr)[ \-]?)?" + _DIGITS + r"{6,10}(?![ .\-]?\d)",
        0.9,
    ),
    Label(
        "GR_AMKA",
        "αμκα, α.μ.κ.α., amka, a.m.k.a., αριθμός μητρώου κοινωνικής ασφάλισης",
        _DIGITS + r"{7,12}(?![ .\-]?\d)",
        0.9,
    ),
    Label(
        "GR_PERSONAL_NUMBER",
        "προσωπικός αριθμός, προσωπικό αριθμό, προσωπικού αριθμού, personal number",
        r"[a-z\d]{3}[ \-]?" + _DIGITS + r"{7,9}(?!\d)|\d{9}[ \-]?[a-z\d]{3}(?![^\W_])",
        0.9,
    ),
    Label(
        "GR_ID_CARD",
        """αδτ, α.δ.τ., adt, a.d.t., ταυτότητα*, ταυτότητας, taytotita*, tautotita*, tautothta*, δελτίο ταυτότητας,
        id card, identity card, id number, id no, αρ. ταυτ., άδεια οδήγησης, άδειας οδήγησης, δίπλωμα οδήγησης,
        driving licence, driving license, driver's licence, driver's license, άδεια διαμονής""",
        r"(?<![^\W_])"
        + _NO_WORD
        + r"[^\W\d_]{1,3}[ .\-]{0,2}\d(?:[ .]?\d){4,8}(?![^\W_])|(?<![^\W_])\d(?:[ .\-]?\d){5,9}(?![^\W_])",
        0.85,
    ),
    Label(
        "PASSPORT",
        "διαβατήριο*, διαβατηρίου, passport, diavatirio*, αρ. διαβ.",
        r"(?<![^\W_])" + _NO_WORD + r"(?:[^\W\d_]{1,2}[ \-]?)?\d(?:[ ]?\d){5,8}(?![^\W_])",
        0.85,
    ),
    Label(
        "LICENSE_PLATE",
        """πινακίδα*, πινακίδες, αριθμός κυκλοφορίας, αρ. κυκλοφορίας, αρ. κυκλ., όχημα, οχήματος, αυτοκίνητο*, μηχανή*,
        μηχανάκι, pinakida*, license plate, licence plate, number plate, plate, plates, registration number, vehicle,
        car reg""",
        r"(?<![^\W_])[^\W\d_]{2,3}[ \-]{0,2}\d{1,4}(?![^\W_])(?![.,/]\d)",
        0.7,
    ),
    Label(
        "PHONE_NUMBER",
        """τηλ, τηλ., τηλέφωνο*, τηλεφώνου, τηλέφωνα, κινητό*, κινητού, κιν., κιν, σταθερό*, φαξ, fax, phone,
        phone number,
        telephone, tel, tel., mobile, mob., cell, cell phone, whatsapp, viber, til, tilefono, thlefwno, kinito, kinhto,
        stathero, call me, call back, callback, καλέστε με, πάρτε με, επικοινωνίας, contact number""",
        _START + r"\+?\(?" + _DIGITS.replace("/]", "/()]") + r"{6,14}" + _NO_AMOUNT,
        0.75,
    ),
    Label(
        "IBAN_CODE",
        "iban, ι.β.α.ν., αιμπάν, ιμπάν, αϊμπάν, ibans",
        r"(?<![^\W_])(?:[a-z]{2}[ \-]?)?\d[a-z\d]?(?:[ .\-]?[a-z]{0,4}\d){12,31}(?![^\W_])",
        0.85,
    ),
    Label(
        "CREDIT_CARD",
        """κάρτα*, κάρτας, karta*, credit card, debit card, card number, card no, card, visa, mastercard, maestro, amex,
        pan""",
        r"(?<![^\W_])" + _DIGITS + r"{11,18}(?!\d)",
        0.85,
    ),
    Label(
        "CVV",
        """cvv, cvv2, cvc, cvc2, cid, 3 ψηφία πίσω, τρία ψηφία πίσω, τα 3 ψηφία, τριψήφιο*, τριψήφιος,
        κωδικός ασφαλείας,
        κωδικό ασφαλείας, security code, πίσω, code is""",
        r"(?<![\w/.,])\d{3,4}(?![\w/]|[.,]\d|\s?(?:€|ευρω|eur|%))",
        0.8,
    ),
    Label(
        "CARD_EXPIRY",
        """λήξη*, λήξης, λήγει, ημ. λήξης, ημερομηνία λήξης, lixi, lhxh, ligei, expiry, expiry date, expires,
        expiration,
        expiration date, exp, exp., valid thru, valid until, good thru""",
        r"(?<![\d/.\-])(?:0?[1-9]|1[0-2])\s?[/\-.]\s?(?:20)?\d{2}(?![/.\-]?\d)",
        0.8,
    ),
    Label(
        "CARD_PIN",
        "pin, pin code, κωδικός pin, πιν, puk",
        r"(?<![\w/.,])\d{4,8}(?![\w/]|[.,]\d|\s?(?:€|ευρω|eur|%))",
        0.75,
    ),
    Label(
        "BANK_ACCOUNT",
        """λογαριασμός, λογαριασμό, λογαριασμού, αρ. λογ., αρ. λογαριασμού, logariasmos, logariasmo, account number,
        account no, account, acct, a/c, bank account""",
        _START + _DIGITS + r"{6,25}" + _NO_AMOUNT,
        0.7,
    ),
    Label("BANK_ACCOUNT", "sort code", r"\d{2}[ \-]?\d{2}[ \-]?\d{2}(?!\d)", 0.8),
    Label(
        "CUSTOMER_ID",
        """κωδικός πελάτη, κωδικό πελάτη, κωδικού πελάτη, κωδ. πελάτη, κωδ. πελ., αριθμός πελάτη, αριθμό πελάτη,
        αρ. πελάτη, kodikos pelati, kwdikos pelath, αριθμός σύμβασης, αριθμό σύμβασης, αρ. σύμβασης, αριθμός συμβολαίου,
        αριθμό συμβολαίου, αρ. συμβολαίου, συμβόλαιο, αριθμός παροχής, αριθμό παροχής, αρ. παροχής, παροχή*, παροχής,
        arithmos paroxis, ar. paroxis, κωδικός συνδρομητή, αριθμός συνδρομητή, αρ. συνδρομητή, μητρώο πελάτη, μετρητή*,
        λογαριασμός συμβολαίου, customer id, customer number, customer no, customer code, client id, client number,
        client no, contract number, contract no, policy number, policy no, account id, subscriber id, subscriber number,
        supply number, meter number, member id, membership number, ασφαλιστήριο*, hkasp, ηκασπ""",
        _START + r"(?:[^\W\d_]{1,4}-?)?\d(?:[ \-]?\d){4,14}(?![^\W_])(?![/]\d)" + _NO_AMOUNT,
        0.75,
    ),
    Label("US_SSN", "ssn, social security number, social security", r"\d{3}[ \-]?\d{2}[ \-]?\d{4}(?!\d)", 0.85),
    Label(
        "UK_NINO",
        "ni number, nino, national insurance number, national insurance",
        r"(?<![^\W_])[a-z]{2}(?:[ \-]?\d{2}){3}[ \-]?[a-d]?(?![^\W_])",
        0.9,
    ),
    Label(
        "USERNAME",
        """username, user name, user id, userid, login name, όνομα χρήστη, ονομα χρηστη, user, login, λογκιν, χρήστης,
        onoma xristi, skype id, instagram, facebook""",
        r"[\w][\w.\-@]{2,63}(?<![.\-])",
        0.6,
        loose=False,
    ),
    Label(
        "PASSWORD",
        """api key, api-key, apikey, access token, token, secret key, κλειδί,
        password, passwd, passcode, pass, pwd, συνθηματικό,
        κωδικός πρόσβασης, κωδικό πρόσβασης, κωδικός χρήστη,
        κωδικός εισόδου, κωδικός, κωδικό, kodikos, kwdikos""",
        r"\S{4,64}",
        0.6,
        loose=False,
    ),
)
