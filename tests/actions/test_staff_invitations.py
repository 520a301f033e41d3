"""A link lets one person choose a password, once, within a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError

from checkin.actions import mailing, staff, staff_invitations
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.actions.staff_invitations import IssuedLink
from checkin.models import AuditEvent, Clinic, Location, Role, Staff, StaffInvitation
from checkin.models.mailing import CONSOLE_EMAIL_BACKEND
from checkin.rules.staff_accounts import StaffFacts
from tests import make
from tests.racing import at_once
from tests.smtp import mail_server

NOW = make.at("9:40")
LATER = NOW + dt.timedelta(hours=24)
PASSWORD = "seven quiet herons wading"
EVA = StaffFacts("Eva Stone", "clinician", None, "")


def invite(by: Staff, facts: StaffFacts = EVA, **changes: Any) -> IssuedLink:
    usual = {"clinic": by.clinic, "username": "eva", "key": "k1", "at": NOW}
    return staff_invitations.invite_staff(facts=facts, by=by, **usual | changes)


def renew(person: Staff, by: Staff, key: str = "k2", at: dt.datetime = NOW) -> IssuedLink:
    return staff_invitations.issue_staff_link(person=person, key=key, by=by, at=at)


def accept(code: str, password: str = PASSWORD, at: dt.datetime = NOW) -> Staff | None:
    return staff_invitations.accept_invitation(code=code, password=password, at=at)


def lines(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def test_an_invited_person_is_inactive_until_the_link_is_used(ada: Staff) -> None:
    link = invite(ada)
    eva = Staff.objects.get(username="eva")
    assert (eva.is_active, eva.has_usable_password(), eva.role) == (False, False, Role.CLINICIAN)
    assert accept(link.code) == eva
    eva.refresh_from_db()
    assert eva.is_active and eva.check_password(PASSWORD)
    assert [line.staff for line in lines("staff.link_used")] == [eva]
    assert [line.detail["why"] for line in lines("staff.link_made")] == ["invited"]


def test_only_the_hash_of_a_code_is_stored(ada: Staff) -> None:
    link = invite(ada)
    stored = str(StaffInvitation.objects.values().get())
    trail = str(list(AuditEvent.objects.values()))
    assert len(link.code) == 64
    assert link.code not in stored + trail


def test_a_link_works_once_and_for_a_day(ada: Staff) -> None:
    link = invite(ada)
    assert staff_invitations.find_invitation(code=link.code, at=LATER - dt.timedelta(seconds=1))
    assert staff_invitations.find_invitation(code=link.code, at=LATER) is None
    assert accept(link.code, at=LATER) is None
    assert accept(link.code)
    assert staff_invitations.find_invitation(code=link.code, at=NOW) is None
    assert accept(link.code, "another very long sentence") is None
    assert Staff.objects.get(username="eva").check_password(PASSWORD)
    assert accept("unknown") is None and accept("") is None


def test_the_same_password_twice_is_one_choice_for_a_moment(ada: Staff) -> None:
    link = invite(ada)
    assert accept(link.code) == accept(link.code)
    assert len(lines("staff.link_used")) == 1
    assert accept(link.code, at=NOW + dt.timedelta(minutes=2)) is None


def test_the_same_form_twice_makes_one_person_and_one_link(ada: Staff) -> None:
    first, second = invite(ada), invite(ada)
    assert (first.code, first.is_repeated, second.is_repeated) == (second.code, False, True)
    assert Staff.objects.filter(username="eva").count() == StaffInvitation.objects.count() == 1


def test_the_same_form_with_another_name_is_another_invitation(ada: Staff) -> None:
    invite(ada)
    with pytest.raises(Refused, match="Somebody has the username eva already"):
        invite(ada, EVA._replace(name="Eve Stone"))
    assert invite(ada, username="eve").code != invite(ada).code


def test_without_a_key_no_two_links_are_the_same(ada: Staff) -> None:
    eva = invite(ada).person
    assert renew(eva, ada, key="").code != renew(eva, ada, key=" ").code


def test_somebody_elses_form_key_makes_another_link(ada: Staff, max_: Staff) -> None:
    eva = invite(ada).person
    assert renew(eva, ada).code != renew(eva, max_).code


def test_a_new_link_replaces_the_old_one(ada: Staff) -> None:
    old = invite(ada)
    new = renew(old.person, ada)
    assert accept(old.code) is None
    assert accept(new.code)
    with pytest.raises(Refused, match="used or replaced already"):
        renew(old.person, ada)


def test_a_reset_ends_the_old_password_at_once(ada: Staff, dana: Staff) -> None:
    before = dana.get_session_auth_hash()
    link = renew(dana, ada)
    dana.refresh_from_db()
    assert not dana.check_password(make.PASSWORD) and dana.is_active
    assert dana.get_session_auth_hash() != before
    assert [line.detail["why"] for line in lines("staff.link_made")] == ["password_reset"]
    assert accept(link.code) == dana


def test_a_reset_ends_passkeys_and_pin_but_no_app(ada: Staff, dana: Staff, max_: Staff) -> None:
    """Whoever knew the old password could have added a passkey, which logs in alone."""
    for person in (dana, max_):
        for kind in ("webauthn", "recovery_codes"):
            Authenticator.objects.create(user=person, type=kind, data={})
    Authenticator.objects.create(user=max_, type="totp", data={})
    Staff.objects.update(pin="hash")
    renew(dana, ada)
    renew(max_, ada, key="k3")
    assert not Authenticator.objects.filter(user=dana).exists()
    left = Authenticator.objects.filter(user=max_).order_by("type").values_list("type", flat=True)
    assert list(left) == ["recovery_codes", "totp"]
    assert set(Staff.objects.filter(pk__in=[dana.pk, max_.pk]).values_list("pin", flat=True)) == {""}
    assert [line.detail["passkeys"] for line in lines("staff.link_made")] == [1, 1]


def test_a_deactivated_person_comes_back_by_a_link(ada: Staff, dana: Staff) -> None:
    dana.last_login = NOW
    dana.save()
    staff.deactivate_staff(person=dana, by=ada, at=NOW)
    link = renew(dana, ada)
    assert not Staff.objects.get(pk=dana.pk).is_active
    accept(link.code)
    assert Staff.objects.get(pk=dana.pk).is_active
    assert [line.detail["why"] for line in lines("staff.link_made")] == ["reactivated"]


def test_deactivating_ends_the_open_link(ada: Staff) -> None:
    link = invite(ada)
    staff.deactivate_staff(person=link.person, by=ada, at=NOW)
    assert accept(link.code) is None


def test_deactivating_ends_the_links_that_the_person_made(ada: Staff, max_: Staff) -> None:
    """Whoever made a link knows its code, and could come back by it after they left."""
    made, others = invite(max_), invite(ada, username="ben", key="k3")
    staff.deactivate_staff(person=max_, by=ada, at=NOW)
    assert accept(made.code) is None
    assert lines("staff.deactivated")[0].detail["links"] == 1
    assert accept(others.code)


def test_a_new_role_ends_the_persons_open_link(ada: Staff, max_: Staff) -> None:
    """A manager kept the link of a clinician, who was then made an administrator."""
    link = invite(max_)
    facts = staff.staff_facts(link.person)
    renamed = facts._replace(name="Eva Rock")
    staff.change_staff(person=link.person, to=renamed, shown=facts.mark, by=ada, at=NOW)
    assert staff_invitations.find_invitation(code=link.code, at=NOW)
    promoted = renamed._replace(role="administrator")
    staff.change_staff(person=link.person, to=promoted, shown=renamed.mark, by=ada, at=NOW)
    assert accept(link.code) is None


def test_a_manager_invites_and_resets_no_administrator_or_auditor(
    max_: Staff, ada: Staff, otto: Staff
) -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotAllowed, match="Only an administrator looks after"):
            invite(max_, EVA._replace(role=role))
    for person in (ada, otto):
        with pytest.raises(NotAllowed, match="Only an administrator looks after"):
            renew(person, max_)
    assert not StaffInvitation.objects.exists()
    assert ada.password == Staff.objects.get(pk=ada.pk).password


def test_nobody_resets_themselves_or_without_the_right(ada: Staff, dana: Staff, noor: Staff) -> None:
    with pytest.raises(NotAllowed, match="your own account"):
        renew(ada, ada)
    for attempt in (lambda: renew(noor, dana), lambda: invite(dana)):
        with pytest.raises(NotAllowed, match="Only the manager or an administrator"):
            attempt()


def test_a_link_with_the_wrong_facts_makes_nobody(ada: Staff, hilltop: Location) -> None:
    for facts, sentence in (
        (EVA._replace(location_id=hilltop.pk), "not one of this clinic's"),
        (EVA._replace(email="eva at brook"), "is no e-mail address"),
        (EVA._replace(name=""), "The name needs"),
    ):
        with pytest.raises(Refused, match=sentence):
            invite(ada, facts)
    assert not StaffInvitation.objects.exists()


def send(link: IssuedLink) -> bool | None:
    return staff_invitations.mail_link(link=link, address="https://brook.example/x/", at=NOW)


def test_the_link_is_sent_where_mail_is_configured(ada: Staff, brook: Clinic, settings: Any) -> None:
    brook.mail_from = "desk@brook.example"
    brook.save()
    ada.refresh_from_db()
    link = invite(ada, EVA._replace(email="eva@brook.example"))
    settings.EMAIL_BACKEND = CONSOLE_EMAIL_BACKEND
    assert send(link) is None
    with mail_server(settings) as letters:
        assert send(link) is True
    assert [letter.to for letter in letters] == ["eva@brook.example"]
    text = letters[0].message.get_payload(decode=True).decode()
    assert "https://brook.example/x/" in text and "username is eva" in text


def test_a_mail_server_that_is_away_undoes_nothing(
    ada: Staff, brook: Clinic, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    brook.mail_from = "desk@brook.example"
    brook.save()
    ada.refresh_from_db()
    link = invite(ada, EVA._replace(email="eva@brook.example"))
    assert send(link) is False

    def fail(**_: object) -> int:
        raise DatabaseError

    monkeypatch.setattr(mailing, "send_staff_mail", fail)
    assert send(link) is False
    assert accept(link.code)


def test_without_an_address_nothing_is_sent(ada: Staff, settings: Any) -> None:
    with mail_server(settings) as letters:
        assert send(invite(ada)) is None
    assert letters == []


def test_the_links_address_is_the_clinics_own_site(brook: Clinic, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.SERVES_PORT = ["localhost", "10.0.0.7"], 8204
    assert staff_invitations.invitation_address(clinic=brook, path="/x/") == "http://10.0.0.7:8204/x/"
    brook.site = "https://checkin.brook.example"
    assert (
        staff_invitations.invitation_address(clinic=brook, path="/x/") == "https://checkin.brook.example/x/"
    )


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_link_and_one_choice(ada: Staff) -> None:
    links = at_once(lambda: invite(ada), lambda: invite(ada))
    assert len({link.code for link in links}) == 1
    chosen = at_once(
        lambda: accept(links[0].code), lambda: accept(links[0].code, "another long sentence here")
    )
    assert len([person for person in chosen if person]) == 1
    assert len(lines("staff.link_used")) == 1
