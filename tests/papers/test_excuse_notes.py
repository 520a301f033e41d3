"""The printed note: everything allowed, nothing else, tagged, one page, in any script."""

from __future__ import annotations

import builtins
import dataclasses
import inspect
import subprocess
import typing
from pathlib import Path
from types import ModuleType
from typing import Any

import pikepdf
import pytest
from django.template import Template
from django.template.base import Variable
from django.template.loader import get_template

from checkin.papers import excuse_notes as excuse_note_paper
from checkin.papers import pdf_engine
from checkin.papers.qr_codes import qr_code_svg
from checkin.rules.excuse_note_words import ExcuseNoteWords
from checkin.rules.excuse_notes import NoteKind, NoteValues
from checkin.rules.roles import ROLE_RULES, StaffAct
from tests.papers.sheets import SITE, note, opened, text_of

# One name in each script covered by the fonts that bin/prepare installs.
NAMES = {
    "latin": "Zoë Ångström-Nuñez",
    "vietnamese": "Nguyễn Thị Hồng",
    "cyrillic": "Мария Кузнецова",
    "greek": "Ελένη Παπαδοπούλου",
    "arabic": "ليلى الخطيب",
    "hebrew": "נועה כהן",
    "georgian": "ნინო ბერიძე",
    "armenian": "Անի Հակոբյան",
    "amharic": "ሰላም ተስፋዬ",
}
# Letters join in these scripts, so text extraction returns them in another order.
JOINED = {
    "devanagari": "अर्जुन शर्मा",
    "bengali": "রহিম উদ্দিন",
    "tamil": "முருகன்",
    "thai": "สมชาย",
    "khmer": "សុខា",
}
WIDE = {"han": "王小明", "kana": "さくら", "hangul": "김민준"}


def parts_of(thing: object) -> list[object]:
    """Return the attributes of a template node or expression, in slots or not."""
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    named = {**{name: getattr(thing, name, None) for name in slots}, **getattr(thing, "__dict__", {})}
    return [value for name, value in named.items() if name not in ("origin", "parent", "token", "parser")]


def variables_of(template: Template) -> set[str]:
    """Return every variable that the template's nodes look up, except those its loops define."""
    found: set[str] = set()
    made: set[str] = {"forloop"}

    def look(thing: object) -> None:
        if isinstance(thing, Variable):
            found.update([".".join(thing.lookups)] if thing.lookups else [])
        elif isinstance(thing, list | tuple):
            for one in thing:
                look(one)
        elif type(thing).__module__.startswith(("django.template", "django.templatetags")):
            made.update(getattr(thing, "loopvars", []))
            look(parts_of(thing))

    look(list(template.nodelist))
    return {name for name in found if name not in made and not name.startswith("forloop.")}


def test_the_template_context_has_only_note_labels_and_qr_code() -> None:
    given = typing.get_type_hints(excuse_note_paper.NoteSheetContext)
    assert given["note"] is NoteValues
    assert given["said"] == tuple[ExcuseNoteWords, ...]
    assert set(given) == {"note", "said", "sheet", "copies", "fit", "code", "where", "square"}
    assert set(excuse_note_paper.note_sheet_context(note(), site=SITE)) == set(given)


@pytest.mark.parametrize(
    "function", [excuse_note_paper.note_sheet_context, excuse_note_paper.note_sheet_html]
)
def test_the_paper_functions_take_only_a_note_and_the_site(function: Any) -> None:
    asked = inspect.signature(function, eval_str=True).parameters
    assert {name: one.annotation for name, one in asked.items()} == {"note": NoteValues, "site": str}


def test_the_template_uses_only_variables_allowed_on_a_note() -> None:
    named = variables_of(get_template("papers/excuse_note.html").template)
    allowed = {f"note.{field.name}" for field in dataclasses.fields(NoteValues)}
    words = {f"words.{field.name}" for field in dataclasses.fields(ExcuseNoteWords)}
    rest = {"said", "sheet", "copies", "copy", "fit", "code", "where", "square"}
    assert {"note.person_name", "note.seen_on", "words.title"} <= named
    assert named <= allowed | words | rest


def test_the_variable_scan_finds_a_foreign_variable() -> None:
    strange = Template(
        "{% load i18n %}{% for a in said %}{% language a.language %}{% if note.kind %}"
        "{{ visit.sign_in.reason|default:other }}{% endif %}{% endlanguage %}{% endfor %}"
    )
    assert {"visit.sign_in.reason", "other"} <= variables_of(strange)


