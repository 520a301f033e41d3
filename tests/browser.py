"""Find the machine's own Chromium, or one that bin/prepare downloaded, for tests marked `browser`.

A failing browser test runs once more. If it then passes, the run stays green and reports the test as flaky
at the end. No other test is repeated.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Keyboard, Page, expect

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000
"""Generous, because a busy machine is slow but not wrong."""
FLAKY = "FLAKY: "
"""Starts a line about a browser test that passed only on the second attempt; tests/run.py collects them."""
DOWNLOADS = "Library/Caches/ms-playwright" if sys.platform == "darwin" else ".cache/ms-playwright"
MISSING = "no Chromium on this machine (looked for " + ", ".join(NAMES) + ", Playwright's own)"


def chromium() -> str | None:
    """Return the path of a Chromium on PATH or downloaded by Playwright, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None) or downloaded()


def downloaded() -> str | None:
    """Return the newest headless Chromium in Playwright's download folder."""
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / DOWNLOADS
    found = sorted(Path(folder).glob("chromium_headless_shell-*/*/*headless[-_]shell"))
    return str(found[-1]) if found else None


class Launch:
    """Overrides pytest-playwright's fixture; registered late, because the last one registered wins."""

    @pytest.fixture(scope="session")
    @classmethod
    def browser_type_launch_args(cls, browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
        path = {"executable_path": chromium()} if chromium() else {}
        return {**browser_type_launch_args, **path, "args": ARGUMENTS}


PLAIN_KEYBOARD = Page.keyboard


def find_keyboard(page: Page) -> Keyboard:
    """Return the page's keyboard once its scripts have run.

    A new page's text is there some milliseconds before what its keys do. Nobody presses one in between, but a
    test does, and then waits in vain.
    """
    page.wait_for_load_state("domcontentloaded")
    return PLAIN_KEYBOARD.fget(page)


def pytest_configure(config: pytest.Config) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    Page.keyboard = property(find_keyboard)
    config.pluginmanager.register(Launch(), "chromium-of-this-machine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    may_repeat = chromium() and not config.getoption("usepdb")
    for item in items:
        if "browser_name" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if may_repeat and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") is None or chromium():
        return
    if os.environ.get("CI"):
        pytest.fail(MISSING, pytrace=False)
    pytest.skip(MISSING)


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    yield
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if MISSING in str(r.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"WARNING: {len(skipped)} browser tests were left out: {MISSING}.", yellow=True, bold=True
        )
    for line in flaky_lines(terminalreporter.stats):
        terminalreporter.write_line(line, yellow=True, bold=True)


def flaky_lines(stats: dict[str, list[Any]]) -> list[str]:
    """Return one line for each test that failed and then passed, with the first error."""
    failed = {report.nodeid for kind in ("failed", "error") for report in stats.get(kind, [])}
    first_failure: dict[str, str] = {}
    for report in stats.get("rerun", []):
        crash = getattr(report.longrepr, "reprcrash", None)
        said = str(crash.message if crash else report.longrepr).strip().splitlines()
        first_failure.setdefault(report.nodeid, said[0] if said else "")
    return [f"{FLAKY}{test} ({why})" for test, why in first_failure.items() if test not in failed]
