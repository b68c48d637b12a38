"""A certificate as one PDF page (reportlab), with a font that has Greek. The same facts give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from redactor.errors import MissingEngineError

_FOLDERS = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu"), Path("/usr/share/fonts/TTF"))
_FONTS = {"CertificateSans": "DejaVuSans.ttf", "CertificateBold": "DejaVuSans-Bold.ttf"}


@dataclass(frozen=True, slots=True)
class Block:
    """A heading over rows of two cells, or over lines."""

    title: str
    rows: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = ()


def one_page(title: str, subtitle: str, blocks: Sequence[Block]) -> bytes:
    """A4; what is too long for it is written smaller. Raises `MissingEngineError` when the font is not installed."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable, Frame, KeepInFrame, Paragraph, Spacer, Table, TableStyle

    _register()
    ink, soft, line = HexColor("#1d2733"), HexColor("#556070"), HexColor("#d5dae1")
    text = ParagraphStyle(
        "text", fontName="CertificateSans", fontSize=8.5, leading=11.5, textColor=ink, splitLongWords=1
    )
    name = ParagraphStyle("name", parent=text, textColor=soft)
    head = ParagraphStyle("head", parent=text, fontName="CertificateBold", fontSize=10.5, leading=14, spaceAfter=2)
    top = ParagraphStyle("top", parent=head, fontSize=18, leading=23)
    width, height = A4[0] - 36 * mm, A4[1] - 36 * mm
    look = TableStyle([("LINEABOVE", (0, 0), (-1, -1), 0.4, line), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    look.add("TOPPADDING", (0, 0), (-1, -1), 1.5)
    look.add("BOTTOMPADDING", (0, 0), (-1, -1), 2.5)
    look.add("LEFTPADDING", (0, 0), (-1, -1), 0)
    story: list[Flowable] = [Paragraph(escape(title), top), Paragraph(escape(subtitle), name)]
    for block in blocks:
        story += [Spacer(1, 4 * mm), Paragraph(escape(block.title), head)]
        if block.rows:
            cells = [[Paragraph(escape(key), name), Paragraph(escape(value), text)] for key, value in block.rows]
            story.append(Table(cells, colWidths=[width * 0.3, width * 0.7], style=look))
        story += [Paragraph("– " + escape(one), text) for one in block.lines]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    frame = Frame(18 * mm, 18 * mm, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    frame.addFromList([KeepInFrame(width, height, story, mode="shrink")], canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in _FONTS.items():
        if name in pdfmetrics.getRegisteredFontNames():
            continue
        place = next((folder / file for folder in _FOLDERS if (folder / file).is_file()), None)
        if place is None:
            message = "the font of certificates is not installed; on Debian: apt-get install fonts-dejavu-core"
            raise MissingEngineError(message, reason="NO_FONT")
        pdfmetrics.registerFont(TTFont(name, str(place)))
