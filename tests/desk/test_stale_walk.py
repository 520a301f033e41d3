"""Every POST of the desk, sent from a stale page: no row is written, and the page says who changed what.

The addresses come from the URLconf: one without a recipe fails here. Each recipe's page is really opened and
its form kept with all its fields; then a colleague changes something, and the form is sent.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from checkin.actions import (
    consent,
    discrepancies,
    match_decisions,
    merge_undo,
    needs,
    patient_merges,
    preferences,
    second_concerns,
    sign_in_additions,
    urgent_signs,
    visits,
)
from checkin.actions.discrepancy_questions import AnotherChildSuspected
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.actions.visit_locks import lock_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    Clinic,
    DiscrepancyDecision,
    Location,
    LookAlike,
    Patient,
    PatientMerge,
    Staff,
    Visit,
    merge_doubts,
)
from checkin.rules import page_versions as page_version_rules
from checkin.rules import sign_in_claims
from checkin.rules.need_types import NeedKind
from checkin.web import form_snapshots, page_versions
from checkin.web.desk import patient_merges as patient_merge_views
from checkin.web.form_wording import HIDDEN_FIELDS
from tests import make
from tests.desk.note_pages import issued
from tests.drawn_forms import Form, forms_on
from tests.promising import keep, promise

pytestmark = pytest.mark.usefixtures("tuesday")
OF_A_PLACE = {"sign_in", "handover", "close_day"}
"""Acts about a front desk and no child; tests/desk/test_location.py sends them from another tab."""
OF_ITS_ROW = {
    "merge_undo",
    "feedback_read",
    "feedback_answer",
    "sealed_replace",
    "sealed_end",
    "sealed_end_undo",
}
"""Acts on one row named by the address: the merge, feedback or care alert itself."""
OPENS = {"sealed", "sealed_visit", "looked"}
"""Somebody opens what is sealed there now, or looks: that is written down, and nothing about the child."""
UNWRITTEN = {"AuditChain", "AuditEventPatient", "DeskSession", "AuditEvent", "Session", "Presence"}
"""Who looked, who is logged in and who is at a board; never an act on a child."""
MARKS = {"drawn_for", "drawn_beside", "drawn_with", "typed_by", "csrfmiddlewaretoken"}
CHANGED = re.compile(r"Max (matched|moved|merged|took|undid|settled|made|already|changed)")
STAYS_WITH_RECORD = {
    "hidden_address",
    "sealed_new",
    "proxy",
    "patient_complete",
    "patient_merge",
    "merge_records",
    "look_alike_two",
}
BESIDE = {"match_link", "patient_merge", "merge_records", "look_alike_two"}
"""Acts that name a record besides the one they are about, as the desk's sign-in does (test_sign_in)."""
BORN = (("Leo Ruiz", "2018-03-14"), ("Ben Okafor", "2017-02-03"), ("Mia Chen", "2016-05-05"))
NOT_OF_STATE = {"match_link", "match_new", "match_undo", "promise_undo"}
"""A match can be corrected after the visit left, and a promise goes on; its own `seen` field tells what a
decision was drawn for."""


@dataclass(frozen=True)
class Recipe:
    """One act: its page, what is typed or pressed, and by whom."""

    name: str
    page: str
    said: dict[str, Any]
    by: str = "noor"
    of: str = ""
    """The start of the form's address, where a page has forms of several visits."""


