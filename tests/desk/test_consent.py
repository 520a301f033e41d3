"""Recording who agreed and who may agree, and marking a visit urgent."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from checkin.actions import consent
from checkin.actions.refusals import Refused
from checkin.models import Clinic, ConsentRecord, DueItem, Location, Patient, Staff, StandingProxy, Visit
from checkin.rules.consent_adults import CareKind, ConsentBasis
from checkin.rules.consent_steps import DEFAULT_CONSENT_TABLE, ConsentStep
from checkin.rules.need_types import NeedKind
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


LIVE = {"HX-Request": "true"}
SAID = {
    "care": "vaccine",
    "agreed": "yes",
    "who": "Ana Ruiz",
    "relationship": "mother",
    "phone": "555-010-0123",
    "how": "telephone",
    "basis": "telephone",
}


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    found = make.patient(brook, "Leo Ruiz")
    make.guardian(found, "Ana Ruiz", phone="555-010-0123")
    return found


@pytest.fixture
def visit(leo: Patient, front: Location, tuesday: time_machine.Traveller) -> Visit:
    return make.visit(front, relationship="aunt")


PROXY = {"name": "Rosa Delgado", "granted_by": "Ana Ruiz", "written_on": "2026-03-01"}


def write(
    client: Client, visit: Visit, headers: dict[str, str] | None = None, **changes: Any
) -> ClientResponse:
    return client.post(f"/visits/{visit.pk}/consent/", SAID | changes, headers=headers)


def chosen(page: str) -> str:
    """Return the person selected as having said it."""
    found = [
        one for one in re.findall(r'<input type="radio"[^>]*name="person"[^>]*>', page) if "checked" in one
    ]
    return html.unescape(re.search(r'value="([^"]*)"', found[0])[1]) if found else "nobody"


def offered(page: str) -> list[str]:
    """Return the people who can be selected as having said it."""
    found = re.findall(r'<input type="radio"[^>]*name="person"[^>]*value="([^"]*)"', page)
    return [html.unescape(one) for one in found]


def grant(
    client: Client, patient: Patient, headers: dict[str, str] | None = None, **changes: Any
) -> ClientResponse:
    return client.post(f"/patients/{patient.pk}/proxies/", PROXY | changes, headers=headers)


def test_the_page_shows_the_next_step_and_preselects_the_likeliest_person(
    desk_client: Client, visit: Visit
) -> None:
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    assert 'phone Ana Ruiz first: <span class="unbroken">555-010-0123</span>' in page
    assert page.count("phone Ana Ruiz first") == 1, "what is the same for several kinds of care is said once"
    assert "Vaccine, check-up, treatment or procedure" in page
    assert chosen(page) == "Ana Ruiz, mother, 555-010-0123"
    assert 'name="who" value' not in page, "what is typed of somebody else starts empty"
    assert '<option value="telephone" selected>' in page


def test_recording_consent_updates_the_next_steps_on_the_page(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    answer = write(desk_client, visit, LIVE)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="needs"' in page
    assert 'id="consent"' in page
    assert "Ana Ruiz agreed by telephone today · go ahead" in page
    made = ConsentRecord.objects.get()
    assert (made.heard_by, made.visit, made.relationship, made.agreed) == (dana, visit, "mother", True)


def test_a_no_to_one_item_is_not_hidden_by_a_yes_to_another(
    desk_client: Client, visit: Visit, leo: Patient
) -> None:
    DueItem.objects.create(
        clinic_id=leo.clinic_id, patient=leo, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
    )
    for item, agreed in (("MMR", "yes"), ("Influenza", "no"), ("MMR", "yes")):
        page = write(desk_client, visit, LIVE, to_what=item, agreed=agreed).content.decode()
    text = " ".join(re.sub("<[^>]+>", " ", page[page.index('id="consent"') :]).split())
    assert "Vaccine phone Ana Ruiz first: 555-010-0123 It differs by item:" in text
    assert "flu vaccine : clinician decides Ana Ruiz said no by telephone today" in text
    assert "MMR : go ahead Ana Ruiz agreed by telephone today" in text


def test_an_item_without_an_answer_shows_its_step_in_full(
    desk_client: Client, visit: Visit, leo: Patient
) -> None:
    """“The same for MMR” was shown below “flu: go ahead, Ana Ruiz agreed”, and meant “phone first”."""
    DueItem.objects.create(
        clinic_id=leo.clinic_id, patient=leo, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
    )
    page = write(desk_client, visit, LIVE, to_what="flu vaccine", agreed="yes").content.decode()
    text = " ".join(re.sub("<[^>]+>", " ", page[page.index('id="consent"') :]).split())
    assert "flu vaccine : go ahead Ana Ruiz agreed by telephone today" in text
    assert "MMR : phone Ana Ruiz first: 555-010-0123 aunt" in text
    assert "The same" not in text


def test_a_no_from_a_non_guardian_still_says_whom_to_phone(desk_client: Client, visit: Visit) -> None:
    gary = {"who": "Gary Cole", "relationship": "stepfather", "phone": "", "basis": ""}
    page = write(desk_client, visit, LIVE, agreed="no", **gary).content.decode()
    text = " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())
    phone = "clinician decides; phone Ana Ruiz first: 555-010-0123"
    assert f"It does not decide: Gary Cole is no guardian on record. Next: {phone}." in html.unescape(page)
    assert f"Vaccine {phone} Gary Cole said no by telephone today, but is no guardian on record" in text
    assert "Does not decide: Gary Cole is no guardian on record" in text
    assert visit.needs.open().filter(kind=NeedKind.PHONE_GUARDIAN).exists()


def test_a_guardians_name_with_another_relationship_shows_the_recorded_one(
    desk_client: Client, visit: Visit, leo: Patient
) -> None:
    """“Helen Marsh is no guardian on record” was shown below “Helen Marsh, caseworker” under Guardians."""
    make.guardian(leo, "Helen Marsh", phone="555-010-0106", relationship="caseworker, county foster care")
    helen = {"who": "Helen Marsh", "relationship": "foster mother", "phone": "555-010-0106", "basis": ""}
    page = said_on(write(desk_client, visit, LIVE, **helen).content.decode())
    told = "is on record as “caseworker, county foster care”, and not surely as “foster mother”"
    assert f"Does not count: Helen Marsh {told}" in page
    assert f"Helen Marsh agreed by telephone today, but {told}" in page
    assert "Helen Marsh is no guardian" not in page


def test_a_yes_on_an_unmatched_visit_says_to_check_who_said_it(
    desk_client: Client, front: Location, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front, name="Leonardo Ruizz", born="2018-03-15")
    assert visit.patient is None
    luke = {"who": "Luke Johnson", "relationship": "father", "phone": ""}
    page = html.unescape(write(desk_client, visit, LIVE, **luke).content.decode())
    assert "Nobody is matched to this visit yet: check who Luke Johnson is." in page
    assert '<b dir="auto">check who Luke Johnson is</b>' in page
    assert "It counts" not in page


@pytest.mark.parametrize("dues", [0, 1, 2])
def test_only_a_single_due_item_is_preselected(
    desk_client: Client,
    front: Location,
    brook: Clinic,
    leo: Patient,
    tuesday: time_machine.Traveller,
    dues: int,
) -> None:
    """With nothing due, "Agreed" and one press recorded the mother's telephone consent to any treatment."""
    brook.need_settings = {} if dues else {"influenza_from_months": 999}
    brook.save()
    if dues == 2:
        DueItem.objects.create(
            clinic=brook, patient=leo, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
        )
    visit = make.visit(front, relationship="aunt")
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    form = page[page.index('name="care"') : page.index('name="witness"')]
    chosen_options = re.findall(r'<option value="([^"]+)" selected', form)
    assert chosen_options == {0: [], 1: ["vaccine", "telephone"], 2: ["telephone"]}[dues]
    assert ('name="to_what" value="flu vaccine"' in form) is (dues == 1)
    assert chosen(page) == ("" if dues == 0 else MOTHER)
    assert not re.search(r'name="agreed"[^>]*checked', form)
    if dues != 1:
        answer = desk_client.post(f"/visits/{visit.pk}/consent/", {"agreed": "yes", "person": MOTHER})
        page = answer.content.decode()
        assert answer.status_code == 422 and "Please choose which care it was about." in page
        assert "Please choose how they said it." in page
        assert not ConsentRecord.objects.exists()


