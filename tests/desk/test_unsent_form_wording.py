"""A form shown again after a login uses the labels of its own page, for every form of the desk."""

from __future__ import annotations

import html
import importlib
import inspect
import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from django import forms
from django.forms import HiddenInput
from django.test import Client
from django.urls import reverse

from checkin.models import Clinic, Location, Staff
from checkin.queries.patients import PATIENT_SEARCH_LABEL
from checkin.web import unsent_form_fields
from checkin.web.form_wording import HIDDEN_FIELDS
from checkin.web.unsent_form_wording import FORM_WORDINGS, find_form_wording
from tests import make

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "templates/desk"
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
INCLUDE = re.compile(r'{% include "(desk/[^"]+)"[^%]*%}')
NAMED = re.compile(r'<(input|select|textarea|button)\b[^>]*?\bname="([^"{]+)"[^>]*>')
BUTTON = re.compile(r"<button\b([^>]*)>(.*?)</button>", re.DOTALL)
ADDRESS = re.compile(r"{% url 'desk:(\w+)'")
NO_ACTION = {
    "handover.html": "handover",
    "_messages.html": "undo",
    "match_entries.html": "match_link",
}
NOT_OURS = (
    'method="dialog"',
    "account_logout",
    "own_shortcut_keys",
    'id="find"',
    'id="move"',
    'class="paper typed"',
)
"""The board's own box (`find`) narrows its rows; only what nobody there matches is sent, as a search."""
UNDOES = {"Undo move", "Undo answer", "Undo match"}
"""Where one of its pages labels the undo differently, the restored form says “Undo”."""
DYNAMIC = re.compile(r"{[{%]")


class Found(NamedTuple):
    page: str
    name: str
    inside: str


def whole(text: str) -> str:
    """Return a template's text with everything that it includes."""
    while INCLUDE.search(text):
        text = INCLUDE.sub(lambda one: (ROOT / "templates" / one[1]).read_text(), text)
    return text.replace("{% patient_search_label %}", PATIENT_SEARCH_LABEL)


def desk_forms() -> list[Found]:
    found = []
    for path in sorted(DESK.glob("*.html")):
        for head, inside in FORM.findall(path.read_text()):
            if any(word in head for word in NOT_OURS):
                continue
            address = ADDRESS.search(head)
            found.append(Found(path.name, address[1] if address else NO_ACTION[path.name], whole(inside)))
    return found


