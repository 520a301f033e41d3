"""The one place that speaks to WeasyPrint: HTML in, tagged PDF out.

WeasyPrint needs Pango, which the machine may lack. It is imported at the first use, which takes a second.
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

NO_PDF = "Notes cannot be made into PDFs on this machine; they print straight from the browser."
# The same packages as in bin/prepare, which could not install them.
CURE = (
    "To have PDFs, install Pango and start again; on Debian or Ubuntu type this one line as root: "
    "apt-get update && apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
SHEET = Path(settings.BASE_DIR) / "static" / "css" / "paper.css"
VARIANT = "pdf/ua-1"

# One at a time: with a font configuration for each note memory grows without end, and one that several
# threads use at once deadlocks them all.
_lock = threading.Lock()


class NoPress(Exception):
    """This machine cannot make a PDF. The page itself can still be printed from the browser."""


class Missing(logging.Filter):
    """Hears from WeasyPrint which characters it drew as an empty box, and keeps them from the log.

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


class Machine(NamedTuple):
    """WeasyPrint's own module, with what is made once and used for every note."""

    weasyprint: Any
    fonts: Any
    sheet: Any
    fetcher: Any
    missing: Missing

    def page(self, html: str) -> Any:
        return self.weasyprint.HTML(string=html, url_fetcher=self.fetcher)


@cache
def machine() -> Machine:
    """Raises NoPress where Pango is missing."""
    try:
        # Where a library is missing, WeasyPrint prints the loader's words for programmers before it raises.
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher
    except (OSError, ImportError) as problem:
        raise NoPress(first_line(problem)) from problem

    class FetchesNothing(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            raise ValueError("A note fetches nothing.")

    missing = Missing()
    logging.getLogger("weasyprint").addFilter(missing)
    fonts, fetcher = FontConfiguration(), FetchesNothing()
    sheet = weasyprint.CSS(string=SHEET.read_text(), font_config=fonts, url_fetcher=fetcher)
    return Machine(weasyprint, fonts, sheet, fetcher, missing)


def first_line(problem: Exception) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]


def pdf(html: str) -> bytes:
    """The page as tagged PDF (PDF/UA-1). Raises NoPress where this machine cannot."""
    with _lock:
        press = machine()
        return press.page(html).write_pdf(
            font_config=press.fonts, stylesheets=[press.sheet], pdf_variant=VARIANT
        )


def trouble() -> str:
    """Why there are no PDFs, in a sentence for the desk; "" where this machine can make them."""
    try:
        with _lock:
            machine()
    except NoPress:
        return NO_PDF
    return ""


def trouble_and_cure() -> str:
    """The same for who runs the server, with the one line to type."""
    return f"{NO_PDF} {CURE}" if trouble() else ""


@lru_cache(maxsize=512)
def undrawable(text: str) -> str:
    """The characters of the text that no font of this machine can draw; "" without WeasyPrint too."""
    if text.isascii():
        return ""
    try:
        with _lock:
            press = machine()
            page = press.page(format_html('<p class="excuse">{}</p>', text))
            press.missing.letters.clear()
            page.write_pdf(font_config=press.fonts, stylesheets=[press.sheet])
            return "".join(press.missing.letters)
    except NoPress:
        return ""