@pytest.mark.parametrize(
    ("came", "kept", "is_offered"),
    [
        ({}, {}, False),
        ({}, {"speaks_from": 7}, True),
        ({}, {"speaks_from": 8}, False),
        ({}, {"speaks_from": "soon"}, False),
        ({"born": "2014-03-10"}, {}, True),
        ({"born": "2014-03-11"}, {}, False),
        ({"born": ""}, {"speaks_from": 0}, False),
        ({"is_patient": True, "escort_name": "", "relationship": ""}, {}, True),
    ],
)
def test_the_patient_is_offered_only_if_alone_or_old_enough(
    desk_client: Client,
    front: Location,
    brook: Clinic,
    tuesday: time_machine.Traveller,
    came: dict[str, str] | dict[str, object],
    kept: dict[str, int] | dict[str, str],
    is_offered: bool,
) -> None:
    """A seven-year-old was offered as deciding for themselves, one press away."""
    brook.need_settings = kept
    brook.save()
    came = {"born": "2018-03-15", "name": "Mia Novak", "relationship": "aunt"} | came
    visit = make.visit(front, **came)
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    assert ("Mia Novak, the patient" in offered(page)) is is_offered


def test_who_said_it_is_offered_with_phones_in_one_format(
    desk_client: Client, leo: Patient, visit: Visit
) -> None:
    make.guardian(leo, "Luis Ruiz", phone="3125550119", relationship="father", position=2)
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    assert "Luis Ruiz, father, (312) 555-0119 · guardian" in html.unescape(page)