def recipes(at: SimpleNamespace) -> list[Recipe]:
    first, second, third, fourth = (f"/visits/{one.pk}/" for one in (at.leo, at.ben, at.noa, at.zed))
    kept = f"/promises/{at.promise.pk}/"
    answer = {"care": "treatment", "agreed": "yes", "who": "Uncle Kai", "relationship": "uncle"}
    answer |= {"how": "telephone", "basis": "telephone", "phone": "555-010-0177", "person": ""}
    answer["to_what"] = ""
    proxy = {"name": "Nia Long", "granted_by": "Ana Ruiz", "written_on": "2026-03-01"}
    promised = {"to_whom": "Ana Ruiz", "about": "results", "way": "phone", "reach_at": "555-010-0123"}
    promised |= {"due": "hour", "owner": "role:manager"}
    record = f"/patients/{at.leo.patient_id}/"
    made = f"/patients/{at.zed.patient_id}/"
    whole = f"/patients/{at.twin.pk}/merge/{at.other_twin.pk}/"
    of_zed = fourth.replace("visits", "match")
    return [
        Recipe("move", first, {"to": "roomed", "reading": "read"}),
        Recipe("move", f"{first}reason/?to=roomed", {"to": "roomed", "reading": "read"}),
        Recipe("undo", second, {}),
        Recipe("leave", f"{second}leave/?to=left", {"to": "left", "quick": "will come back"}),
        Recipe("match_link", third.replace("visits", "match"), {}),
        Recipe("match_new", of_zed, {}),
        Recipe("match_undo", f"/visits/{at.ivy.pk}/", {}),
        Recipe("patient_complete", made, {}),
        Recipe("patient_merge", at.search(made), {}, by="dana"),
        Recipe("merge_records", whole, {"why": "same child"}, by="dana"),
        Recipe("look_alike_two", "/patients/look-alikes/", {}, by="dana"),
        Recipe("look_alike_two", f"/patients/{at.twin.pk}/", {}, by="dana"),
        Recipe("answer", first, {"outcome": "done"}),
        Recipe("answer", f"{first}leave/?to=ready", {"outcome": "left_open", "quick": "will come back"}),
        Recipe("undo_answer", second, {}),
        Recipe("consent", f"{first}consent/", answer),
        Recipe("withdraw_consent", f"{second}consent/", {}),
        Recipe("urgent", first, {"urgent": "1"}),
        Recipe("proxy", record, proxy),
        Recipe("proxy", f"{first}consent/", proxy),
        Recipe("revoke_proxy", f"{second}consent/", {}),
        Recipe("urgent_take", first, {}),
        Recipe("urgent_take", "/", {}, of=first),
        Recipe("move", "/", {"to": "ready"}, of=third),
        Recipe("urgent_settle", first, {}),
        Recipe("urgent_undo", third, {}),
        Recipe("reason", first, {}),
        Recipe("note_draft", f"{first}notes/school/", {"do": "keep", "limits": "No sports."}),
        Recipe("note_draft", f"{first}notes/work/", {"do": "keep", "limits": "No lifting."}),
        Recipe("note_draft", first, {"do": "issue"}, of=f"{first}notes/work/"),
        Recipe("note_void", f"/notes/{at.note.number}/", {"reason": "misspelled"}),
        Recipe("note_reissue", f"/notes/{at.note.number}/reissue", {"reason": "misspelled", "limits": "x"}),
        Recipe("promise_new", f"/promises/new/?visit={at.leo.pk}", promised),
        Recipe("promise_new", f"/promises/new/?patient={at.leo.patient_id}", promised),
        Recipe("promise_new", f"/promises/new/?again={at.promise.pk}", promised),
        Recipe("promise_keep", f"{kept}?do=keep", {"outcome": "all is well"}),
        Recipe("promise_try", f"{kept}?do=try", {"result": "no_answer", "note": "rang long"}),
        Recipe("promise_hand_over", f"{kept}?do=hand_over", {"to": "role:clinician", "why": "lunch"}),
        Recipe("promise_withdraw", f"{kept}?do=withdraw", {"words": "they said it is settled"}),
        Recipe("promise_undo", f"/promises/{at.kept.pk}/", {}),
        Recipe("promise_undo", first, {}),
        Recipe("discrepancy_decide", f"{first}discrepancies/", {"kind": "keep_old"}),
        Recipe("discrepancy_undo", f"{second}discrepancies/", {}),
        Recipe("preferences", f"{first}preferences/", {"approach": "leave", "access_needs": "ramp"}),
        Recipe("preferences_forget", f"{second}preferences/", {}),
        Recipe("second_concern", first, {"how": "not_possible", "words": "too late today"}),
        Recipe("second_concern_take", first, {"owner": str(at.dana.pk)}),
        Recipe("second_concern_told", second, {}),
        Recipe("visit_confidential", first, {"kind": "alone"}),
        Recipe("hidden_address", record, {"hide": "yes"}),
        Recipe("sealed_new", f"{record}sealed/new/", {"person_name": "Miguel"}),
    ]


