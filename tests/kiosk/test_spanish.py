"""Every text of the tablet has a Spanish translation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client

from checkin.rules.excuse_notes import NOTE_TILE_WORDS

ROOT = Path(settings.BASE_DIR)
IN_TEMPLATE = re.compile(r"""\{%\s*(?:translate|trans)\s+(["'])(.*?)\1""")
IN_BLOCK = re.compile(r"\{% blocktranslate[^%]*%\}(.*?)\{% (?:plural|endblocktranslate) %\}")
IN_CODE = re.compile(r"""(?<!p)_\("(.*?)"\)""")
IN_CONTEXT = re.compile(r"""pgettext\("(.*?)", "(.*?)"\)""")


TWO_FORMS = re.compile(r"\b(?:niño|niños|hijo|el paciente|bienvenido|correcto)\b", re.IGNORECASE)
"""Words that take a girl for a boy or a woman for a man, where a word for both is at hand."""


def catalog() -> Any:
    with open(ROOT / "locale/es/LC_MESSAGES/django.po", "rb") as file:
        return read_po(file, locale="es")


def words_used() -> set[tuple[str | None, str]]:
    used: set[tuple[str | None, str]] = set()
    for file in (ROOT / "templates/kiosk").rglob("*.html"):
        used |= {(None, found) for _, found in IN_TEMPLATE.findall(file.read_text())}
        used |= {
            (None, re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", found))
            for found in IN_BLOCK.findall(file.read_text())
        }
    # The labels of the five faces are defined beside their numbers.
    beside = [ROOT / "checkin/rules/visit_feedback.py", ROOT / "checkin/web/relationship_suggestions.py"]
    for file in [*(ROOT / "checkin/web/kiosk").glob("*.py"), *beside]:
        used |= {(None, found) for found in IN_CODE.findall(file.read_text())}
        used |= set(IN_CONTEXT.findall(file.read_text()))
    return used | {(None, str(words)) for words in NOTE_TILE_WORDS.values()}


def test_every_text_of_the_tablet_has_a_spanish_translation() -> None:
    known = {(m.context, m.id) for m in catalog() if m.id and m.string and not m.fuzzy}
    known |= {(context, ids[0]) for context, ids in known if isinstance(ids, tuple)}
    assert len(words_used()) > 60
    assert words_used() - known == set()


def test_the_spanish_uses_the_formal_usted() -> None:
    said = " ".join(str(message.string) for message in catalog())
    assert not re.search(r"\b(tú|tu|tus|ti|contigo|tienes|puedes|quieres|eres)\b", said, re.IGNORECASE)


def test_the_spanish_of_the_tablet_takes_nobody_for_a_man() -> None:
    ids = {words for _context, words in words_used()}
    said = [str(one.string) for one in catalog() if (one.id if isinstance(one.id, str) else one.id[0]) in ids]
    assert len(said) > 60
    assert [words for words in said if TWO_FORMS.search(words)] == []
    assert TWO_FORMS.search("¿Otro niño o niña?")


def test_no_message_is_in_the_catalog_twice() -> None:
    """gettext refuses a catalog with a duplicate msgid, and then nothing is in Spanish."""
    text = (ROOT / "locale/es/LC_MESSAGES/django.po").read_text()
    said = re.findall(r'^((?:msgctxt .*\n)?msgid ".+")$', text, re.MULTILINE)
    assert sorted(said) == sorted(set(said))


def test_each_message_with_a_percent_placeholder_is_checked_as_one() -> None:
    """Without the mark, a translation that misspells the placeholder is compiled, and breaks the page."""
    entries = (ROOT / "locale/es/LC_MESSAGES/django.po").read_text().split("\n\n")[1:]
    filled = [entry for entry in entries if re.search(r"%\(\w+\)[sd]|%[sd]", entry)]
    assert len(filled) > 5
    assert [entry for entry in filled if not re.search(r"^#,.*\bpython-format\b", entry, re.MULTILINE)] == []


def test_the_tablet_shows_spanish(tablet: Client) -> None:
    page = tablet.get("/kiosk/?language=es").content.decode()
    assert '<html lang="es"' in page
    assert "¿Cuál es su relación con quien trae?" in page
    assert "Castillo azul" in page
    assert "¿Cómo le contactamos?" in page
