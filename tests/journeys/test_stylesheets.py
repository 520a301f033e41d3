"""A browser understands every declaration and selector of our style sheets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tinycss2
from playwright.sync_api import Browser, Page

from tests.house.test_stylesheets import SHEETS, read_rules

# For printing and for the PDF: a browser does not know these on a screen.
OF_PAPER = {"paper.css"}
CHECK = """([selectors, declarations]) => {
  const isUnknown = (selector) => { try { document.querySelector(selector); } catch { return true; } };
  const unknown = declarations.filter(([name, value]) => !CSS.supports(name, value));
  return [...selectors.filter(isUnknown), ...unknown.map((one) => one.join(": "))];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def is_of_rule(selector: str) -> bool:
    """Return whether it is a rule's selector, not an animation frame or part of an at-rule."""
    return selector not in ("from", "to", "") and not selector[0].isdigit()


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_browser_knows_every_property_value_and_selector(page: Page, path: Path) -> None:
    rules = read_rules(path.read_text())
    declarations = [
        [one.name, tinycss2.serialize(one.value).strip()]
        for rule in rules
        for one in rule.declarations
        if not one.name.startswith("--")
    ]
    selectors = [rule.selector for rule in rules if is_of_rule(rule.selector)]
    unknown = page.evaluate(CHECK, [selectors, declarations])
    assert path.name in OF_PAPER or unknown == []
    assert declarations


def test_unknown_css_is_found(page: Page) -> None:
    wrong = [["p >> q", "p:nowhere"], [["colr", "red"], ["color", "blu"], ["color", "var(--bb-ink)"]]]
    assert page.evaluate(CHECK, wrong) == ["p >> q", "p:nowhere", "colr: red", "color: blu"]