MOTHER = "Ana Ruiz, mother, 555-010-0123"


def test_choosing_a_person_fills_in_their_own_details(
    desk_client: Client, visit: Visit, leo: Patient
) -> None:
    make.guardian(leo, "Luis Ruiz", phone="555-010-0124", relationship="father", position=2)
    grant(desk_client, leo, name="Bea Ruiz", relationship="grandmother")
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    assert offered(page) == [
        "Rosa Delgado, aunt",
        MOTHER,
        "Luis Ruiz, father, 555-010-0124",
        "Bea Ruiz, grandmother",
        "",
    ]
    said = {"care": "vaccine", "agreed": "no", "how": "verbal", "who": "", "relationship": "", "phone": ""}
    for person, basis in zip(
        offered(page)[:4], ("none", "guardian_present", "", "written_proxy"), strict=True
    ):
        how = "verbal" if basis else "telephone"
        desk_client.post(f"/visits/{visit.pk}/consent/", said | {"person": person, "how": how})
        made = ConsentRecord.objects.latest("pk")
        assert person == ", ".join(filter(None, [made.who, made.relationship, made.phone]))
        assert made.basis == (basis or "telephone")


def test_a_typed_sitter_does_not_get_the_mothers_relationship_and_phone(
    desk_client: Client, visit: Visit
) -> None:
    page = write(desk_client, visit, LIVE, who="the sitter", how="verbal", basis="none").content.decode()
    made = ConsentRecord.objects.get()
    assert (made.who, made.relationship, made.phone) == ("the sitter", "", "")
    told = "“mother, 555-010-0123” is of Ana Ruiz on record, so it was not kept with the sitter."
    assert told in html.unescape(page)


def test_a_consenting_patient_does_not_get_the_relationship_mother(desk_client: Client, visit: Visit) -> None:
    write(desk_client, visit, who="Leo Ruiz", phone="", basis="own", how="verbal")
    made = ConsentRecord.objects.get()
    assert (made.who, made.relationship) == ("Leo Ruiz", "")


def test_a_chosen_person_and_a_typed_person_together_are_refused(desk_client: Client, visit: Visit) -> None:
    answer = write(desk_client, visit, person=MOTHER, who="the sitter", relationship="", phone="")
    assert answer.status_code == 422
    assert "You chose Ana Ruiz. Empty this box, or choose “Somebody else”." in answer.content.decode()
    assert 'value="the sitter"' in answer.content.decode()
    answer = write(desk_client, visit, person="Ana Ruiz, mother, 555-000-0000", who="")
    assert answer.status_code == 422
    assert "Who can be chosen here has changed. Please choose again." in answer.content.decode()
    assert not ConsentRecord.objects.exists()
    write(desk_client, visit, person=MOTHER)
    assert ConsentRecord.objects.get().who == "Ana Ruiz", "the same adult chosen and typed is one"


@pytest.mark.parametrize(("basis", "how"), [("telephone", "verbal"), ("guardian_present", "telephone")])
def test_a_basis_and_way_that_contradict_are_refused(
    desk_client: Client, visit: Visit, leo: Patient, dana: Staff, basis: str, how: str
) -> None:
    answer = write(desk_client, visit, basis=basis, how=how)
    assert answer.status_code == 422
    assert "cannot both be. Change one of them." in answer.content.decode()
    with pytest.raises(Refused, match="cannot both be"):
        consent.record_consent(
            patient=leo, visit=visit, care="vaccine", agreed=True, basis=basis, how=how, who="Ana Ruiz",
            heard_by=dana, at=make.at("9:50"),
        )  # fmt: skip
    assert not ConsentRecord.objects.exists()


