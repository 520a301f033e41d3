"""What staff see when two guardians disagree, or when somebody's authority has ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import translation

from checkin.actions import consent, needs
from checkin.actions.refusals import Refused
from checkin.models import Clinic, Guardian, Location, Need, Patient, Staff, Visit
from checkin.queries import need_facts
from checkin.rules.consent import ConsentPath, find_consent_path
from checkin.rules.consent_adults import CareKind
from checkin.rules.consent_steps import ConsentStep
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")
BOTH = "Karin Lindholm said no by telephone today, Erik Lindholm agreed by telephone today: they disagree"


@pytest.fixture
def petra(brook: Clinic) -> Patient:
    petra = make.patient(brook, "Petra Lindholm", born="2019-02-02")
    make.guardian(petra, "Karin Lindholm", "555-400-0001", relationship="Mother", position=1)
    make.guardian(petra, "Erik Lindholm", "555-400-0002", relationship="Father", position=2)
    return petra


@pytest.fixture
def visit(petra: Patient, front: Location) -> Visit:
    return make.visit(front, name="Petra Lindholm", born="2019-02-02", relationship="babysitter")


def say(client: Client, visit: Visit, who: str, agreed: str, **more: str) -> ClientResponse:
    said = {"care": "vaccine", "who": who, "agreed": agreed, "how": "telephone", "basis": "telephone"}
    return client.post(f"/visits/{visit.pk}/consent/", said | more, follow=True)


def step(visit: Visit, care: CareKind = CareKind.VACCINE) -> ConsentPath:
    fresh = Visit.objects.select_related("patient", "sign_in", "location__clinic").get(pk=visit.pk)
    return find_consent_path(need_facts.read_visit_need_facts(fresh, at=make.at()).consent, care)


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_disagreeing_guardians_show_on_the_visit_its_needs_and_the_board(
    desk_client: Client, visit: Visit
) -> None:
    say(desk_client, visit, "Karin Lindholm", "no")
    say(desk_client, visit, "Erik Lindholm", "yes")
    told = page(desk_client, f"/visits/{visit.pk}/consent/")
    assert BOTH in told and "clinician decides" in told
    need = visit.needs.open().get(kind="consent_conflict")
    assert (need.owner_role, need.step_words) == ("clinician", "clinician decides")
    assert "they disagree" in need.why_words
    steps = [one.step_words for one in visit.needs.open().filter(kind="vaccine")]
    assert all("clinician decides" in one for one in steps)
    assert "Guardians disagree" in page(desk_client, "/")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_conflict_decided_before_whys_were_codes_is_not_asked_again(
    desk_client: Client, visit: Visit, noor: Staff, language: str
) -> None:
    """The row has English words alone. The same disagreement was open again after the upgrade."""
    say(desk_client, visit, "Karin Lindholm", "no")
    say(desk_client, visit, "Erik Lindholm", "yes")
    need = visit.needs.open().get(kind="consent_conflict")
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:51"))
    Need.objects.filter(pk=need.pk).update(why=need.why_words[:500], why_sentence=None)
    with translation.override(language):
        needs.recompute_needs(visit=Visit.objects.get(pk=visit.pk), at=make.at("9:53"))
    need.refresh_from_db()
    assert need.status == "done"
    Need.objects.filter(pk=need.pk).update(why="they disagree about something else")
    needs.recompute_needs(visit=Visit.objects.get(pk=visit.pk), at=make.at("9:54"))
    need.refresh_from_db()
    assert need.status == "open"


def test_withdrawing_one_answer_ends_the_conflict(desk_client: Client, visit: Visit) -> None:
    say(desk_client, visit, "Karin Lindholm", "no")
    say(desk_client, visit, "Erik Lindholm", "yes")
    no = visit.consent_records.get(agreed=False)
    desk_client.post(f"/visits/{visit.pk}/consent/{no.pk}/withdraw/")
    assert step(visit).step == ConsentStep.PROCEED
    assert visit.needs.get(kind="consent_conflict").status == "lapsed"
    assert "Guardians disagree" not in page(desk_client, "/")


def test_guardians_who_come_to_agree_end_the_conflict(desk_client: Client, visit: Visit) -> None:
    for who, answer in (("Karin Lindholm", "no"), ("Erik Lindholm", "yes"), ("Karin Lindholm", "yes")):
        say(desk_client, visit, who, answer)
    assert step(visit).step == ConsentStep.PROCEED


def test_a_clinicians_decision_ends_the_conflict(
    desk_client: Client, as_: Callable[[Staff], Client], noor: Staff, visit: Visit
) -> None:
    say(desk_client, visit, "Karin Lindholm", "no")
    say(desk_client, visit, "Erik Lindholm", "yes")
    say(as_(noor), visit, "Noor", "yes", basis="clinician", how="verbal")
    assert step(visit).sentence == "Noor decided yes today · go ahead"
    assert not visit.needs.open().filter(kind="consent_conflict").exists()
    say(desk_client, visit, "Karin Lindholm", "no", to_what="")
    assert step(visit).is_conflict, "said after the decision"


def test_only_a_clinician_can_record_a_clinicians_decision(
    desk_client: Client, dana: Staff, petra: Patient, visit: Visit
) -> None:
    assert 'value="clinician"' not in page(desk_client, f"/visits/{visit.pk}/consent/")
    assert say(desk_client, visit, "Noor", "yes", basis="clinician").status_code == 422
    with pytest.raises(Refused):
        consent.record_consent(
            patient=petra,
            visit=visit,
            care="vaccine",
            agreed=True,
            basis="clinician",
            how="verbal",
            who="Noor",
            heard_by=dana,
            at=make.at(),
        )


@pytest.mark.parametrize(
    ("ended", "may"), [(None, True), ("2026-03-10", True), ("2026-03-09", False), ("2021-01-01", False)]
)
def test_a_guardians_authority_lasts_through_its_last_day(
    desk_client: Client, petra: Patient, visit: Visit, ended: str | None, may: bool
) -> None:
    Guardian.objects.filter(name="Karin Lindholm").update(ended_on=ended)
    first = step(visit)
    assert first.phone == ("555-400-0001" if may else "555-400-0002")
    for address in (f"/visits/{visit.pk}/", f"/patients/{petra.pk}/"):
        assert ("authority ended" in page(desk_client, address)) is not may
    offered = page(desk_client, f"/promises/new/?patient={petra.pk}")
    assert ("555-400-0001" in offered) is may
    say(desk_client, visit, "Karin Lindholm", "yes")
    assert (step(visit).step == ConsentStep.PROCEED) is may


def test_each_guardian_either_may_or_may_not_consent_on_a_day(petra: Patient) -> None:
    Guardian.objects.filter(name="Karin Lindholm").update(ended_on=make.TUESDAY)
    Guardian.objects.filter(name="Erik Lindholm").update(may_consent=False)
    for date, may in ((make.TUESDAY, {"Karin Lindholm"}), (make.TUESDAY + dt.timedelta(days=1), set())):
        asked = set(petra.guardians.may_consent(date).values_list("name", flat=True))
        others = set(petra.guardians.may_not_consent(date).values_list("name", flat=True))
        assert (asked, others) == (may, {"Karin Lindholm", "Erik Lindholm"} - may)


def test_an_escort_whose_authority_ended_is_not_treated_as_a_guardian(
    front: Location, petra: Patient
) -> None:
    Guardian.objects.filter(name="Karin Lindholm").update(ended_on=dt.date(2025, 1, 1))
    visit = make.visit(
        front, name="Petra Lindholm", born="2019-02-02", escort_name="Karin Lindholm", relationship="mother"
    )
    found = step(visit)
    assert found.step == ConsentStep.PHONE_GUARDIAN
    assert found.deciding_answer == "mother, whose authority ended on Jan 1, 2025"


def test_when_both_guardians_authority_ended_no_number_is_suggested(petra: Patient, visit: Visit) -> None:
    petra.guardians.update(ended_on=dt.date(2025, 1, 1))
    assert step(visit).advice == "phone a guardian first; no number is on file, so ask for one"


def test_an_expired_proxy_no_longer_counts(
    desk_client: Client, petra: Patient, visit: Visit, dana: Staff
) -> None:
    proxy = consent.grant_proxy(
        patient=petra,
        name="Kim Sand",
        granted_by="Karin Lindholm",
        written_on=dt.date(2025, 1, 1),
        expires_on=dt.date(2026, 3, 10),
        by=dana,
        at=make.at("9:00"),
    )
    say(desk_client, visit, "Kim Sand", "yes", basis="written_proxy", how="written")
    assert step(visit).step == ConsentStep.PROCEED
    type(proxy).objects.update(expires_on=dt.date(2026, 3, 9))
    assert step(visit).step == ConsentStep.PHONE_GUARDIAN
    assert "may not consent" in step(visit).sentence