@pytest.fixture
def at(brook: Clinic, front: Location, dana: Staff, noor: Staff, max_: Staff) -> SimpleNamespace:
    """A morning at one desk: Leo just came, Ben is half done, Noa may be Noa Stone, and Zed is unknown."""
    number_records_apart()
    said = {"also": "a spot", "notes_wanted": ["school"], "escort_phone": "555-010-0166", "reason": "cough"}
    leo, ben, mia = (
        make.patient(brook, name, born)
        for name, born in (
            ("Leo Ruiz", "2018-03-14"),
            ("Ben Okafor", "2017-02-03"),
            ("Mia Chen", "2016-05-05"),
        )
    )
    make.patient(brook, "Noa Stone", "2015-08-09")
    make.guardian(leo, "Rosa Delgado", phone="555-010-0123")
    make.guardian(ben, "Rosa Delgado", phone="555-010-0123")
    first = make.visit(front, worried=True, **said)
    second = make.visit(front, name="Ben Okafor", born="2017-02-03", **said)
    third = make.visit(front, name="Noa Stone", born="2015-08-19", worried=True)
    fourth = make.visit(front, name="Zed Quill", born="2014-07-07")
    make.patient(brook, "Ivy Poole", "2013-04-03")
    fifth = make.visit(front, name="Ivy Poole", born="2013-04-03")
    twins = [make.patient(brook, "Ada Moss", "2012-11-12") for _ in range(2)]
    now = make.at("9:41")
    found = SimpleNamespace(leo=first, ben=second, noa=third, zed=fourth, ivy=fifth, mia=mia)
    found.twin, found.other_twin = twins
    LookAlike.objects.create(clinic=brook, record=twins[1], older=twins[0], noticed_at=now)
    found.dana, found.noor, found.max = dana, noor, max_
    ahead(second, noor, now)
    urgent_signs.take_urgent_visit(visit=third, by=noor, at=now)
    found.note = issued(second, noor, clock="9:41")
    found.promise = promise(front, patient=leo, visit=first, by=noor)
    found.kept = keep(promise(front, patient=leo, visit=first, by=noor, due="10:30"), noor)
    for name in ("leo", "ben", "noa", "zed", "ivy"):
        setattr(found, name, Visit.objects.get(pk=getattr(found, name).pk))
    return found


def number_records_apart() -> None:
    """Give records numbers that no other row has, so that a number in a form identifies a record."""
    first = Patient.objects.create(pk=7_000_000, clinic=Clinic.objects.first(), given_name="Nobody")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = Patient._meta.db_table
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first.pk])
    first.delete()


def ahead(visit: Visit, noor: Staff, now: dt.datetime) -> None:
    """Do what Noor has done for Ben before any page is opened."""
    visits.move_visit(visit=visit, to="roomed", by=noor, at=now, reading="read")
    vaccine = visit.needs.get(kind=NeedKind.VACCINE)
    needs.answer_need(need=vaccine, outcome="declined", by=noor, at=now)
    concern = visit.needs.get(kind=NeedKind.SECOND_CONCERN)
    second_concerns.answer_second_concern(
        need=concern, how="done", words="looked at", on=None, told=False, by=noor, at=now
    )
    row = visit.discrepancies.open().exclude(field="sign_in").first()
    discrepancies.decide_discrepancy(discrepancy=row, kind="keep_old", by=noor, at=now)
    heard = {"care": "treatment", "agreed": True, "basis": "telephone", "how": "telephone", "who": "Rosa"}
    consent.record_consent(
        patient=visit.patient, visit=visit, heard_by=noor, at=now, phone="555-010-0123", **heard
    )
    consent.grant_proxy(
        patient=visit.patient, name="Nia", granted_by="Rosa Delgado", written_on=now.date(), by=noor, at=now
    )
    wishes = {"approach": "greet", "best_way": "", "best_time": ""}
    preferences.set_preferences(escort=Visit.objects.get(pk=visit.pk).escort, by=noor, at=now, **wishes)