def test_note_templates_include_no_other_template() -> None:
    for path in (Path(__file__).resolve().parents[2] / "templates/papers").glob("*.html"):
        text = path.read_text()
        assert "{% include" not in text and "{% extends" not in text


def test_every_field_of_the_note_is_on_the_page() -> None:
    text = text_of(excuse_note_paper.make_notes_pdf([note()], site=SITE))
    for words in (
        "Brook Street Clinic",
        "12 Brook Street, Springfield, IL 62701",
        "555-010-0100",
        "School note",
        "Leo Ruiz",
        "Tuesday, March 10, 2026, from 9:40 AM to 10:25 AM",
        "from Tuesday, March 10, 2026 to Wednesday, March 11, 2026",
        "Thursday, March 12, 2026",
        "No sports until March 20.",
        "Noor Haddad",
        "Note no. 17",
        "0123 4567 89AB CDEF GHJK MNPQ RSTV",
        "checkin.example.org/verify/",
    ):
        assert words in text


def test_a_spanish_note_has_both_languages_on_one_page() -> None:
    made = excuse_note_paper.make_notes_pdf([note(language="es")], site=SITE)
    text = text_of(made)
    assert "Nota para la escuela" in text and "School note" in text
    assert "martes 10 de marzo de 2026, de 9:40 a 10:25" in text
    assert "Tuesday, March 10, 2026" in text
    assert len(opened(made).pages) == 1
    assert str(opened(made).Root.Lang) == "en"


def test_the_schools_language_comes_before_the_familys() -> None:
    text = text_of(excuse_note_paper.make_notes_pdf([note(language="es")], site=SITE))
    assert text.index("School note") < text.index("Nota para la escuela")
    abroad = note(language="en", school_language="es")
    made = excuse_note_paper.make_notes_pdf([abroad], site=SITE)
    text = text_of(made)
    assert text.index("Nota para la escuela") < text.index("School note")
    assert str(opened(made).Root.Lang) == "es"


def test_the_name_as_the_school_writes_it_comes_first_and_the_recorded_name_stays() -> None:
    spelled = note(person_name="محمد الحسن", name_spelling="Mohamed Alhasan")
    text = text_of(excuse_note_paper.make_notes_pdf([spelled], site=SITE))
    assert text.index("Mohamed Alhasan") < text.index("محمد الحسن")


@pytest.mark.parametrize(
    ("role", "english", "spanish"),
    [
        ("front_desk", "by Noor Haddad, front desk", "por Noor Haddad, recepción"),
        ("clinician", "by Noor Haddad, clinician", "por Noor Haddad, personal clínico"),
        ("manager", "by Noor Haddad, manager", "por Noor Haddad, gerencia"),
        ("administrator", "by Noor Haddad, administrator", "por Noor Haddad, administración"),
    ],
)
def test_a_note_says_when_it_was_issued_by_whom_in_which_role(role: str, english: str, spanish: str) -> None:
    text = text_of(excuse_note_paper.make_notes_pdf([note(language="es", issuer_role=role)], site=SITE))
    assert f"March 10, 2026, {english}" in text and f"10 de marzo de 2026, {spanish}" in text


def test_each_role_that_writes_notes_has_words_on_them() -> None:
    text = get_template("papers/excuse_note.html").template.source
    for role in ROLE_RULES[StaffAct.WRITE_NOTE].roles:
        assert f'note.issuer_role == "{role}"' in text


def test_a_note_issued_before_roles_were_printed_has_no_role() -> None:
    text = text_of(excuse_note_paper.make_notes_pdf([note(issuer_role="")], site=SITE))
    assert "by Noor Haddad Signature" in text


def test_a_short_note_has_a_copy_for_the_school_and_one_for_the_family_on_its_sheet() -> None:
    made = excuse_note_paper.make_notes_pdf([note()], site=SITE)
    text = text_of(made)
    assert len(opened(made).pages) == 1
    assert text.index("For the school") < text.index("For the family")
    assert [text.count(words) for words in ("Leo Ruiz", "Note no. 17", "No sports until March 20.")] == [
        2,
        2,
        2,
    ]
    with opened(made) as document:
        _, _, width, height = document.pages[0].mediabox
        assert width > height, "the sheet lies on its side"


def test_the_copies_of_a_work_note_are_for_the_employer_and_the_family() -> None:
    text = text_of(excuse_note_paper.make_notes_pdf([note(kind=NoteKind.WORK, language="es")], site=SITE))
    assert "For the employer" in text and "Para la familia" in text


