"""Builds texts/refund-request.eml: headers with a Greek name, a plain part and an HTML part.

python samples/make/letter.py
"""

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

TEXTS = Path(__file__).parent.parent / "texts"

PLAIN = """\
Καλησπέρα σας,

ονομάζομαι Σοφία Νικολάου και πλήρωσα δύο φορές τον λογαριασμό του Μαρτίου (2 x 58,40 €).
Σας παρακαλώ να επιστρέψετε τα 58,40 € στον λογαριασμό μου:

IBAN: GR09 0990 4560 0000 0008 7654 321
ΑΦΜ: 123456783
Κινητό: 699 031 7526

Η κατανάλωση ήταν 236 kWh, δηλαδή 18 λιγότερες από πέρσι.

Με εκτίμηση,
Σοφία Νικολάου
Κορίνθου 73, 262 21 Πάτρα
"""

HTML = """\
<html><body>
<p>Καλησπέρα σας,</p>
<p>ονομάζομαι <b>Σοφία Νικολάου</b> και πλήρωσα δύο φορές τον λογαριασμό του Μαρτίου (2 x 58,40&nbsp;€).<br>
Σας παρακαλώ να επιστρέψετε τα 58,40&nbsp;€ στον λογαριασμό μου:</p>
<ul><li>IBAN: GR09 0990 4560 0000 0008 7654 321</li><li>ΑΦΜ: 123456783</li><li>Κινητό: 699 031 7526</li></ul>
<p>Η κατανάλωση ήταν 236 kWh, δηλαδή 18 λιγότερες από πέρσι.</p>
<p>Με εκτίμηση,<br>Σοφία Νικολάου<br>Κορίνθου 73, 262 21 Πάτρα</p>
</body></html>
"""


def letter() -> EmailMessage:
    """The message; the plain part travels as quoted-printable, the HTML part as base64."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Σοφία Νικολάου <sofia.nikolaou@example.net>"
    message["To"] = "Εξυπηρέτηση <service@example.com>"
    message["Subject"] = "Διπλή πληρωμή, Σοφία Νικολάου"
    message["Date"] = "Tue, 08 Apr 2025 19:12:00 +0300"
    message["Message-ID"] = "<20250408191200.58@example.net>"
    message.set_content(PLAIN, cte="quoted-printable")
    message.add_alternative(HTML, subtype="html", cte="base64")
    message.set_boundary("==part==")
    return message


if __name__ == "__main__":
    (TEXTS / "refund-request.eml").write_bytes(letter().as_bytes())