def said(text: str) -> str:
    """Return the text that a person reads."""
    text = re.sub(r"<kbd>.*?</kbd>|<span class=\"visually-hidden\">|<[^>]+>", " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


@pytest.mark.parametrize("one", desk_forms(), ids=lambda one: f"{one.page}:{one.name}")
def test_every_field_and_button_is_labeled_as_on_its_page(one: Found) -> None:
    words = FORM_WORDINGS[one.name]
    page = said(one.inside).lower()
    for kind, name in NAMED.findall(one.inside):
        assert words.knows(name), f"{name} has no words in checkin/web/unsent_form_wording.py"
        if label := words.labels.get(name):
            assert label.lower() in page, f"{name} is called otherwise on its page"
        is_hidden = f'type="hidden" name="{name}"' in one.inside or kind == "button"
        assert is_hidden is (words.label(name) is None), f"{name} is hidden on one page and not on the other"
    if "{% crispy" in one.inside or "|crispy" in one.inside:
        assert words.form is not None
    for head, inside in BUTTON.findall(one.inside):
        text, name, value = said(inside), re.search(r'name="(\w+)"', head), re.search(r'value="(\w+)"', head)
        if DYNAMIC.search(inside):
            assert name is None or words.buttons[name[1]] or words.patients
        elif name and value:
            assert value[1] in words.buttons[name[1]]
        else:
            assert text == words.send or (text in UNDOES and words.send == "Undo")


@pytest.mark.parametrize("one", desk_forms(), ids=lambda one: f"{one.page}:{one.name}")
def test_choices_are_labeled_as_on_their_page(one: Found) -> None:
    words = FORM_WORDINGS[one.name]
    for head, text in re.findall(r'<label[^>]*>(<input[^>]*type="radio"[^>]*>)(.*?)</label>', one.inside):
        name, value = re.search(r'name="(\w+)"', head), re.search(r'value="(\w+)"', head)
        if value and not DYNAMIC.search(text):
            assert said(text) == words.choices[name[1]][value[1]]


def form_classes() -> set[type[forms.BaseForm]]:
    found = set()
    for path in (ROOT / "checkin/web/desk").glob("*forms.py"):
        module = importlib.import_module(f"checkin.web.desk.{path.stem}")
        found |= {
            one
            for one in vars(module).values()
            if inspect.isclass(one) and issubclass(one, forms.BaseForm) and one.__module__ == module.__name__
        }
    return found


def test_every_desk_form_class_is_listed_and_its_fields_are_labeled() -> None:
    assert form_classes() == {words.form for words in FORM_WORDINGS.values() if words.form}
    for words in FORM_WORDINGS.values():
        for name, field in words.form.base_fields.items() if words.form else ():
            is_hidden = isinstance(field.widget, HiddenInput)
            assert (words.label(name) is None) is is_hidden, name


def test_every_choice_of_a_row_is_labeled() -> None:
    """Its rows are known only with a clinic. Without labels, a care alert could not be shown again at all."""
    for name, words in FORM_WORDINGS.items():
        for field, known in words.form.base_fields.items() if words.form else ():
            assert not isinstance(known, forms.ModelChoiceField) or field in words.choices, (name, field)


def test_a_restored_care_alert_shows_whom_to_tell_by_name(brook: Clinic, dana: Staff, otto: Staff) -> None:
    said = {"person_name": "Miguel", "words": "call the manager", "colleague": str(dana.pk)}
    for address in ("/patients/1/sealed/new/", "/patients/1/sealed/2/replace/"):
        fields, send = show(brook, address, **said)
        assert (chosen(fields["colleague"]), send) == ([str(dana)], "Save care alert")
        assert fields["words"]["label"] == "What staff should know and do"
        assert str(otto.pk) not in {value for value, _, _ in fields["colleague"]["options"]}


def test_a_form_whose_labels_fail_is_shown_with_all_that_was_typed(
    brook: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(FORM_WORDINGS["promise_keep"], choices={"outcome": lambda _: {}["x"]})
    monkeypatch.setitem(FORM_WORDINGS, "promise_keep", broken)
    fields, send = show(brook, "/promises/3/keep/", outcome="all is well", drawn_for="p3")
    assert (fields["outcome"]["text"], fields["outcome"]["label"]) == ("all is well", "Also typed")
    assert (fields["drawn_for"]["kind"], send) == ("hidden", "Send it")


def test_every_listed_form_is_a_form_of_the_desk() -> None:
    pages = {one.name for one in desk_forms()}
    own_tag = {"sign_in", "preferences", "promise_new"}
    own_tag |= {"sealed", "sealed_visit", "sealed_new", "sealed_replace"}
    assert set(FORM_WORDINGS) == pages | own_tag


@pytest.mark.parametrize("name", ["sign_in", "preferences", "promise_new"])
def test_a_crispy_form_has_the_button_of_its_page(desk_client: Client, front: Location, name: str) -> None:
    visit = make.visit(front)
    page = desk_client.get(reverse(f"desk:{name}", args=[visit.pk] if name == "preferences" else [])).content
    submit = re.search(r'<input type="submit"\s+name="(\w+)"\s+value="([^"]+)"', page.decode())
    assert FORM_WORDINGS[name].buttons[submit[1]] == {submit[2]: submit[2]}


def show(clinic: Clinic, address: str, **fields: str | list[str]) -> tuple[dict[str, dict], str]:
    pairs = [
        [name, text]
        for name, texts in fields.items()
        for text in ([texts] if isinstance(texts, str) else texts)
    ]
    form = unsent_form_fields.unsent_form_context(
        {"id": "a" * 32, "action": address, "fields": pairs}, clinic
    )
    sent = {
        (one["name"], one.get("text")) for one in form["fields"] if one["kind"] not in ("choice", "several")
    }
    sent |= {
        (one["name"], value)
        for one in form["fields"]
        for value, _, is_chosen in one.get("options", ())
        if is_chosen
    }
    assert sent == {tuple(pair) for pair in pairs}, "all that was sent is sent again"
    assert len({one["id"] for one in form["fields"]}) == len(form["fields"])
    return {one["name"]: one for one in form["fields"]}, form["send"]


def chosen(field: dict) -> list[str]:
    return [words for _, words, is_chosen in field["options"] if is_chosen]


def test_a_restored_sign_in_is_shown_with_its_labels(brook: Clinic) -> None:
    fields, send = show(
        brook,
        "/sign-in/",
        key="5b7b9a5e",
        patient="12",
        child_given_name="ليلى",
        child_birth_date="2018-03-14",
        reason="Cough\nsince Monday",
        notes_wanted=["school", "work"],
        approach="leave",
        interpreter="on",
        also="",
        send="Sign in",
    )
    kinds = {name: (one["kind"], one.get("label")) for name, one in fields.items()}
    assert kinds == {
        "key": ("hidden", None),
        "patient": ("hidden", None),
        "child_given_name": ("line", "Given name"),
        "child_birth_date": ("line", "Birth date"),
        "reason": ("lines", "Reason for coming"),
        "notes_wanted": ("several", "Notes wanted"),
        "approach": ("choice", "Preference"),
        "interpreter": ("tick", "Interpreter, please"),
        "also": ("hidden", None),
        "send": ("hidden", None),
    }
    assert chosen(fields["notes_wanted"]) == ["School note", "Work note"]
    assert (chosen(fields["approach"]), send) == (["Leave me be"], "Sign in")


def test_a_typed_number_is_visible_and_editable(brook: Clinic) -> None:
    fields, _ = show(brook, "/sign-in/", child_given_name="7", escort_phone="911")
    assert {one["kind"] for one in fields.values()} == {"line"}
    fields, send = show(brook, "/promises/3/keep/", outcome="1500")
    assert (fields["outcome"]["kind"], send) == ("line", "Mark as kept")


@time_machine.travel(make.at("9:41"))
def test_a_restored_promise_shows_owner_and_due_choice_by_name(brook: Clinic, dana: Staff) -> None:
    """On a Tuesday, because before a closed day the choice names the next open day instead of tomorrow."""
    fields, send = show(
        brook,
        "/promises/new/?visit=2",
        way="phone",
        due="tomorrow",
        due_on="2026-03-10",
        due_time="17:30",
        owner=f"staff:{dana.pk}",
        send="Save promise",
    )
    assert chosen(fields["owner"]) == [f"{dana.name} ({dana.get_role_display()})"]
    assert chosen(fields["due"])[0].startswith("Tomorrow") and fields["due"]["label"] == "By when"
    assert (fields["due_on"]["type"], fields["due_time"]["type"], send) == ("date", "time", "Save promise")


def test_an_invalid_date_is_shown_as_text(brook: Clinic) -> None:
    fields, _ = show(brook, "/visits/2/second-concern/", on="next week", how="booked", told="yes")
    assert (fields["on"]["type"], fields["on"]["text"]) == ("text", "next week")
    assert (chosen(fields["how"]), fields["told"]["label"]) == (["Booked for"], "I told the family")


@pytest.mark.parametrize(
    ("address", "fields", "words"),
    [
        ("/visits/2/move/", {"to": "roomed", "from": "arrived"}, "Room"),
        ("/visits/2/move/", {"to": "roomed", "reading": "read"}, "Read. Room"),
        ("/visits/2/move/", {"to": "roomed", "reading": "anyway"}, "Room anyway, unread"),
        ("/visits/2/needs/3/", {"outcome": "not_offered", "quick": "will come back"}, "Not offered"),
        ("/visits/2/notes/school/", {"do": "keep", "limits": "no sports"}, "Save the draft"),
        ("/visits/2/urgent/", {"urgent": "0"}, "No longer urgent"),
        ("/discrepancies/2/decide/", {"kind": "ask"}, "Ask the family"),
        ("/discrepancies/2/decide/", {"kind": "unheard of"}, "Send it"),
        ("/match/2/link/", {"patient": "999999"}, "Link"),
        ("/match/2/link/", {"patient": "9" * 30}, "Link"),
        ("/match/2/link/", {"patient": "²"}, "Link"),
        ("/no/such/page/", {"words": "kept"}, "Send it"),
    ],
)
def test_the_button_keeps_its_label_and_its_value_is_hidden(
    brook: Clinic, address: str, fields: dict[str, str], words: str
) -> None:
    found, send = show(brook, address, **fields)
    assert send == words
    of_button = {"to", "reading", "outcome", "do", "urgent", "kind", "patient"}
    assert {one["kind"] for name, one in found.items() if name in of_button} <= {"hidden"}


def test_the_button_names_only_patients_of_this_clinic(brook: Clinic) -> None:
    mine = make.patient(brook, "{Mia}")
    other = make.patient(make.clinic("Elsewhere"))
    assert show(brook, "/match/2/link/", patient=str(mine.pk))[1] == f"This is {mine.name}"
    assert show(brook, f"/patients/{mine.pk}/merge/", into=str(other.pk))[1] == "Merge"


@pytest.mark.parametrize(
    ("kind", "outcome", "words"),
    [
        ("interpreter", "declined", "They managed without"),
        ("vaccine", "done", "Given"),
        ("discrepancy", "left_open", "Leave it open"),
        ("vaccine", "lapsed", "No longer needed"),
    ],
)
def test_an_answer_is_called_as_on_the_buttons_of_its_need(
    brook: Clinic, front: Location, kind: str, outcome: str, words: str
) -> None:
    """Every need said "Declined", where the button that was pressed said "They managed without"."""
    need = make.visit(front).needs.create(
        clinic=brook, kind=kind, label="x", owner_role="clinician", why="x", noticed_at=make.at("9:41")
    )
    assert show(brook, f"/visits/{need.visit_id}/needs/{need.pk}/", outcome=outcome)[1] == words


def test_a_need_that_is_gone_or_elsewhere_still_has_a_button(brook: Clinic) -> None:
    away = make.visit(make.location(make.clinic("Elsewhere")))
    need = away.needs.create(
        clinic=away.clinic,
        kind="interpreter",
        label="x",
        owner_role="clinician",
        why="x",
        noticed_at=make.at("9:41"),
    )
    for pk in (need.pk, 999_999):
        assert show(brook, f"/visits/1/needs/{pk}/", outcome="declined")[1] == "Declined"


@pytest.mark.parametrize("address", ["/visits/1/notes/work/", "/notes/1/reissue"])
def test_the_spelling_of_a_name_is_no_school_of_an_adult(brook: Clinic, address: str) -> None:
    fields, _ = show(brook, address, name_spelling="Eva Novak")
    assert fields["name_spelling"]["label"] == "Name as the school or employer writes it"


def test_a_value_no_longer_offered_is_sent_as_a_hidden_field(brook: Clinic) -> None:
    fields, _ = show(brook, "/sign-in/", approach="unheard_of", notes_wanted=["school", "unheard_of"])
    assert fields["approach"]["kind"] == "hidden"
    fields, _ = show(brook, "/promises/3/hand-over/", to="staff:999999")
    assert fields["to"]["kind"] == "hidden"


def test_an_unknown_field_is_shown_as_also_typed(brook: Clinic) -> None:
    fields, _ = show(brook, "/sign-in/", any_words="their words")
    assert (fields["any_words"]["kind"], fields["any_words"]["label"]) == ("line", "Also typed")


def test_the_form_wording_ignores_the_query_string() -> None:
    assert find_form_wording("/promises/new/?visit=2") is FORM_WORDINGS["promise_new"]
    assert HIDDEN_FIELDS.isdisjoint({"to", "reason", "outcome"})
