"""The only module that uses WeasyPrint: HTML in, tagged PDF out.

WeasyPrint needs Pango, which the machine may lack. It is imported on first use, which takes a second.
"""

from __future__ import annotations

import contextlib
import io
import logging
import threading
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from django.conf import settings
from django.utils.html import format_html

_NO_PDF_HERE = "Notes cannot be made into PDFs on this machine; they print straight from the browser."
# bin/prepare installs these packages. If it could not, this line tells somebody how.
PDF_CURE = (
    "To have PDFs, install Pango and start again; on Debian or Ubuntu type this one line as root: "
    "apt-get update && apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
_PAPER_STYLE_SHEET = Path(settings.BASE_DIR) / "static" / "css" / "paper.css"
_PDF_VARIANT = "pdf/ua-1"

# One note at a time: a font configuration per note makes memory grow without limit, and one that several
# threads share deadlocks them.
_engine_lock = threading.Lock()


class PdfUnavailable(Exception):
    """This machine cannot make a PDF. The page can still be printed from the browser."""


class MissingLetters(logging.Filter):
    """Collects the characters that WeasyPrint drew as empty boxes, and keeps them out of the log.

    They are letters of somebody's name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.letters: dict[str, None] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if "notdef" not in str(record.msg):
            return True
        if isinstance(record.args, tuple):
            self.letters[str(record.args[0])] = None
        return False


class PdfEngine(NamedTuple):
    """The WeasyPrint module, with what is created once and used for every note."""

    weasyprint: Any
    fonts: Any
    sheet: Any
    fetcher: Any
    missing: MissingLetters

    def page(self, html: str) -> Any:
        return self.weasyprint.HTML(string=html, url_fetcher=self.fetcher)


@cache
def load_pdf_engine() -> PdfEngine:
    """Return WeasyPrint, loaded once. Raises PdfUnavailable if Pango is missing."""
    try:
        # If a library is missing, WeasyPrint prints the loader's message for programmers before it raises.
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher
    except (OSError, ImportError) as problem:
        raise PdfUnavailable(_loader_error_line(problem)) from problem

    class FetchesNothing(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            raise ValueError("A note fetches nothing.")

    missing = MissingLetters()
    logging.getLogger("weasyprint").addFilter(missing)
    fonts, fetcher = FontConfiguration(), FetchesNothing()
    sheet = weasyprint.CSS(string=_PAPER_STYLE_SHEET.read_text(), font_config=fonts, url_fetcher=fetcher)
    return PdfEngine(weasyprint, fonts, sheet, fetcher, missing)


def _loader_error_line(problem: Exception) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]


def render_pdf(html: str) -> bytes:
    """Return the page as tagged PDF (PDF/UA-1). Raises PdfUnavailable if this machine cannot make one."""
    with _engine_lock:
        press = load_pdf_engine()
        pdf: bytes = press.page(html).write_pdf(
            font_config=press.fonts, stylesheets=[press.sheet], pdf_variant=_PDF_VARIANT
        )
    return pdf


def pdf_engine_trouble() -> str:
    """Return why there are no PDFs, in a sentence for the desk; "" if this machine can make them."""
    try:
        with _engine_lock:
            load_pdf_engine()
    except PdfUnavailable:
        return _NO_PDF_HERE
    return ""


def pdf_engine_trouble_and_cure() -> str:
    """Return why there are no PDFs, with the command to type, for whoever runs the server; or ""."""
    return f"{_NO_PDF_HERE} {PDF_CURE}" if pdf_engine_trouble() else ""


@lru_cache(maxsize=512)
def undrawable_letters(text: str) -> str:
    """Return the characters that no font on this machine can draw; also "" without WeasyPrint."""
    if text.isascii():
        return ""
    try:
        with _engine_lock:
            press = load_pdf_engine()
            page = press.page(format_html('<p class="excuse">{}</p>', text))
            press.missing.letters.clear()
            page.write_pdf(font_config=press.fonts, stylesheets=[press.sheet])
            return "".join(press.missing.letters)
    except PdfUnavailable:
        return ""
