"""The visit page and its timeline."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client

from checkin.actions import (
    confidential_visits,
    consent,
    discrepancies,
    excuse_notes,
    match_decisions,
    needs,
    record_imports,
    visits,
)
from checkin.models import (
    AuditEvent,
    Clinic,
    Location,
    Patient,
    PatientIdentifier,
    SignInChannel,
    Staff,
    Visit,
)
from checkin.rules.record_rows import PatientItem
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk


pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    make.guardian(leo)
    make.appointment(leo, front, make.at("9:45"), with_whom="Dr Shah")
    return make.visit(front, make.at("9:30"), reason="cough since <Monday>", escort_phone="555-010-0199")


def page(client: Client, visit: Visit) -> str:
    return client.get(f"/visits/{visit.pk}/").content.decode()


def test_the_page_shows_who_brought_whom_in_their_words(desk_client: Client, visit: Visit) -> None:
    text = page(desk_client, visit)
    assert 'Brought by <b dir="auto">Rosa Delgado</b><q dir="auto">his aunt, my sister is at work</q>' in text
    assert "cough since &lt;Monday&gt;" in text
    assert "booked 9:45 AM with <bdi>Dr Shah</bdi>" in text


@pytest.mark.parametrize(
    ("channel", "said", "tag"), [("kiosk", "es", ' lang="es"'), ("desk", "Spanish", ""), ("desk", "es", "")]
)
def test_typed_words_name_a_language_only_from_the_tablet(
    desk_client: Client, front: Location, dana: Staff, channel: SignInChannel, said: str, tag: str
) -> None:
    """The desk types words, and types them in its own language."""
    typed, by = make.claim(language=said, relationship="abuela"), None if channel == "kiosk" else dana
    visit = visits.record_sign_in(
        location=front, claim=typed, at=make.at("9:40"), channel=channel, by=by
    ).visit
    assert f'<q dir="auto"{tag}>abuela</q>' in page(desk_client, visit)


def test_the_page_shows_whom_to_phone(desk_client: Client, visit: Visit) -> None:
    text = page(desk_client, visit)
    assert "555-010-0123" in text
    assert "555-010-0199" in text.split("Whom to phone")[1]


def test_the_timeline_is_in_chronological_order(
    desk_client: Client, visit: Visit, dana: Staff, kiosk: Kiosk
) -> None:
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("9:35"), reading="read")
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("9:36"))
    match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("9:37"))
    shown = page(desk_client, visit).split("What happened")[1]
    order = [
        "Signed in",
        "Linked to Leo Ruiz",
        "In a room",
        "Undone: In a room",
        "the child is open again",
        "No longer needed: phone a guardian, flu vaccine",
    ]
    assert [shown.index(words) for words in order] == sorted(shown.index(words) for words in order)
    assert shown.count("(undone)") == 2
    assert 'aria-label="Undo: flu vaccine"' not in page(desk_client, visit), "nobody answered that"
    assert shown.count("Dana") == 5


def test_the_timeline_says_at_which_tablet_or_by_whom(
    desk_client: Client, front: Location, kiosk: Kiosk, dana: Staff
) -> None:
    at_tablet = visits.record_sign_in(
        location=front, claim=make.claim(), at=make.at(), channel=SignInChannel.KIOSK, device=kiosk.device
    )
    at_desk = visits.record_sign_in(
        location=front, claim=make.claim(), at=make.at(), channel=SignInChannel.DESK, by=dana
    )
    assert "Signed in at Tablet by the door" in page(desk_client, at_tablet.visit)
    assert "Signed in at the desk" in page(desk_client, at_desk.visit)


def test_a_resent_sign_in_with_other_content_is_shown(desk_client: Client, front: Location) -> None:
    said = make.claim()
    visit = visits.record_sign_in(
        location=front, claim=said, at=make.at("9:30"), channel=SignInChannel.KIOSK
    ).visit
    visits.record_sign_in(location=front, claim=said, at=make.at("9:31"), channel=SignInChannel.KIOSK)
    said |= {"relationship": "a neighbor", "escort_name": ""}
    visits.record_sign_in(location=front, claim=said, at=make.at("9:32"), channel=SignInChannel.KIOSK)
    text = page(desk_client, visit)
    assert "The same sign-in came again" in text
    assert 'Relationship: <q dir="auto">a neighbor</q>' in text
    assert 'Brought by: <q dir="auto">left blank</q>' in text


def test_text_that_was_cut_is_marked(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, reason="x" * 3000, relationship="y" * 3000)
    assert page(desk_client, visit).count("it was longer") == 2


def test_open_discrepancies_are_listed(desk_client: Client, front: Location, leo: Patient) -> None:
    visit = make.visit(front, born="2019-02-31")
    text = page(desk_client, visit)
    assert "is not in the calendar" in text
    assert '<q dir="auto"><span class="unbroken">2019-02-31</span></q>' in text


def test_a_child_signed_in_twice_links_to_the_other_visit(
    desk_client: Client, front: Location, leo: Patient
) -> None:
    first, second = make.visit(front, make.at("9:30")), make.visit(front, make.at("9:31"))
    assert f'<a href="/visits/{first.pk}/">The other visit</a>' in page(desk_client, second)


def test_moving_and_undo_return_to_this_page(desk_client: Client, visit: Visit, dana: Staff) -> None:
    text = page(desk_client, visit)
    assert 'value="roomed" data-key="r"' in text
    said = {"to": "roomed", "reading": "read", "next": f"/visits/{visit.pk}/"}
    answer = desk_client.post(f"/visits/{visit.pk}/move/", said)
    assert answer.url == f"/visits/{visit.pk}/"
    assert "Undo move" in page(desk_client, visit)


def test_undo_is_offered_only_after_a_move(desk_client: Client, visit: Visit, dana: Staff) -> None:
    assert "Undo move" not in page(desk_client, visit)
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("9:35"), reading="read")
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("9:36"))
    text = page(desk_client, visit)
    assert "Other steps" in text and "Undo move" not in text


def test_an_ended_visit_offers_only_undo(desk_client: Client, visit: Visit, dana: Staff) -> None:
    visits.move_visit(visit=visit, to="left", by=dana, at=make.at("9:39"), reason="will come back")
    text = page(desk_client, visit)
    assert "Other steps" not in text
    assert "Undo move" in text


def test_an_open_match_links_to_the_match_page(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, name="Zoltan Kiss")
    text = page(desk_client, visit)
    assert "Not settled yet" in text
    assert f'href="/match/{visit.pk}/"' in text and ">Match this child <kbd>" in text
    assert f'href="/patients/{visit.patient_id}/"' not in text, "who this is has still to be said"


def test_a_promise_has_a_key(desk_client: Client, visit: Visit) -> None:
    assert f'href="/promises/new/?visit={visit.pk}" data-key="a"' in page(desk_client, visit)


def test_a_settled_discrepancy_is_not_listed(
    desk_client: Client, front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, born="2019-02-31")
    one = visit.discrepancies.get(field="birth_date")
    discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=dana, at=make.at("9:40"))
    assert "differs-list" not in page(desk_client, visit)


def test_an_empty_claim_is_shown_as_nothing_typed(desk_client: Client, front: Location) -> None:
    visit = visits.record_sign_in(
        location=front, claim={}, at=make.at("9:30"), channel=SignInChannel.KIOSK
    ).visit
    text = page(desk_client, visit)
    assert "Nothing was typed." in text
    assert "someone who gave no name" in text


def test_opening_the_visit_page_is_audited(
    desk_client: Client, visit: Visit, dana: Staff, leo: Patient
) -> None:
    page(desk_client, visit)
    event = AuditEvent.objects.get(action="seen")
    assert (event.staff, event.patient, event.subject_id) == (dana, leo, visit.pk)


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_administrators_and_auditors_do_not_see_the_visit(
    as_: Callable[[Staff], Client], request: pytest.FixtureRequest, visit: Visit, who: str
) -> None:
    answer = as_(request.getfixturevalue(who)).get(f"/visits/{visit.pk}/")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in text
    assert [part for part in ("Ruiz", "cough", "flu vaccine", "Other steps") if part in text] == []
    assert not AuditEvent.objects.filter(action="seen").exists()


def test_visit_page_refuses_post_anonymous_and_other_clinic(
    desk_client: Client, client: Client, as_: Callable[[Staff], Client], sol: Staff, visit: Visit
) -> None:
    path = f"/visits/{visit.pk}/"
    assert desk_client.post(path).status_code == 405
    assert client.get(path).url.startswith("/account/login/")
    assert as_(sol).get(path).status_code == 404


def test_the_timeline_shows_needs_consent_and_notes(
    desk_client: Client, front: Location, leo: Patient, dana: Staff, noor: Staff
) -> None:
    make.guardian(leo)
    visit = make.visit(front, make.at("9:30"), also="his hearing")
    flu = visit.needs.get(kind="vaccine")
    said = consent.record_consent(
        patient=leo, visit=visit, care="vaccine", to_what="flu vaccine", agreed=True, basis="telephone",
        how="telephone", who="Ana Ruiz", heard_by=dana, at=make.at("9:32"),
    )  # fmt: skip
    needs.answer_need(need=flu, outcome="done", by=noor, at=make.at("9:33"))
    note = excuse_notes.issue_note(visit=visit, kind="school", by=dana, at=make.at("9:34")).note
    excuse_notes.void_issued_note(note=note, reason="wrong day", by=dana, at=make.at("9:35"))
    visits.move_visit(visit=visit, to="left", by=dana, at=make.at("9:36"), reason="family declined to wait")
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("9:37"))
    consent.withdraw_consent(record=said, by=dana, at=make.at("9:38"))
    shown = page(desk_client, visit).split("What happened")[1]
    order = [
        "Ana Ruiz agreed to flu vaccine, by telephone",
        "Given: flu vaccine",
        "School note 1 issued",
        "Needed again: school note",
        "School note 1 voided",
        "wrong day",
        "Left open: school note, second concern",
        "family declined to wait",
        "Undone: school note, second concern",
        "No longer counts: what Ana Ruiz said",
    ]
    assert [words for words in order if words not in shown] == []
    assert [shown.index(words) for words in order] == sorted(shown.index(words) for words in order)


def test_needs_consent_and_notes_are_shown_with_their_keys(desk_client: Client, visit: Visit) -> None:
    text = page(desk_client, visit)
    issue = f'action="/visits/{visit.pk}/notes/school/"'
    for words in ('id="needs"', 'id="consent"', 'data-key="y"', issue):
        assert words in text


def test_need_answers_can_be_undone_by_role_until_the_visit_left(
    desk_client: Client, as_: Callable[[Staff], Client], noor: Staff, dana: Staff, visit: Visit
) -> None:
    needs.answer_need(need=visit.needs.get(kind="vaccine"), outcome="done", by=noor, at=make.at("9:35"))
    undo = 'aria-label="Undo: flu vaccine"'
    assert [undo in page(who, visit) for who in (as_(noor), desk_client)] == [True, False]
    visits.move_visit(visit=visit, to="left", by=dana, at=make.at("9:36"), reason="all can wait")
    text = page(as_(noor), visit)
    assert "Given" in text and undo not in text and 'data-key="y"' not in text


def test_withdrawn_consent_cannot_be_withdrawn_again(
    desk_client: Client, visit: Visit, leo: Patient, dana: Staff
) -> None:
    said = consent.record_consent(
        patient=leo, visit=visit, care="vaccine", to_what="flu vaccine", agreed=True, basis="telephone",
        how="telephone", who="Ana Ruiz", heard_by=dana, at=make.at("9:32"),
    )  # fmt: skip
    assert f"/{said.pk}/withdraw/" in page(desk_client, visit)
    consent.withdraw_consent(record=said, by=dana, at=make.at("9:38"))
    text = page(desk_client, visit)
    assert "(withdrawn)" in text and f"/{said.pk}/withdraw/" not in text


def linked_line(client: Client, visit: Visit) -> str:
    page = client.get(f"/visits/{visit.pk}/").content.decode()
    return page[page.index("Which child this is") :].partition("</p>")[0]


def test_a_link_that_the_changed_record_no_longer_supports_is_marked(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    leo = make.patient(brook)
    make.guardian(leo, "Rosa Delgado", phone="555-010-0123")
    visit = make.visit(front, escort_phone="555-010-0123")
    assert "The same name. The same birth date. The phone is on record.</span>" in linked_line(
        desk_client, visit
    )
    assert "has changed" not in linked_line(desk_client, visit)
    PatientIdentifier.objects.create(clinic=brook, patient=leo, value="7")
    said = {"given_name": "Leo", "family_name": "Ruiz", "birth_date": dt.date(2018, 3, 24)}
    row = PatientItem(keys=[("", "7")], values=said)
    record_imports.import_record_items(clinic=brook, items=[row], at=make.at("9:50"))
    said = linked_line(desk_client, visit)
    assert "born <bdi>Mar 24, 2018</bdi>" in said
    assert "The same birth date" not in said
    assert "the visit would not be linked by itself: check that it is this child" in said
    page = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    assert "Why, by the record as it was: The same name. The same birth date." in page
    assert "Birth date</b>: another birth date is on record" in page
    assert '<a href="#differs">Birth date differs</a>' in page, "the list points to it"


def test_a_linked_appointment_still_counts_as_expected(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    make.appointment(make.patient(brook), front, make.at("9:45"))
    visit = make.visit(front)
    assert "Expected today." in linked_line(desk_client, visit)
    assert "has changed" not in linked_line(desk_client, visit)


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        (
            {"escort_name": "Ruiz, Ana", "escort_phone": "555-010-0123"},
            "Ana Ruiz mother, here today 555-010-0123",
        ),
        (
            {"escort_name": "Ana Ruiz", "escort_phone": "555-010-0777"},
            "Ana Ruiz mother, here today 555-010-0777 typed today; 555-010-0123 on record",
        ),
        ({"escort_name": "Ana Ruiz", "escort_phone": ""}, "Ana Ruiz mother, here today 555-010-0123"),
    ],
)
def test_an_escort_who_is_a_guardian_is_listed_once(
    desk_client: Client,
    leo: Patient,
    front: Location,
    tuesday: time_machine.Traveller,
    said: dict[str, str],
    listed: str,
) -> None:
    make.guardian(leo, "Ana Ruiz", phone="555-010-0123")
    visit = make.visit(front, relationship="mother", **said)
    page = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    reach = page.split("Whom to phone")[1].split("</section>")[0]
    assert " ".join(re.sub("<[^>]+>", " ", reach).split()) == listed


@pytest.mark.parametrize("relationship", ["bà ngoại", "friend of mom", "caseworker"])
def test_an_escort_who_may_not_be_the_guardian_is_listed_apart(
    desk_client: Client, leo: Patient, front: Location, tuesday: time_machine.Traveller, relationship: str
) -> None:
    make.guardian(leo, "Ana Ruiz", phone="555-010-0123")
    visit = make.visit(front, relationship=relationship, escort_name="Ana Ruiz", escort_phone="")
    assert reached(desk_client, visit) == "Ana Ruiz here today no phone known Ana Ruiz mother 555-010-0123"


def reached(client: Client, visit: Visit) -> str:
    reach = page(client, visit).split("Whom to phone")[1].split("</section>")[0]
    return " ".join(re.sub("<[^>]+>", " ", reach).split())


def test_the_phone_typed_today_comes_before_the_recorded_one(
    desk_client: Client, leo: Patient, front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    """The phone was shown as on record only, while the discrepancy was open."""
    make.visit(front, make.at("9:20"), escort_phone="(312) 555-0155")
    visit = make.visit(front, make.at("9:30"), escort_phone="(312) 555-0156")
    both = "Rosa Delgado here today (312) 555-0156 typed today; (312) 555-0155 on record"
    assert both in reached(desk_client, visit)
    one = visit.discrepancies.open().get(field="phone")
    discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=dana, at=make.at("9:35"))
    assert "Rosa Delgado here today (312) 555-0155" in reached(desk_client, visit)
    assert "0156" not in reached(desk_client, visit)


def test_one_phone_in_two_formats_is_shown_once(
    desk_client: Client, leo: Patient, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front, make.at("9:20"), escort_phone="(312) 555-0155")
    visit = make.visit(front, make.at("9:30"), escort_phone="312.555.0155")
    assert reached(desk_client, visit).endswith("Rosa Delgado here today (312) 555-0155")


def test_an_aunt_with_the_mothers_name_is_listed_separately(
    desk_client: Client, leo: Patient, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.guardian(leo, "Ana Ruiz", phone="555-010-0123")
    visit = make.visit(front, relationship="aunt", escort_name="Ana Ruiz", escort_phone="555-010-0777")
    reach = (
        desk_client.get(f"/visits/{visit.pk}/")
        .content.decode()
        .split("Whom to phone")[1]
        .split("</section>")[0]
    )
    assert reach.count("Ana Ruiz") == 2


def test_what_they_typed_is_shown_formatted_with_each_label_once(
    desk_client: Client, front: Location, leo: Patient
) -> None:
    """The page showed “2018-03-14”, “en” and two lines called Interpreter."""
    visit = make.visit(front, language="es", interpreter="yes", interpreter_language="vie")
    said = page(desk_client, visit).split("What they told us")[1].split("</dl>")[0]
    assert re.findall(r"<dt>(.*?)</dt>", said).count("Interpreter") == 1
    assert "Mar 14, 2018" in said and "2018-03-14" not in said
    assert "Vietnamese" in said and "<dd>vie" not in said
    assert '<dt>Language</dt><dd dir="auto">Spanish</dd>' in said


def test_a_hidden_number_by_which_the_visit_was_linked_is_no_change_of_the_record(
    desk_client: Client, brook: Clinic, front: Location, dana: Staff
) -> None:
    """The page told staff to check a child of whom nothing had changed: it compared the word “Hidden”."""
    alone = {"is_patient": True, "escort_name": "", "relationship": "", "escort_phone": "555-010-0188"}
    teen = make.patient(brook, "Quentin Vasquez", "2010-05-05", phone="555-010-0188")
    visit = make.visit(front, name="Quentin Vasquez", born="2010-05-05", **alone)
    assert visit.patient == teen
    before = page(desk_client, visit)
    assert "phone" in before.split("Linked:")[1].split("</p>")[0]
    confidential_visits.hide_patient_address(patient=teen, by=dana, at=make.at("9:35"))
    after = page(desk_client, visit)
    assert "555-010-0188" not in after and "0188" not in after
    assert "The record has changed" not in after
    assert after.split("Linked:")[1].split("</p>")[0] == before.split("Linked:")[1].split("</p>")[0]