def test_a_long_note_has_a_sheet_to_itself() -> None:
    text = text_of(excuse_note_paper.make_notes_pdf([note(limits="No sports. " * 20)], site=SITE))
    assert text.count("Leo Ruiz") == 1 and "For the school" not in text


LONG_FIELDS = ("person_name", "name_spelling", "limits", "issuer", "clinic_address")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_longest_notes_with_two_copies_fit_one_page_each(language: str) -> None:
    some = []
    for field in LONG_FIELDS:
        for letters in ("W", "w "):
            longest = ""
            while excuse_note_paper.note_sheet_context(
                note(language=language, **{field: f"{longest}{letters}"}), site=SITE
            )["copies"] != ("",):
                longest += letters
            some.append(note(language=language, **{field: longest.strip()}))
    made = excuse_note_paper.make_notes_pdf(some, site=SITE)
    assert len(opened(made).pages) == len(some) == 10
    assert text_of(made).count("Note no. 17") == 2 * len(some)


def test_a_work_note_is_addressed_to_the_employer() -> None:
    text = text_of(
        excuse_note_paper.make_notes_pdf([note(kind=NoteKind.WORK, person_name="Rosa Delgado")], site=SITE)
    )
    assert "To the employer" in text and "May return to work" in text
    assert "school" not in text.casefold()


def test_a_blank_field_has_no_line() -> None:
    text = text_of(
        excuse_note_paper.make_notes_pdf([note(limits="", return_on=None, seen_to=None)], site=SITE)
    )
    assert "Activity limits" not in text and "May return" not in text
    assert "March 10, 2026, 9:40 AM" in text


def test_the_pdf_is_tagged_and_has_language_and_title() -> None:
    found = opened(excuse_note_paper.make_notes_pdf([note()], site=SITE))
    assert bool(found.Root.MarkInfo.Marked)
    assert "/StructTreeRoot" in found.Root
    assert str(found.Root.Lang) == "en"
    assert bool(found.Root.ViewerPreferences.DisplayDocTitle)
    assert str(found.docinfo["/Title"]) == "School note 17 · Brook Street Clinic"
    with found.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "School note 17 · Brook Street Clinic"


def tags(element: pikepdf.Object) -> list[pikepdf.Object]:
    children = element.get("/K", [])
    inner = children if isinstance(children, pikepdf.Array) else [children]
    found = [one for one in inner if isinstance(one, pikepdf.Dictionary) and "/S" in one]
    return [*found, *(tag for one in found for tag in tags(one))]


def test_the_qr_code_has_alternative_text_and_rows_have_headers() -> None:
    found = opened(excuse_note_paper.make_notes_pdf([note()], site=SITE))
    every = tags(found.Root.StructTreeRoot)
    kinds = {str(tag.S) for tag in every}
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    assert [str(tag.Alt) for tag in every if tag.S == "/Figure"] == [
        "QR code: opens the page that says whether this note is genuine"
    ] * 2, "one on each copy"


def test_the_qr_code_encodes_the_notes_address_without_inline_style() -> None:
    drawn = excuse_note_paper.note_sheet_context(note(), site=SITE)["square"]
    assert "style=" not in drawn and "<script" not in drawn
    assert (
        qr_code_svg(
            f"{SITE}/verify/{note().code}/",
            "QR code: opens the page that says whether this note is genuine",
        )
        == drawn
    )


def test_a_draft_has_no_number_and_no_qr_code() -> None:
    html = excuse_note_paper.note_sheet_html(note(number=None, code=""), site=SITE)
    assert "<svg" not in html and "Note no." not in html


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_in_any_script_can_be_read_back_from_the_pdf(name: str) -> None:
    assert name in text_of(excuse_note_paper.make_notes_pdf([note(person_name=name)], site=SITE))
    assert excuse_note_paper.undrawable_note_words(note(person_name=name)) == ""


@pytest.mark.parametrize("name", JOINED.values(), ids=JOINED)
def test_a_name_in_a_joined_script_fits_one_page(name: str) -> None:
    made = excuse_note_paper.make_notes_pdf([note(person_name=name)], site=SITE)
    assert len(opened(made).pages) == 1
    assert excuse_note_paper.undrawable_note_words(note(person_name=name)) == ""


