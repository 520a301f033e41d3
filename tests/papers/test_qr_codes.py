"""An address as a QR code, in a page and on paper."""

from __future__ import annotations

from checkin.papers.qr_codes import qr_code_svg


def test_the_code_differs_by_its_address_and_has_words_and_no_style() -> None:
    drawn = qr_code_svg("https://brook.example/verify/abc/", "QR code: <opens> the page")
    assert drawn.startswith("<svg") and 'class="square"' in drawn
    assert "&lt;opens&gt;" in drawn and "style=" not in drawn and "<script" not in drawn
    assert drawn != qr_code_svg("https://brook.example/verify/abd/", "QR code: <opens> the page")