@pytest.fixture
def tabs(noor: Staff, dana: Staff, at: SimpleNamespace) -> dict[str, Client]:
    """Return Noor's browser and Dana's, because each may do what the other may not."""
    found = {"noor": Client(), "dana": Client()}
    found["noor"].force_login(noor)
    found["dana"].force_login(dana)

    def search(page: str) -> str:
        return found["dana"].post(f"{page}search/", {"q": "Mia Chen"}).url.partition("#")[0]

    at.search = search
    return found


def rows() -> dict[str, list[tuple]]:
    """Return every row of every table that an act on a child may write."""
    return {
        model.__name__: sorted(model._default_manager.values_list(), key=repr)
        for model in apps.get_app_config("checkin").get_models()
        if model.__name__ not in UNWRITTEN
    }


@contextmanager
def taken_back() -> Iterator[None]:
    """Roll back whatever happens inside."""
    caches["rows"].clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    caches["rows"].clear()


def draw(tabs: dict[str, Client], one: Recipe) -> Form:
    answer = tabs[one.by].get(one.page)
    assert answer.status_code == 200, (one, answer.status_code)
    found = [
        form
        for form in forms_on(answer.content.decode(), one.page)
        if resolve(form.path).url_name == one.name and form.path.startswith(one.of)
    ]
    assert found, f"{one.page} has no form of {one.name}"
    return found[0]


def send(tabs: dict[str, Client], one: Recipe, form: Form) -> Any:
    return tabs[one.by].post(form.action, form.with_(**one.said))


def desk_addresses() -> list[Any]:
    """Return every address of the desk from the URLconf."""
    every = flat(get_resolver().url_patterns)
    return [one for one in every if one.callback.__module__.startswith("checkin.web.desk")]


def flat(patterns: Any) -> Iterator[Any]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from flat(one.url_patterns)
        else:
            yield one


def test_every_desk_post_has_a_recipe_or_an_exemption(tabs: dict[str, Client], at: SimpleNamespace) -> None:
    asked = {one.name for one in desk_addresses() if takes_posts(tabs["noor"], one)}
    known = {one.name for one in recipes(at)}
    assert asked - known - OF_A_PLACE - OF_ITS_ROW - OPENS == page_versions.WRITES_NOTHING
    assert known <= asked


def takes_posts(tab: Client, route: Any) -> bool:
    named = {name: "school" if name == "kind" else 1 for name in route.pattern.converters}
    allowed = tab.options(reverse(f"desk:{route.name}", kwargs=named)).headers.get("Allow", "")
    return "POST" in allowed


@pytest.mark.long
def test_each_form_from_a_fresh_page_writes_and_is_checked_under_lock(
    tabs: dict[str, Client], at: SimpleNamespace
) -> None:
    """Otherwise the walk below would prove nothing."""
    for one in recipes(at):
        with taken_back():
            form = draw(tabs, one)
            before = rows()
            answer = send(tabs, one, form)
            assert rows() != before, (one, answer.status_code, answer.content[:300])
            is_own = one.name in page_versions.CHILD_CHECKED_BY_ACTION - BESIDE
            assert is_own or answer.wsgi_request.page_is_checked, f"{one} was not checked by its action"


def relink(at: SimpleNamespace) -> None:
    for visit in (at.leo, at.ben, at.noa, at.zed, at.ivy):
        now = Visit.objects.get(pk=visit.pk)
        match_decisions.link_visit_to_patient(
            visit=now, patient=at.mia, by=at.max, at=make.at("9:42"), said=ALL_ENTRIES_GO
        )


def merge(at: Any) -> None:
    visits_of = (at.leo, at.ben, at.zed, at.ivy)
    for pk in (*(one.patient_id for one in visits_of), at.twin.pk):
        one = Patient.objects.get(pk=pk)
        patient_merges.merge_patients(merged=one, into=at.mia, by=at.max, at=make.at("9:42"), sure=True)
    match_decisions.link_visit_to_patient(
        visit=Visit.objects.get(pk=at.noa.pk), patient=at.mia, by=at.max, at=make.at("9:42")
    )


def leave(at: Any) -> None:
    for visit in (at.leo, at.ben, at.noa, at.zed, at.ivy):
        now = Visit.objects.get(pk=visit.pk)
        visits.move_visit(visit=now, to="left", by=at.max, at=make.at("9:42"), reason="go", reading="read")


