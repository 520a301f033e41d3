"""bin/prepare: quiet if nothing is missing, one line to type if it may not install, and never a question."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from checkin.papers import pdf_engine
from tests import browser

ROOT = Path(__file__).resolve().parents[2]
PREPARE = ROOT / "bin/prepare"
TOOLS = ("bash", "dirname", "env", "timeout", "mktemp", "rm", "tail", "grep", "uname")
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
BROWSER = ["libatomic1", "chromium-headless-shell"]
FONTS = ["fonts-dejavu-core", "fonts-noto-core", "fonts-droid-fallback"]


class Machine(NamedTuple):
    """A separate PATH: no browser, no fonts, a Python without Pango, an apt-get that only logs its calls."""

    folder: Path

    def prepare(self, purpose: str, **environment: str) -> tuple[int, str]:
        """Return the exit code and all output; its input is a pipe that nothing writes to."""
        given = {"PATH": str(self.folder), "HOME": str(self.folder), "M": str(self.folder)}
        given |= {"CHMOD": shutil.which("chmod") or "", "UNKNOWN": "", "BROKEN": ""}
        read, write = os.pipe()
        try:
            done = subprocess.run(
                [self.folder / "program/bin/prepare", purpose],
                check=False,
                env=given | environment,
                stdin=read,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=60,
            )
        finally:
            os.close(read)
            os.close(write)
        assert not (self.folder / "password").exists(), "somebody was asked for a password"
        return done.returncode, done.stdout

    @property
    def asked(self) -> list[str]:
        """Return the apt-get commands that were run, without their options."""
        said = self.folder / "asked"
        return said.read_text().splitlines() if said.exists() else []


@pytest.fixture
def machine(tmp_path: Path, request: pytest.FixtureRequest) -> Machine:
    who = getattr(request, "param", "root")

    def script(name: str, *lines: str) -> None:
        (tmp_path / name).write_text("\n".join([f"#!{shutil.which('bash')}", *lines, ""]))
        (tmp_path / name).chmod(0o755)

    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (tmp_path / tool).symlink_to(found)
    script("id", "echo 0" if who == "root" else "echo 1000")
    script("python3", '[ -e "$M/chromium" ]')
    script("dpkg-query", '[ ! -e "$M/chromium" ] || echo installed', "exit 1")
    script("apt-cache", '[ "${*: -1}" = "$UNKNOWN" ] || echo "Package: ${*: -1}"')
    script(
        "apt-get",
        'while [[ $1 == -* ]]; do [ "$1" = -o ] && shift; shift; done',
        'echo "$*" >> "$M/asked"',
        '[ -z "$BROKEN" ] || { echo "Unable to fetch some archives"; exit 100; }',
        '[ "$1" = update ] || { echo "#!$BASH" > "$M/chromium"; "$CHMOD" +x "$M/chromium"; }',
    )
    if who.startswith("sudo"):
        # Without that option it asks for a password at the terminal, not on its input.
        asks = '[ "$1" = --non-interactive ] || { : > "$M/password"; exit 1; }'
        script("sudo", asks, "shift", '"$@"' if who == "sudo" else "exit 1")
    (tmp_path / "program/bin").mkdir(parents=True)
    shutil.copy(PREPARE, tmp_path / "program/bin/prepare")
    return Machine(tmp_path)


@pytest.mark.parametrize("machine", ["root", "sudo"], indirect=True)
def test_missing_packages_are_installed_by_apt_in_one_call(machine: Any) -> None:
    code, said = machine.prepare("test")
    wanted = " ".join([*PANGO, *FONTS, *BROWSER])
    assert (code, said) == (0, f"Installing {wanted} ...\n")
    assert machine.asked == ["update", f"install -y --no-install-recommends {wanted}"]
    assert machine.prepare("test") == (0, "")
    assert len(machine.asked) == 2


def test_start_does_not_install_a_browser(machine: Machine) -> None:
    code, said = machine.prepare("run")
    assert code == 0 and "chromium" not in said and "chromium" not in machine.asked[-1]


def test_unknown_package_does_not_block_the_others(machine: Machine) -> None:
    code, _said = machine.prepare("test", UNKNOWN="fonts-noto-core")
    assert code == 0 and machine.asked[-1].split()[3:] == [*PANGO, FONTS[0], FONTS[2], *BROWSER]


@pytest.mark.parametrize(
    ("machine", "line"),
    [
        ("nobody", r"^Type this one line as root, and try again:  apt-get update && apt-get install -y "),
        (
            "sudo that asks",
            r"^Type this one line, and try again:  sudo sh -c 'apt-get update && apt-get install ",
        ),
    ],
    indirect=["machine"],
)
def test_user_who_may_not_install_gets_the_one_line_to_type(machine: Any, line: Any) -> None:
    code, said = machine.prepare("test")
    assert code == 1 and machine.asked == []
    assert re.search(line, said, re.MULTILINE) and len(said.splitlines()) == 2
    assert all(package in said.splitlines()[1] for package in [*PANGO, *FONTS, *BROWSER])


@pytest.mark.parametrize("machine", ["nobody", "sudo that asks"], indirect=True)
def test_start_without_install_rights_continues_silently(machine: Any) -> None:
    assert machine.prepare("run") == (0, "")


def test_apt_failure_stops_the_tests_with_a_message_but_not_a_start(machine: Machine) -> None:
    code, said = machine.prepare("test", BROKEN="yes")
    assert code == 1 and "Unable to fetch some archives" in said and "Type this one line" in said
    code, said = machine.prepare("run", BROKEN="yes")
    assert code == 0 and "Unable" not in said and "Type" not in said


@pytest.mark.parametrize("machine", ["nobody"], indirect=True)
def test_missing_packages_are_named_without_apt(machine: Any) -> None:
    (machine.folder / "apt-get").unlink()
    code, said = machine.prepare("test")
    assert code == 1 and "by the names that your system gives them" in said and PANGO[0] in said


@pytest.mark.parametrize("machine", ["nobody"], indirect=True)
def test_user_who_may_not_install_gets_a_browser_from_playwright(
    machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloaded = machine.folder / "browsers/chromium_headless_shell-1/chrome-linux"
    programs = machine.folder / "program/.venv/bin"
    programs.mkdir(parents=True)
    downloaded.mkdir(parents=True)
    playwright = programs / "playwright"
    playwright.write_text(
        f"#!{shutil.which('bash')}\n"
        '[ "$*" = "install chromium-headless-shell" ] || exit 1\n'
        f'echo "#!$BASH" > "{downloaded}/headless_shell"\n'
        f'"$CHMOD" +x "{downloaded}/headless_shell"\n'
    )
    playwright.chmod(0o755)
    code, said = machine.prepare("test", PLAYWRIGHT_BROWSERS_PATH=str(machine.folder / "browsers"))
    lacking = next(line for line in said.splitlines() if line.startswith("This machine lacks"))
    assert code == 1 and "chromium" not in lacking and PANGO[0] in lacking
    monkeypatch.setenv("PATH", str(machine.folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(machine.folder / "browsers"))
    assert browser.chromium() == str(downloaded / "headless_shell"), "the tests find it too"
    # A browser without its libraries does not start, so it does not count.
    playwright.write_text("exit 0\n")
    (downloaded / "headless_shell").write_text("exit 127\n")
    code, said = machine.prepare("test", PLAYWRIGHT_BROWSERS_PATH=str(machine.folder / "browsers"))
    assert code == 1 and said.splitlines()[-1].endswith(" chromium-headless-shell")


def test_python_without_venv_gets_it_installed(machine: Machine) -> None:
    assert machine.prepare("venv")[0] == 0
    assert machine.asked[-1].endswith(" python3-venv")


def test_nothing_is_printed_and_little_time_used_if_nothing_is_missing(tmp_path: Path) -> None:
    # A test must not install anything on any machine.
    (tmp_path / "apt-get").write_text(f"#!{shutil.which('bash')}\nexit 1\n")
    (tmp_path / "apt-get").chmod(0o755)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [PREPARE, "run"],
        check=False,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    # CPU time, because other tests may slow down the wall clock.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


def test_code_docs_and_script_name_the_same_packages() -> None:
    assert f'PANGO="{" ".join(PANGO)}"' in PREPARE.read_text()
    assert " ".join(PANGO) in pdf_engine.PDF_CURE
    assert " ".join(PANGO) in (ROOT / "docs/running.md").read_text()


def test_ci_runs_prepare_then_lint_then_tests() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert lines[-3:] == ["make prepare", "make lint", "exec make test"]