@pytest.mark.parametrize("name", WIDE.values(), ids=WIDE)
def test_a_name_without_a_font_is_reported_beforehand(name: str) -> None:
    fonts = subprocess.run(["fc-list", f":charset={ord(name[0]):x}"], capture_output=True, check=True).stdout
    said = excuse_note_paper.undrawable_note_words(note(person_name=name))
    assert (name[0] in said) == (not fonts.strip())


def test_letters_without_a_font_are_reported() -> None:
    said = excuse_note_paper.undrawable_note_words(note(person_name="Leo Ruiz", issuer="\U0001fbff"))
    assert "no font" in said


def test_an_ascii_name_skips_the_font_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_engine, "load_pdf_engine", lambda: pytest.fail("asked the press"))
    assert pdf_engine.undrawable_letters("Leo Ruiz, 12 Brook Street") == ""


def test_names_are_escaped() -> None:
    made = excuse_note_paper.note_sheet_html(
        note(person_name="<b>Leo</b><img src=x>", limits="<script>"), site=SITE
    )
    assert "<b>" not in made and "<img" not in made and "<script>" not in made


def test_the_pdf_engine_fetches_nothing() -> None:
    page = "<html lang=en><head><title>x</title></head><body><p>y<img alt='' src='file:///etc/hostname'></body></html>"
    assert "y" in text_of(pdf_engine.render_pdf(page))
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf_engine.load_pdf_engine().fetcher.fetch("file:///etc/passwd")


@pytest.mark.parametrize("letter", ["W", "w ", "王", "م"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_note_with_every_field_at_its_limit_fits_one_page(letter: str, language: str) -> None:
    def long(limit: int) -> str:
        return (letter * limit)[:limit].strip()

    full = note(
        language=language,
        person_name=long(410),
        limits=long(300),
        clinic_name=long(120),
        clinic_address=long(300),
        clinic_phone="5" * 40,
        issuer=long(120),
        number=4_294_967,
    )
    assert len(opened(excuse_note_paper.make_notes_pdf([full], site=SITE)).pages) == 1


def test_several_notes_are_one_document_with_a_page_each() -> None:
    names = [f"Child {letter}" for letter in "ABCDE"]
    some = [
        note(person_name=name, number=n, language="es" if n % 2 else "en") for n, name in enumerate(names, 1)
    ]
    made = excuse_note_paper.make_notes_pdf(some, site=SITE)
    found = opened(made)
    assert len(found.pages) == 5
    assert str(found.docinfo["/Title"]) == "5 notes · Brook Street Clinic"
    assert [name in text_of(made) for name in names] == [True] * 5


def test_without_pango_the_trouble_is_explained_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise pdf_engine.PdfUnavailable("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pdf_engine, "load_pdf_engine", absent)
    at_the_desk, at_the_start = (
        excuse_note_paper.note_pdf_trouble(),
        excuse_note_paper.note_pdf_trouble_and_cure(),
    )
    assert "straight from the browser" in at_the_desk and "libpango" not in at_the_desk
    assert at_the_start.startswith(at_the_desk) and "libpango-1.0-0" in at_the_start
    assert "\n" not in at_the_start and "cannot load" not in at_the_start
    assert (
        excuse_note_paper.undrawable_note_words(note(person_name="王")) == ""
        or pdf_engine.undrawable_letters.cache_info().hits
    )
    with pytest.raises(excuse_note_paper.NotePdfUnavailable):
        excuse_note_paper.make_notes_pdf([note()], site=SITE)


def test_a_missing_library_raises_pdf_unavailable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: Any, *args: Any, **kwargs: Any) -> ModuleType:
        if name.startswith("weasyprint"):
            print("WeasyPrint could not import some external libraries.")
            raise OSError("cannot load library 'libpango-1.0-0': no such file\nand more")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        pdf_engine.PdfUnavailable, match="^cannot load library 'libpango-1.0-0': no such file$"
    ):
        pdf_engine.load_pdf_engine.__wrapped__()
    assert capsys.readouterr().out == ""


def test_with_pango_no_trouble_is_reported() -> None:
    assert excuse_note_paper.note_pdf_trouble() == ""


def test_letters_without_a_font_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    excuse_note_paper.make_notes_pdf([note(person_name="Leo \U0001fbff")], site=SITE)
    assert caplog.records == []


def test_a_name_with_dozens_of_marks_on_a_letter_does_not_cover_the_note() -> None:
    sheet = excuse_note_paper.note_sheet_html(note(person_name="Za" + "\u0351" * 60 + "lgo"), site=SITE)
    assert "Za" + "\u0351" * 5 + "lgo" in sheet
    assert "\u0351" * 6 not in sheet
