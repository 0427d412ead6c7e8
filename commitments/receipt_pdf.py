"""A receipt as a PDF, one page of A4. It is untagged: the HTML page is the record."""

import unicodedata
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commitments.models import Receipt
from commitments.receipt_words import check_address, receipt_rows
from organisations.models import Firm

LETTERS = settings.NODE_MODULES / "@fontsource/inter/files"
SUBSETS = ("latin", "latin-ext", "vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext")
NO_LETTER = "?"  # for what Inter has no letter of; Arabic and Hebrew among it, so that no line runs from right to left
INK, QUIET, LINE, PETROL = (28, 32, 35), (92, 98, 103), (222, 225, 227), (2, 104, 108)
MARGIN, LABEL_WIDTH, LINE_HEIGHT, PADDING = 22, 48, 4.5, 1.3  # millimetres; the longest receipt fits on its page


def respond(receipt: Receipt, *, reader: Firm | None) -> HttpResponse:
    """The PDF as a file to keep."""
    name = _("godkjenningsbevis-%(number)s") % {"number": receipt.number} + ".pdf"
    return HttpResponse(
        write_pdf(receipt, reader=reader),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def write_pdf(receipt: Receipt, *, reader: Firm | None) -> bytes:
    title = _("Godkjenningsbevis nr. %(number)s") % {"number": receipt.number}
    rows, address = receipt_rows(receipt, reader=reader), check_address(receipt)
    text = "".join(label + value for label, value in rows)
    pdf = begin(title, at=datetime.fromisoformat(receipt.record["approved_at"]), text=printable(text))
    write_title(pdf, title)
    for label, value in rows:
        write_row(pdf, printable(label), printable(value))
    write_row(pdf, _("Kontroller beviset"), address, link=address)
    write_foot(pdf, _("Nettsiden er originalen. Adressen over sier om beviset er gyldig, uten å vise navn."))
    if not all(has_letter(sign) for sign in text):
        note = _("Tegn som skriften ikke har, er vist med %(sign)s her. Nettsiden viser dem.")
        write_foot(pdf, note % {"sign": NO_LETTER})
    return bytes(pdf.output())


@cache
def letters_of(subset: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # half a second with fpdf: only who asks for a PDF pays it

    return frozenset(TTFont(LETTERS / f"inter-{subset}-400-normal.woff2").getBestCmap())


def has_letter(sign: str) -> bool:
    return any(ord(sign) in letters_of(subset) for subset in SUBSETS)


def printable(text: str) -> str:
    """The text in letters that there are, without what is unseen or turns the line's direction."""
    seen = (sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) not in ("Cc", "Cf"))
    return "".join(sign if has_letter(sign) else NO_LETTER for sign in seen)


def begin(title: str, *, at: datetime, text: str) -> Any:
    """An empty page, with those of Inter's letters that the text needs."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_title(title)
    pdf.set_lang(get_language())
    pdf.set_creation_date(at)
    pdf.set_margin(MARGIN)
    pdf.c_margin = 0  # so that letters begin where the lines do
    needed = [subset for subset in SUBSETS[1:] if any(ord(sign) in extra(subset) for sign in text)]
    for subset in ("latin", *needed):
        pdf.add_font(subset, "", LETTERS / f"inter-{subset}-400-normal.woff2")
    pdf.add_font("latin", "B", LETTERS / "inter-latin-600-normal.woff2")
    pdf.set_fallback_fonts(needed)
    pdf.add_page()
    return pdf


def extra(subset: str) -> frozenset[int]:
    return letters_of(subset) - letters_of("latin")


def write_title(pdf: Any, title: str) -> None:
    pdf.set_text_color(*PETROL)
    pdf.set_font("latin", "B", 11)
    pdf.cell(text="Byrå", new_x="LMARGIN", new_y="NEXT", h=8)
    pdf.set_text_color(*INK)
    pdf.set_font("latin", "B", 20)
    pdf.multi_cell(w=0, text=title, new_x="LMARGIN", new_y="NEXT", h=12)
    pdf.ln(4)


def write_row(pdf: Any, label: str, value: str, *, link: str = "") -> None:
    """The label left, the value right, a thin line under both."""
    top = pdf.get_y() + PADDING
    pdf.set_xy(MARGIN, top)
    pdf.set_font("latin", "", 9.5)
    pdf.set_text_color(*QUIET)
    pdf.multi_cell(w=LABEL_WIDTH, text=label, h=LINE_HEIGHT, align="L", new_x="RIGHT", new_y="TOP")
    pdf.set_xy(MARGIN + LABEL_WIDTH, top)
    pdf.set_text_color(*(PETROL if link else INK))
    pdf.multi_cell(w=0, text=value, h=LINE_HEIGHT, align="L", new_x="LMARGIN", new_y="NEXT", link=link)
    bottom = pdf.get_y() + PADDING
    pdf.set_draw_color(*LINE)
    pdf.line(MARGIN, bottom, pdf.w - MARGIN, bottom)
    pdf.set_y(bottom)


def write_foot(pdf: Any, sentence: str) -> None:
    pdf.ln(4)
    pdf.set_font("latin", "", 9)
    pdf.set_text_color(*QUIET)
    pdf.multi_cell(w=0, text=sentence, h=4.5, align="L", new_x="LMARGIN", new_y="NEXT")