def stale(change: Callable, one: Recipe) -> bool:
    """Return whether the change makes this act's page outdated."""
    if change is relink:
        of_file = (
            one.name in ("proxy", "merge_records", "look_alike_two", "sealed_new", "hidden_address")
            and "/patients/" in one.page
        )
        return not (of_file or "?patient=" in one.page)
    if change is merge:
        return True
    of_record = one.name in STAYS_WITH_RECORD and "/patients/" in one.page
    of_promise = one.page.startswith("/promises/") and "?visit=" not in one.page
    return not (of_record or of_promise or one.name in NOT_OF_STATE)


LONG = [pytest.param(one, marks=pytest.mark.long) for one in (merge, leave)]


@pytest.mark.parametrize("change", [relink, *LONG])
def test_no_form_from_a_stale_page_writes(
    tabs: dict[str, Client], at: SimpleNamespace, change: object
) -> None:
    walk(tabs, at, change)


def walk(tabs: dict[str, Client], at: SimpleNamespace, change: Callable, only: str = "") -> None:
    with taken_back():
        drawn = [(one, draw(tabs, one)) for one in recipes(at) if stale(change, one) and only in one.name]
        change(at)
        before = rows()
        for one, form in drawn:
            answer = send(tabs, one, form)
            assert rows() == before, f"{one} wrote on a page that was behind"
            if answer.status_code == 302:
                answer = tabs[one.by].get(answer.url)
            assert CHANGED.search(answer.content.decode()), (one, answer.status_code)


class Wrong:
    """Every record that can be chosen is Lou's by the time the form is sent: Max merged or renamed it."""

    def __init__(self, at: SimpleNamespace) -> None:
        self.at, self.by = at, {"by": at.max, "at": make.at("9:41")}
        self.back = {"by": at.max, "at": make.at("9:42")}
        self.chosen = [*Patient.objects.filter(family_name="Stone"), at.mia, at.other_twin]

    def merges(self) -> Callable[[], None]:
        """Merge the child's record into Lou's, taking the child's name and birth date; return the undo."""
        made = [self.merge(one) for one in self.chosen]
        return lambda: [merge_undo.undo_patient_merge(merge=one, **self.back) for one in made]

    def merge(self, one: Patient) -> PatientMerge:
        child = make.patient(one.clinic, one.name, one.birth_date.isoformat())
        Patient.objects.filter(pk=one.pk).update(given_name="Lou", birth_date="2014-08-09")
        lou, take = Patient.objects.get(pk=one.pk), ("given_name", "birth_date")
        return patient_merges.merge_patients(merged=child, into=lou, take=take, sure=True, **self.by).merge

    def names(self) -> Callable[[], None]:
        """Return a function that gives each record Lou's name by “Use the new” once the pages are drawn."""
        lous = [self.visit_of_lou(one) for one in self.chosen]
        return lambda: [self.use(lou) for lou in lous]

    def visit_of_lou(self, one: Patient) -> Visit:
        lou = make.visit(self.at.leo.location, name="Lou Vane", born=one.birth_date.isoformat())
        match_decisions.link_visit_to_patient(visit=lou, patient=one, **self.by)
        return lou

    def use(self, lou: Visit) -> None:
        row = lou.discrepancies.get(field="name")
        try:
            discrepancies.decide_discrepancy(
                discrepancy=row, kind=DiscrepancyDecision.Kind.USE_NEW, **self.back
            )
        except AnotherChildSuspected as first:
            sure = first.question.mark
            discrepancies.decide_discrepancy(discrepancy=row, kind="use_new", sure=sure, **self.back)


WRONG = pytest.mark.parametrize("wrong", [Wrong.merges, Wrong.names], ids=["merged", "named"])


@WRONG
def test_no_form_that_names_a_changed_record_writes(
    tabs: dict[str, Client], at: SimpleNamespace, wrong: Any
) -> None:
    assert walk_beside(tabs, at, wrong) == BESIDE