def test_changing_the_care_drops_the_item_of_the_old_one(desk_client: Client, visit: Visit) -> None:
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    assert 'name="to_what" value="flu vaccine"' in page
    answer = write(desk_client, visit, care="treatment", to_what="flu vaccine")
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "“flu vaccine” is of “Vaccine”, so it was taken out." in page
    assert 'value="flu vaccine"' not in page
    write(desk_client, visit, care="treatment", to_what="")
    assert ConsentRecord.objects.get().to_what == ""


def test_an_escort_who_is_a_guardian_is_offered_once(
    desk_client: Client, front: Location, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    make.guardian(leo, "Alex Kim", phone="555-010-0200", relationship="mother", position=2)
    make.guardian(leo, "Alex Kim", phone="555-010-0300", relationship="father", position=3)
    visit = make.visit(front, escort_name="ruiz, ana", relationship="his mom", escort_phone="")
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    assert offered(page)[:3] == [
        "ruiz, ana, his mom, 555-010-0123",
        "Alex Kim, mother, 555-010-0200",
        "Alex Kim, father, 555-010-0300",
    ]
    assert chosen(page) == "ruiz, ana, his mom, 555-010-0123"
    assert '<option value="verbal" selected>' in page


@pytest.mark.parametrize(
    ("came", "first"),
    [
        ({"escort_name": "", "relationship": "aunt"}, "aunt"),
        ({"escort_name": "", "relationship": ""}, MOTHER),
        ({"escort_name": "ليلى المنصوري", "relationship": "خالة"}, "ليلى المنصوري, خالة"),
        ({"escort_name": "Ana Ruiz", "relationship": "his aunt"}, "Ana Ruiz, his aunt"),
        ({"escort_name": "A" * 200, "relationship": "b" * 500}, f"{'A' * 200}, {'b' * 500}"),
        ({"escort_name": "", "relationship": "", "is_patient": True}, MOTHER),
    ],
)
def test_the_escort_is_offered_whatever_they_typed(
    desk_client: Client,
    front: Location,
    leo: Patient,
    tuesday: time_machine.Traveller,
    came: dict[str, str] | dict[str, object],
    first: str,
) -> None:
    visit = make.visit(front, **came)
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    assert offered(page)[0] == first
    assert MOTHER in offered(page)
    answer = write(
        desk_client, visit, person=first, who="", relationship="", phone="", how="verbal", basis=""
    )
    assert answer.status_code == 302
    assert ConsentRecord.objects.get().who == (
        first if len(first) < 20 and "," not in first else first.split(", ", maxsplit=1)[0]
    )


def test_only_a_clinician_can_record_their_own_decision(
    desk_client: Client, as_: Callable[[Staff], Client], noor: Staff, visit: Visit
) -> None:
    page = as_(noor).get(f"/visits/{visit.pk}/consent/").content.decode()
    mine = "Noor, decides as clinician"
    assert mine in offered(page)
    assert mine not in offered(desk_client.get(f"/visits/{visit.pk}/consent/").content.decode())
    typed = {"who": "", "relationship": "", "phone": ""}
    answer = write(as_(noor), visit, person=MOTHER, basis="clinician", **typed)
    assert "written down as said by that clinician" in answer.content.decode()
    write(as_(noor), visit, person=mine, basis="", how="verbal", **typed)
    assert ConsentRecord.objects.get().basis == "clinician"


def test_without_script_it_redirects_back_to_the_page_that_asked(desk_client: Client, visit: Visit) -> None:
    assert write(desk_client, visit).url == f"/visits/{visit.pk}/consent/"
    assert write(desk_client, visit, next=f"/visits/{visit.pk}/").url == f"/visits/{visit.pk}/"
    assert write(desk_client, visit, next="//elsewhere.example").url == f"/visits/{visit.pk}/consent/"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"who": ""}, "Please write down who said it."),
        ({"agreed": ""}, "Please choose: agreed, or said no."),
        ({"until": "2026-03-09"}, "That day is over."),
        ({"until": "soon"}, "Please write the day as 2026-06-30."),
        ({"who": "A" * 201}, "At most 200 letters fit here."),
        ({"care": "dentistry"}, "Select a valid choice"),
    ],
)
def test_a_missing_answer_is_explained_at_its_field_and_input_is_kept(
    desk_client: Client, visit: Visit, changes: dict[str, str], sentence: str
) -> None:
    answer = write(desk_client, visit, **{"limits": "left arm"} | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="left arm"' in page
    assert not ConsentRecord.objects.exists()


def test_the_same_consent_sent_twice_is_recorded_once(desk_client: Client, visit: Visit) -> None:
    for _ in range(2):
        write(desk_client, visit)
    assert ConsentRecord.objects.count() == 1


def test_consent_at_an_unmatched_visit_is_kept_and_can_be_withdrawn(
    desk_client: Client, front: Location, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    unsure, other = (make.visit(front, name="Leonardo Ruizz", born="2018-03-15") for _ in range(2))
    assert unsure.patient is None
    page = desk_client.get(f"/visits/{unsure.pk}/consent/").content.decode()
    assert "Kept with this visit until it is matched to a child." in page
    page = write(desk_client, unsure, LIVE).content.decode()
    assert '<b dir="auto">check who Ana Ruiz is</b> <span class="quiet-line">Ana Ruiz agreed by' in page
    made = ConsentRecord.objects.get()
    assert (made.patient, made.visit) == (None, unsure)
    assert desk_client.post(f"/visits/{other.pk}/consent/{made.pk}/withdraw/").status_code == 404
    assert desk_client.post(f"/visits/{unsure.pk}/consent/{made.pk}/withdraw/").status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at is not None


def test_withdrawn_consent_stays_listed_as_withdrawn(desk_client: Client, visit: Visit) -> None:
    write(desk_client, visit)
    made = ConsentRecord.objects.get()
    address = f"/visits/{visit.pk}/consent/{made.pk}/withdraw/"
    page = desk_client.post(address, headers=LIVE).content.decode()
    assert "(withdrawn)" in page
    assert "phone Ana Ruiz first" in page
    assert desk_client.get(address).status_code == 405


def test_a_proxy_can_be_granted_and_revoked(desk_client: Client, visit: Visit, leo: Patient) -> None:
    page = grant(desk_client, leo, LIVE, visit=visit.pk, cares=["vaccine"]).content.decode()
    assert "aunt, written proxy from Ana Ruiz · go ahead" in page
    assert "only vaccine" in page
    made = StandingProxy.objects.get()
    address = f"/patients/{leo.pk}/proxies/{made.pk}/revoke/"
    page = desk_client.post(address, {"visit": visit.pk}, headers=LIVE).content.decode()
    assert "Revoked: Rosa Delgado may no longer agree for Leo Ruiz." in page
    assert "aunt, whose written proxy was revoked on Mar 10, 2026 · phone Ana Ruiz first" in page
    assert desk_client.get(address).status_code == 405


def said_on(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(
    ("terms", "told", "tag"),
    [
        ({}, "On file: Rosa Delgado may agree for Leo Ruiz.", "In force"),
        (
            {"expires_on": "2026-03-09"},
            "Kept as history for Leo Ruiz: it ended on Mar 9, 2026, so it does not count today.",
            "Ended Mar 9, 2026",
        ),
        (
            {"granted_by": "Rosa Delgado"},
            "it does not count: Rosa Delgado granted it and is no guardian on record. Ask a guardian.",
            "Does not count",
        ),
        (
            {"granted_by": "Kim"},
            "On file for Leo Ruiz, but it does not count: Kim granted it and is no guardian on record.",
            "Does not count",
        ),
    ],
)
def test_a_proxy_is_shown_as_in_force_only_where_it_counts(
    desk_client: Client, visit: Visit, leo: Patient, terms: dict[str, str], told: str, tag: str
) -> None:
    answer = said_on(
        desk_client.post(f"/patients/{leo.pk}/proxies/", PROXY | terms, follow=True).content.decode()
    )
    assert told in answer
    assert tag in answer
    for address in (f"/visits/{visit.pk}/consent/", f"/patients/{leo.pk}/"):
        page = said_on(desk_client.get(address).content.decode())
        assert f"Rosa Delgado {tag}" in page
        assert "None on file" not in page
    steps = said_on(desk_client.get(f"/visits/{visit.pk}/consent/").content.decode())
    assert ("phone Ana Ruiz first" in steps) is (tag != "In force")
    assert StandingProxy.objects.get().visit is None


def test_a_proxy_granted_on_the_visit_page_stores_that_visit(
    desk_client: Client, visit: Visit, leo: Patient
) -> None:
    grant(desk_client, leo, visit=visit.pk)
    assert StandingProxy.objects.get().visit == visit


def test_a_revoked_proxy_stays_listed_with_who_revoked_it_and_when(
    desk_client: Client, visit: Visit, leo: Patient, dana: Staff
) -> None:
    grant(desk_client, leo)
    made = StandingProxy.objects.get()
    desk_client.post(f"/patients/{leo.pk}/proxies/{made.pk}/revoke/")
    for address in (f"/visits/{visit.pk}/", f"/patients/{leo.pk}/"):
        page = desk_client.get(address).content.decode()
        text = said_on(page)
        assert "Rosa Delgado Revoked Mar 10, 2026 from Ana Ruiz" in text
        assert "revoked Mar 10, 2026, 9:40 AM by Dana" in text
        assert f"/proxies/{made.pk}/revoke/" not in page


def test_without_a_guardian_on_record_staff_must_check_who_granted_it(
    desk_client: Client, brook: Clinic
) -> None:
    mia = make.patient(brook, "Mia Novak")
    page = desk_client.post(f"/patients/{mia.pk}/proxies/", PROXY, follow=True).content.decode()
    assert "No guardian is on record: check who Ana Ruiz is." in page


JULES = {"who": "Jules Moreau", "relationship": "uncle", "phone": "", "basis": ""}


@pytest.mark.parametrize("how", ["verbal", "telephone"])
def test_a_yes_from_before_the_proxy_counts_once_the_proxy_is_filed(
    desk_client: Client, front: Location, leo: Patient, tuesday: time_machine.Traveller, how: str
) -> None:
    """One line said "go ahead", the next "phone Ana first", and neither that the answer did not count."""
    visit = make.visit(front, escort_name="Jules Moreau", relationship="uncle")
    for item in ("flu vaccine", ""):
        write(desk_client, visit, to_what=item, how=how, **JULES)
    page = said_on(desk_client.get(f"/visits/{visit.pk}/consent/").content.decode())
    assert page.count("Does not count: Jules Moreau is no guardian on record") == 2
    assert "go ahead" not in need_of_flu(visit)
    grant(desk_client, leo, name="Jules Moreau", cares=["vaccine"])
    once = said_on(desk_client.get(f"/visits/{visit.pk}/consent/").content.decode())
    steps = steps_of(once)
    assert "Does not count" not in once
    assert "Vaccine go ahead Jules Moreau agreed" in steps and "flu vaccine : phone" not in steps
    assert "Jules Moreau agreed" in need_of_flu(visit) and need_of_flu(visit).endswith("go ahead")
    write(desk_client, visit, to_what="flu vaccine", how=how, **JULES)
    again = said_on(desk_client.get(f"/visits/{visit.pk}/consent/").content.decode())
    assert "Does not count" not in again and steps_of(again) == steps


def steps_of(text: str) -> str:
    return text[text.index("The next step") : text.index("What was said")]


def need_of_flu(visit: Visit) -> str:
    return visit.needs.get(kind=NeedKind.VACCINE, key="influenza").step_words


def test_a_proxy_not_granted_by_a_guardian_on_record_asks_for_a_check(
    desk_client: Client, front: Location, brook: Clinic, tuesday: time_machine.Traveller
) -> None:
    """It was only in a message that the next page dropped, and staff went on as if a parent had signed."""
    mia = make.patient(brook, "Mia Novak", "2018-01-02")
    visit = make.visit(front, name="Mia Novak", born="2018-01-02", escort_name="Jules Moreau")
    assert visit.patient == mia
    grant(desk_client, mia, name="Jules Moreau", granted_by="Bob")
    check = "obody on record granted it: check who Bob is"
    patient = said_on(desk_client.get(f"/patients/{mia.pk}/").content.decode())
    assert f"Jules Moreau In force N{check}" in patient
    page = said_on(desk_client.get(f"/visits/{visit.pk}/consent/").content.decode())
    assert f"Jules Moreau In force N{check}" in page
    assert f"written proxy from Bob, n{check}" in page
    assert check in need_of_flu(visit)
    told = said_on(write(desk_client, visit, LIVE, how="verbal", **JULES).content.decode())
    assert f"It counts, but n{check}." in told
    assert f"Jules Moreau agreed today, n{check}" in told
    assert told.count(f"N{check}") == 2, "beside what was said, and beside the proxy"
    make.guardian(mia, "Bob", phone="555-010-0999")
    assert check not in said_on(desk_client.get(f"/visits/{visit.pk}/consent/").content.decode())


@pytest.mark.parametrize(
    ("terms", "mark"),
    [
        ({"expires_on": "2026-03-09"}, "written proxy ended on Mar 9, 2026"),
        (
            {"granted_by": "Rosa Delgado"},
            "written proxy does not count: Rosa Delgado granted it and is no guardian",
        ),
    ],
)
def test_an_answer_that_does_not_count_is_marked_in_message_and_list(
    desk_client: Client, visit: Visit, leo: Patient, terms: dict[str, str], mark: str
) -> None:
    grant(desk_client, leo, **terms)
    changes = {
        "who": "Rosa Delgado",
        "relationship": "aunt",
        "phone": "",
        "how": "verbal",
        "basis": "written_proxy",
    }
    page = write(desk_client, visit, LIVE, **changes).content.decode()
    marked = f"Rosa Delgado may not consent ({mark}"
    assert (
        f"Written down for Leo Ruiz: Rosa Delgado agreed to vaccine. It does not count: {marked}"
        in html.unescape(page)
    )
    assert f"Does not count: {marked}" in said_on(page)
    assert "phone Ana Ruiz first" in page


def test_only_clinician_manager_or_same_day_author_can_revoke_a_proxy(
    as_: Callable[[Staff], Client],
    dana: Staff,
    noor: Staff,
    max_: Staff,
    leo: Patient,
    visit: Visit,
    brook: Clinic,
    front: Location,
) -> None:
    """The front desk can fix its own mistake; anything older is for those responsible for care."""
    felix = make.staff(brook, "felix", location=front)
    sentence = "Only a clinician or the manager revokes a proxy, or whoever put it on file, on the same day."
    for who, may in ((dana, True), (felix, False), (noor, True), (max_, True)):
        grant(as_(dana), leo)
        made = StandingProxy.objects.get(revoked_at=None)
        button = f'action="/patients/{leo.pk}/proxies/{made.pk}/revoke/"'
        for page in (f"/patients/{leo.pk}/", f"/visits/{visit.pk}/"):
            assert (button in as_(who).get(page).content.decode()) == may
        answer = as_(who).post(f"/patients/{leo.pk}/proxies/{made.pk}/revoke/", follow=True)
        assert (sentence in answer.content.decode()) == (not may)
        made.refresh_from_db()
        assert (made.revoked_at is not None) == may
        StandingProxy.objects.update(revoked_at=make.at("9:59"))


def test_the_next_day_the_front_desk_cannot_revoke_its_own_proxy(
    as_: Callable[[Staff], Client], dana: Staff, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    grant(as_(dana), leo)
    made = StandingProxy.objects.get()
    address = f"/patients/{leo.pk}/proxies/{made.pk}/revoke/"
    with time_machine.travel(make.at("0:01", make.TUESDAY + dt.timedelta(days=1)), tick=False):
        page = as_(dana).get(f"/patients/{leo.pk}/").content.decode()
        assert address not in page and "A clinician or the manager revokes it" in page
        as_(dana).post(address)
        made.refresh_from_db()
        assert made.revoked_at is None
    StandingProxy.objects.update(recorded_at=None)
    as_(dana).post(address)
    made.refresh_from_db()
    assert made.revoked_at is None, "of one put on file before the time was kept, nobody knows the day"


def test_granting_a_proxy_on_the_patient_page_returns_there(
    desk_client: Client, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    assert grant(desk_client, leo).url == f"/patients/{leo.pk}/"
    assert grant(desk_client, leo, visit="999999").url == f"/patients/{leo.pk}/"
    assert StandingProxy.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Please write down the name of who may agree."),
        ({"granted_by": ""}, "Please write down which guardian."),
        ({"written_on": "2026-03-11"}, "That day is still to come."),
        ({"expires_on": "2026-02-01"}, "That is before the day it was written."),
    ],
)
def test_an_incomplete_proxy_is_explained_at_its_field(
    desk_client: Client, visit: Visit, leo: Patient, changes: dict[str, str], sentence: str
) -> None:
    for where in ({}, {"visit": visit.pk}):
        answer = grant(desk_client, leo, **{"limits": "not on Fridays"} | changes | where)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert 'value="not on Fridays"' in answer.content.decode()
    assert not StandingProxy.objects.exists()


def test_urgent_can_be_set_and_undone(desk_client: Client, visit: Visit) -> None:
    address = f"/visits/{visit.pk}/urgent/"
    assert "urgent: go ahead" in desk_client.post(address, headers=LIVE).content.decode()
    page = desk_client.post(address, {"urgent": "0"}, headers=LIVE).content.decode()
    assert "phone Ana Ruiz first" in page
    assert desk_client.get(address).status_code == 405


def addresses(visit: Visit, leo: Patient, dana: Staff) -> list[Any]:
    record = consent.record_consent(
        patient=leo, visit=visit, care="vaccine", agreed=True, basis="own", how="verbal", who="Ana",
        heard_by=dana, at=make.at("9:50"),
    )  # fmt: skip
    proxy = consent.grant_proxy(
        patient=leo, name="Kim", granted_by="Ana", written_on=make.TUESDAY, by=dana, at=make.at("9:50")
    )
    return [
        f"/visits/{visit.pk}/consent/",
        f"/visits/{visit.pk}/consent/{record.pk}/withdraw/",
        f"/visits/{visit.pk}/urgent/",
        f"/patients/{leo.pk}/proxies/",
        f"/patients/{leo.pk}/proxies/{proxy.pk}/revoke/",
    ]


def test_consent_pages_refuse_anonymous_other_clinic_auditor_and_csrf(
    client: Client,
    as_: Callable[[Staff], Client],
    sol: Staff,
    otto: Staff,
    dana: Staff,
    visit: Visit,
    leo: Patient,
) -> None:
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(dana)
    for address in addresses(visit, leo, dana):
        assert client.post(address, SAID).url.startswith("/account/login/")
        assert as_(sol).post(address, SAID).status_code == 404
        assert as_(otto).post(address, SAID).status_code == 403
        assert forged.post(address, SAID).status_code == 403
    visit.refresh_from_db()
    assert (ConsentRecord.objects.count(), StandingProxy.objects.count(), visit.urgent) == (1, 1, False)


def test_a_consent_of_another_visit_cannot_be_withdrawn_here(
    desk_client: Client, visit: Visit, leo: Patient, front: Location, dana: Staff
) -> None:
    withdraw = addresses(visit, leo, dana)[1]
    make.patient(visit.clinic, "Mia Novak")
    other = make.visit(front, name="Mia Novak")
    assert desk_client.post(withdraw.replace(f"/{visit.pk}/", f"/{other.pk}/", 1)).status_code == 404


@pytest.mark.parametrize("step", ConsentStep.values)
@pytest.mark.parametrize("answer", ["", "yes", "no"])
def test_no_consent_table_or_answer_hides_a_button_or_a_row(
    desk_client: Client, visit: Visit, leo: Patient, brook: Clinic, dana: Staff, step: str, answer: str
) -> None:
    brook.consent_table = {care: dict.fromkeys(ConsentBasis.values, step) for care in DEFAULT_CONSENT_TABLE}
    brook.save()
    if answer:
        for care in CareKind.values:
            write(desk_client, visit, care=care, agreed=answer)
    page = desk_client.get(f"/visits/{visit.pk}/leave/?to=left").content.decode()
    for kind in (NeedKind.VACCINE, NeedKind.SCHOOL_NOTE):
        need = visit.needs.get(kind=kind)
        assert f'action="/visits/{visit.pk}/needs/{need.pk}/"' in page
    assert "data-go" in page
    board = desk_client.get("/").content.decode()
    assert f'<tr id="v{visit.pk}"' in board
    assert f"/visits/{visit.pk}/move/" in board


def test_a_sentence_starting_with_an_arabic_name_is_left_to_right(
    desk_client: Client, front: Location, leo: Patient, tuesday: time_machine.Traveller
) -> None:
    """Left alone, a browser uses the direction of the first letter and reorders our own words."""
    visit = make.visit(front, escort_name="ليلى المنصوري", relationship="جليسة الأطفال")
    grant(desk_client, leo, name="ليلى المنصوري", granted_by="ليلى المنصوري")
    write(desk_client, visit, who="ليلى المنصوري", relationship="", phone="", basis="none", how="verbal")
    page = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    for words in (
        "whose written proxy does not count",
        "may not consent (written proxy",
        "granted it and is",
    ):
        assert words in page
        assert not re.findall(rf'<[^>]*dir="auto"[^>]*>[^<]*{re.escape(words)}', page)
