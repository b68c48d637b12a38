"""PDFium in a process of its own: it is written in C++, not safe for threads, and documents come from anywhere.

Run as a script, never imported: `pdf_child.py sizes|pages DPI MAX_PAGES`, the document on standard input, the limits
below set on itself before it is opened. Answers on standard output: one line of JSON, and for `pages` the pixels of
each page, RGB, row by row, in the sizes that the line tells.
"""

from __future__ import annotations

import json
import math
import resource
import signal
import sys

MEMORY_BYTES = 3 << 30
OPEN_CPU_S = 30
PAGE_CPU_S = 60
_POINTS_PER_INCH = 72
_REASONS = {4: "PASSWORD", 5: "PASSWORD"}
"""`FPDF_ERR_PASSWORD`, `FPDF_ERR_SECURITY` (fpdfview.h)."""


def main(mode: str, dpi: int, max_pages: int) -> None:
    """Answer for the document on standard input: its name may be personal, and everybody can read arguments."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    _allow(OPEN_CPU_S)

    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(sys.stdin.buffer)
    except pdfium.PdfiumError:
        _answer({"error": _REASONS.get(pdfium.raw.FPDF_GetLastError(), "UNREADABLE")})
        return
    # Forms must be there before the first page is opened, or their values are not drawn.
    document.init_forms()
    papers = [document.get_page_size(page) for page in range(min(len(document), max_pages + 1))]
    sizes = [[max(1, round(side * dpi / _POINTS_PER_INCH)) for side in paper] for paper in papers]
    _answer({"papers": papers, "sizes": sizes})
    if mode == "pages":
        for index, (width, height) in enumerate(sizes):
            _allow(PAGE_CPU_S)
            _draw(document, index, width, height)


def _draw(document: object, index: int, width: int, height: int) -> None:
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    assert isinstance(document, pdfium.PdfDocument)
    page = document[index]
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
    raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    if document.formenv:
        raw.FPDF_FFLDraw(document.formenv, bitmap, page, 0, 0, width, height, 0, flags)
    rows, stride = memoryview(bitmap.buffer).cast("B"), bitmap.stride
    for row in range(height):
        sys.stdout.buffer.write(rows[row * stride : row * stride + 3 * width])
    sys.stdout.buffer.flush()
    bitmap.close()
    page.close()


def _allow(seconds: int) -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(spent.ru_utime + spent.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(body: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(body).encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