def walk_beside(tabs: dict[str, Client], at: SimpleNamespace, wrong: Callable) -> set[str]:
    """Send each form naming a record that has become another child; return the acts refused with a reason."""
    with taken_back():
        put_right = wrong(Wrong(at))
        drawn = [(one, draw(tabs, one)) for one in recipes(at) if one.name in BESIDE]
        drawn = [(one, form) for one, form in drawn if page_versions.DRAWN_BESIDE in form.fields]
        put_right()
        before, refused = rows(), {one.name for one, _ in drawn}
        for one, form in drawn:
            with transaction.atomic():
                answer = send(tabs, one, form)
                told = CHANGED.search(answer.content.decode())
                if rows() != before or answer.status_code != 409 or not told:
                    refused.discard(one.name)
                transaction.set_rollback(True)
        return refused


@WRONG
def test_each_action_compares_the_named_record_again_under_lock(
    tabs: dict[str, Client], at: SimpleNamespace, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checkin.actions.page_versions.verify_named_records", lambda *_: None)
    monkeypatch.setattr(patient_merge_views, "read_merge_columns", lambda *_: ([], ""))
    monkeypatch.setattr(merge_doubts, "find_merge_doubts_beside_names", lambda *_: [])
    assert walk_beside(tabs, at, wrong) == BESIDE


def test_without_the_named_record_check_every_form_fails_here(
    tabs: dict[str, Client], at: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merging two complete records is refused by its own `seen`, but without saying who changed what."""
    monkeypatch.setattr(page_versions, "check_records_beside", lambda *_: ())
    assert walk_beside(tabs, at, Wrong.names) == set()


def test_a_form_without_the_version_of_its_named_record_is_refused(
    tabs: dict[str, Client], at: SimpleNamespace
) -> None:
    before = rows()
    for one in recipes(at):
        if one.name in BESIDE:
            form = draw(tabs, one)
            if form.fields.pop(page_versions.DRAWN_BESIDE, None):
                answer = send(tabs, one, form)
                assert (answer.status_code, rows() == before) == (409, True), one
                assert "does not say" in answer.content.decode()


def read_marks_beside(one: Recipe, form: Form) -> set[int]:
    """Return the records whose version the form carries, once it has that of each record it names.

    Records have numbers here that no other row has.
    """
    texts = {text for name, sent in form.fields.items() for text in sent if name not in MARKS}
    texts |= set(form.path.split("/"))
    marks = {
        page_version_rules.read_page_version(text).patient
        for text in form.fields.get(page_versions.DRAWN_BESIDE, ())
    }
    about = page_version_rules.read_page_version(form.fields[page_versions.DRAWN_FOR][0]).patient
    named = {pk for pk in Patient.objects.values_list("pk", flat=True) if str(pk) in texts}
    assert named - {about} <= marks, one
    return marks


def test_an_unchecked_form_fails_here(
    tabs: dict[str, Client], at: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_versions, "WRITES_NOTHING", page_versions.WRITES_NOTHING | {"answer"})
    with pytest.raises(AssertionError, match=r"name='answer'.* wrote on a page that was behind"):
        walk(tabs, at, relink, only="answer")


@pytest.mark.long
def test_each_form_without_its_check_fails_here_unless_its_action_checks(
    tabs: dict[str, Client], at: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes, or its action refuses without saying who was first; a match form is refused by `seen`."""
    nothing, refused = page_versions.WRITES_NOTHING, set()
    for name in sorted({one.name for one in recipes(at) if stale(relink, one)}):
        monkeypatch.setattr(page_versions, "WRITES_NOTHING", nothing | {name})
        try:
            walk(tabs, at, relink, only=name)
        except AssertionError:
            caches["rows"].clear()
        else:
            refused.add(name)
    assert refused == page_versions.CHILD_CHECKED_BY_ACTION


OF_ADULT = page_versions.ADULT_POSTS | {"note_draft", "discrepancy_decide", "discrepancy_undo"}
"""Forms about the adult who is here, some only at times: a work note, a phone discrepancy."""


def is_of_adult(one: Recipe) -> bool:
    at_times = "/notes/" not in one.page + one.of or "/notes/work/" in one.page + one.of
    return one.name in OF_ADULT and at_times and not (one.name == "promise_new" and "?visit=" not in one.page)


def type_on(at: SimpleNamespace) -> None:
    """Let the families of Leo and Ben type on after a tap, as the tablet does: Maeve is here, not Rosa."""
    for visit in (at.leo, at.ben):
        said = sign_in_claims.read_sign_in_claim(
            make.claim(visit.sign_in.child_name, "", escort_name="Maeve O'Neil")
        )
        said = dataclasses.replace(said, relationship="mother")
        with write_in_turn():
            now = Visit.objects.get(pk=visit.pk)
            lock_visits(now)
            assert sign_in_additions.extend_sign_in(now, said, at=make.at("9:42"))


HIDES = {"visit_confidential"}
"""Forms about a visit, whoever is here, that take what was typed there off other pages."""


def is_emptied(row: tuple[object, ...], known: Collection[tuple[object, ...]]) -> bool:
    """Return whether this is a row that was there, with nothing changed but values taken out."""
    return any(all(new == old or not new for new, old in zip(row, one, strict=True)) for one in known)


def walk_adults(tabs: dict[str, Client], at: SimpleNamespace, only: Callable = lambda one: True) -> None:
    """Send every form once another adult is here; none may save about Maeve what was said about Rosa."""
    with taken_back():
        drawn = [(one, draw(tabs, one)) for one in recipes(at) if only(one)]
        type_on(at)
        before = rows()
        for one, form in drawn:
            with transaction.atomic():
                answer = send(tabs, one, form)
                after = rows()
                transaction.set_rollback(True)
            new = [
                row
                for name, found in after.items()
                for row in found
                if row not in before[name] and not (one.name in HIDES and is_emptied(row, before[name]))
            ]
            assert "Maeve" not in repr(new), f"{one} wrote of another adult"
            if is_of_adult(one):
                assert (answer.status_code, after == before) == (409, True), f"{one} was taken"
                assert "typed on at 9:42 AM. Here with the child is Maeve O" in html.unescape(
                    answer.content.decode()
                ), one


def test_no_form_drawn_for_another_adult_writes(tabs: dict[str, Client], at: SimpleNamespace) -> None:
    walk_adults(tabs, at, is_of_adult)


@pytest.mark.long
def test_no_other_desk_form_writes_about_another_adult(tabs: dict[str, Client], at: SimpleNamespace) -> None:
    walk_adults(tabs, at, lambda one: not is_of_adult(one))


def test_each_unchecked_form_about_an_adult_fails_here(
    tabs: dict[str, Client], at: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, caught = page_versions.is_about_adult, set()
    for name in sorted({one.name for one in recipes(at) if is_of_adult(one)}):
        unless = lambda request, named, name=name: (  # noqa: E731
            request.resolver_match.url_name != name and real(request, named)
        )
        monkeypatch.setattr(page_versions, "is_about_adult", unless)
        try:
            walk_adults(tabs, at, lambda one, name=name: one.name == name)
        except AssertionError:
            caught.add(name)
    assert caught == OF_ADULT


def test_each_form_about_an_adult_is_compared_again_under_lock(
    tabs: dict[str, Client], at: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A family may type on between the check of the page and the lock on the visit."""
    real = page_versions.compare_page_version
    monkeypatch.setattr(
        page_versions, "compare_page_version", lambda act, mark, now: real(act, mark, as_drawn(mark, now))
    )
    walk_adults(tabs, at, is_of_adult)


def as_drawn(
    mark: page_version_rules.PageVersion, now: page_version_rules.PageVersion
) -> page_version_rules.PageVersion:
    return dataclasses.replace(now, adult=mark.adult)


def test_a_form_without_its_adult_is_refused(tabs: dict[str, Client], at: SimpleNamespace) -> None:
    before = rows()
    for one in recipes(at):
        if is_of_adult(one):
            form = draw(tabs, one)
            marks = [page_version_rules.read_page_version(text) for text in form.fields["drawn_for"]]
            assert all(mark.adult for mark in marks), one
            form.fields["drawn_for"] = [dataclasses.replace(mark, adult="").text for mark in marks]
            answer = send(tabs, one, form)
            assert (answer.status_code, rows() == before) == (409, True), one
            assert "does not say which adult" in answer.content.decode()


ONE_THING = {
    "preferences": {"best_time": "after 17:00"},
    "promise_new": {"about": "results", "due": "hour"},
    "consent": {
        "agreed": "yes",
        "person": "",
        "who": "Uncle Kai",
        "relationship": "uncle",
        "phone": "555-010-0177",
    },
    "proxy": {"name": "Nia Long", "granted_by": "Mo Chen"},
    "note_draft": {"do": "keep", "limits": "No sports."},
}
"""What somebody changes on a page of Leo before they learn that it is Mia."""
WRITTEN = ("Patient", "Escort", "ConsentRecord", "StandingProxy", "Promise", "ExcuseNote")
OWN_OF_A_ROW = {"id", "key", "code"}


def facts() -> dict[str, list[str]]:
    """Return the stored rows without their own ids, keys and codes."""
    return {
        name: sorted(
            repr({column: value for column, value in row.items() if column not in OWN_OF_A_ROW})
            for row in apps.get_model("checkin", name).objects.values()
        )
        for name in WRITTEN
    }


def is_filled(form: Form) -> bool:
    return "drawn_with" in form.fields


@pytest.fixture
def differing(at: SimpleNamespace) -> None:
    """Leo and Mia have different needs, and their mothers have different phone numbers."""
    served = {
        "language": "es",
        "interpreter_needed": True,
        "access_needs": "wheelchair",
        "phone": "555-010-0155",
    }
    Patient.objects.filter(pk=at.leo.patient_id).update(**served)
    Patient.objects.filter(pk=at.mia.pk).update(access_needs="quiet room")
    make.guardian(at.mia, "Mo Chen", phone="555-010-0188")


@pytest.mark.parametrize("name", ONE_THING)
def test_confirming_for_the_new_child_saves_only_the_changed_fields(
    tabs: dict[str, Client], at: SimpleNamespace, differing: None, name: str
) -> None:
    """The same rows as if the page had been opened after the correction."""
    one = next(one for one in recipes(at) if one.name == name and "?patient=" not in one.page)
    if name == "proxy":
        one = next(one for one in recipes(at) if one.name == name and "/visits/" in one.page)
    with taken_back():
        relink(at)
        before, form = facts(), draw(tabs, one)
        tabs[one.by].post(form.action, form.with_(**ONE_THING[name]))
        expected = facts()
        assert expected != before, "the fresh page wrote nothing"
    with taken_back():
        form = draw(tabs, one)
        relink(at)
        answer = tabs[one.by].post(form.action, form.with_(**ONE_THING[name]))
        page = answer.content.decode()
        again = next(found for found in forms_on(page, one.page) if is_filled(found))
        assert facts() == before
        mark = re.search(r'type="checkbox" name="drawn_for" value="([^"]+)"', page)[1]
        tabs[one.by].post(again.action, again.with_(drawn_for=mark, **pressed(name)))
        assert facts() == expected


def pressed(name: str) -> dict[str, str]:
    return {"do": "keep"} if name == "note_draft" else {}


OF_NO_RECORD = {"promise_try", "promise_hand_over", "second_concern_take", "merge_records", "match_undo"}
OF_NO_RECORD |= {"sealed_new"}
"""Forms whose default is about no child: the result, who takes it, which record stays."""


def test_every_form_carries_the_versions_of_its_records_and_a_snapshot_of_its_fields(
    tabs: dict[str, Client], at: SimpleNamespace, differing: None
) -> None:
    """One test for both, because opening every page takes longer than the rest."""
    beside = set()
    for one in recipes(at):
        form = draw(tabs, one)
        check_snapshot(one, form)
        if read_marks_beside(one, form):
            beside.add(one.name)
    assert beside == BESIDE, "only these are sent by the tests of named records above"


def check_snapshot(one: Recipe, form: Form) -> None:
    """It is exactly what a browser sends for each field, or an untouched field would count as changed."""
    seen = set(form.fields) - HIDDEN_FIELDS - {"csrfmiddlewaretoken", "typed_by", "q", "to"}
    filled = {name for name in seen if any(form.fields[name])}
    if filled and one.name not in OF_NO_RECORD:
        assert "drawn_with" in form.fields, (one, filled)
        drawn = form_snapshots.parse_form_snapshot(form.fields["drawn_with"][0])
        assert filled <= drawn.keys()
        for name, texts in drawn.items():
            assert form_snapshots.is_same_box_text(form.fields.get(name, []), texts), (one, name)
