"""Each person has a login of their own, with one role."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError

from checkin.actions import staff
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.actions.staff import StaffChangedMeanwhile, staff_facts
from checkin.models import AuditEvent, Location, Promise, Role, Staff
from checkin.models.staff import StaffManager
from checkin.rules.staff_accounts import StaffFacts
from tests import make
from tests.promising import promise
from tests.racing import at_once

NOW = make.at("9:40")


def create(front: Location, **changes: Any) -> tuple[Staff, str]:
    usual = {"username": "eva", "name": "Eva Stone", "role": "clinician", "by": None, "at": make.at()}
    return staff.create_staff_login(location=front, **usual | changes)


def test_a_person_can_log_in_with_the_password_that_is_shown_once(front: Location, ada: Staff) -> None:
    eva, password = create(front, by=ada)
    assert (eva.name, eva.role, eva.clinic, eva.location) == (
        "Eva Stone",
        Role.CLINICIAN,
        front.clinic,
        front,
    )
    assert eva.check_password(password) and len(password) == 24
    line = AuditEvent.objects.get(action="staff.created")
    assert (line.subject_id, line.staff, line.clinic) == (eva.pk, ada, front.clinic)
    assert line.detail == {"role": "clinician"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"role": "king"}, "There is no role “king”: choose one of front_desk, "),
        ({"username": ""}, "The username needs 1 to 60 letters"),
        ({"username": "e" * 61}, "The username needs 1 to 60 letters"),
        ({"name": ""}, "The name needs 1 to "),
        ({"name": "E" * 1000}, "The name needs 1 to "),
    ],
)
def test_what_cannot_stand_makes_no_login(front: Location, changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        create(front, **changes)
    assert not Staff.objects.exists()


def test_a_username_of_full_length_is_taken(front: Location) -> None:
    assert create(front, username="e" * 60)[0].username == "e" * 60


def test_a_username_in_other_letters_is_checked_as_it_is_stored(front: Location, ada: Staff) -> None:
    """A login ignores case, and with two people of one name it finds neither: “ada” was locked out."""
    with pytest.raises(Refused, match="Somebody has the username ADA already"):
        create(front, username="\uff21DA", by=ada)
    with pytest.raises(Refused, match="The username needs 1 to 60 letters"):
        create(front, username="\ufb03" * 21, by=ada)  # one sign, stored as three letters


@pytest.mark.django_db(transaction=True)
def test_the_database_holds_a_username_once_in_whatever_case(ada: Staff) -> None:
    with pytest.raises(IntegrityError):
        make.staff(ada.clinic, "ADA", Role.CLINICIAN)


class OldRows(list[Any]):
    """Rows of the table as it was before a username was unique whatever its case."""

    def values_list(self, *_: str, **__: object) -> list[str]:
        return [row.username for row in self]

    def order_by(self, *_: str) -> list[Any]:
        return list(self)


def test_old_rows_with_one_username_are_told_apart_and_the_first_keeps_it() -> None:
    migration = importlib.import_module("checkin.migrations.0043_username_once")
    names = ["ada", "ADA", "ADA-2", "Ada", "e" * 60, "E" * 60]
    rows = OldRows(
        SimpleNamespace(pk=pk, username=name, save=lambda **_: None) for pk, name in enumerate(names, 1)
    )
    migration.rename_later_ones(
        SimpleNamespace(get_model=lambda *_: SimpleNamespace(objects=rows)), schema_editor=None
    )
    assert rows.values_list()[:4] == ["ada", "ADA-2-2", "ADA-2", "Ada-4"]
    assert rows.values_list()[4:] == ["e" * 60, "E" * 58 + "-6"]


def test_a_username_taken_in_the_same_instant_by_another_clinic_is_refused(
    front: Location, hilltop: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each clinic's accounts are changed in turn, so only the constraint sees the other clinic's."""
    create_user = StaffManager.create_user

    def come_second(manager: Any, **fields: Any) -> Staff:
        create_user(manager, **fields | {"clinic": hilltop.clinic, "location_id": None})
        return create_user(manager, **fields)

    monkeypatch.setattr(StaffManager, "create_user", come_second)
    with pytest.raises(Refused, match="Somebody has the username eva already: choose another"):
        create(front)


def test_after_a_username_was_taken_the_callers_transaction_goes_on(
    front: Location, ada: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else takes the name after it was looked for, so that the database refuses it."""
    monkeypatch.setattr(StaffManager, "has_username", lambda *_: False)
    facts = StaffFacts("Ada Two", Role.CLINICIAN, front.pk, "")
    with pytest.raises(Refused, match="already: choose another"):
        staff.add_staff(clinic=front.clinic, username=ada.username, facts=facts)
    assert Staff.objects.count() == 1


def test_a_username_is_one_persons_in_whatever_letters(front: Location, hilltop: Location) -> None:
    create(front)
    with pytest.raises(Refused, match="Somebody has the username EVA already"):
        create(hilltop, username="EVA")
    assert Staff.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second"), [("élodie", "ÉLODIE"), ("анна", "АННА"), ("σοφος", "ΣΟΦΟΣ"), ("é", "e\u0301")]
)
def test_a_username_with_accents_or_of_another_alphabet_is_one_persons_too(
    front: Location, hilltop: Location, first: str, second: str
) -> None:
    create(front, username=first)
    with pytest.raises(Refused, match="already: choose another"):
        create(hilltop, username=second)


def change(person: Staff, by: Staff, shown: str = "", **to: Any) -> Staff:
    facts = staff_facts(person)
    return staff.change_staff(
        person=person, to=facts._replace(**to), shown=shown or facts.mark, by=by, at=NOW
    )


def deactivate(person: Staff, by: Staff) -> Staff:
    return staff.deactivate_staff(person=person, by=by, at=NOW)


def lines(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def test_a_change_is_stored_and_the_trail_names_columns_and_roles_only(
    ada: Staff, dana: Staff, annexe: Location
) -> None:
    change(dana, ada, name="Dana Rose", role="clinician", location_id=annexe.pk, email=" dana@brook.example ")
    now = Staff.objects.get(pk=dana.pk)
    assert staff_facts(now) == ("Dana Rose", "clinician", annexe.pk, "dana@brook.example")
    detail = lines("staff.changed")[0].detail
    assert detail == {
        "columns": ["name", "role", "location_id", "email"], "role": "clinician", "from_role": "front_desk",
        "links": 0,
    }  # fmt: skip
    assert "Rose" not in str(detail)


def test_saving_the_same_again_writes_nothing(ada: Staff, dana: Staff) -> None:
    change(dana, ada, name="Dana Rose")
    change(dana, ada, name="Dana Rose", shown="an old page")
    assert len(lines("staff.changed")) == 1


def test_a_second_persons_save_does_not_overwrite_the_first(ada: Staff, max_: Staff, dana: Staff) -> None:
    shown = staff_facts(dana).mark
    change(dana, ada, email="dana@brook.example")
    with pytest.raises(StaffChangedMeanwhile, match="It is now: Dana.*dana@brook.example") as refusal:
        change(dana, max_, shown=shown, name="Dana Rose")
    now = Staff.objects.get(pk=dana.pk)
    assert (now.name, now.email) == (dana.name, "dana@brook.example")
    assert refusal.value.facts == staff_facts(now)


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ({"name": ""}, "The name needs 1 to 120 letters"),
        ({"email": "nobody"}, "“nobody” is no e-mail address"),
        ({"location_id": 10_000}, "not one of this clinic's"),
        ({"role": "king"}, "There is no role “king”"),
    ],
)
def test_a_wrong_change_changes_nothing(ada: Staff, dana: Staff, to: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        change(dana, ada, **to)
    assert staff_facts(Staff.objects.get(pk=dana.pk)) == staff_facts(dana)


def test_a_manager_touches_and_makes_no_administrator_or_auditor(
    max_: Staff, ada: Staff, otto: Staff, dana: Staff
) -> None:
    for person in (ada, otto):
        for attempt in (
            lambda who=person: change(who, max_, name="X"),
            lambda who=person: deactivate(who, max_),
        ):
            with pytest.raises(NotAllowed, match="Only an administrator looks after"):
                attempt()
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotAllowed, match="Only an administrator looks after"):
            change(dana, max_, role=role)
    assert not AuditEvent.objects.exists()


def test_nobody_changes_their_own_role_or_deactivates_themselves(ada: Staff, max_: Staff) -> None:
    make.staff(ada.clinic, "abe", Role.ADMINISTRATOR)
    for person in (ada, max_):
        with pytest.raises(NotAllowed, match="Nobody changes their own role"):
            change(person, person, role="clinician")
        with pytest.raises(NotAllowed, match="Nobody deactivates their own account"):
            deactivate(person, person)
    assert change(max_, max_, name="Max Moon").name == "Max Moon"


def test_others_look_after_no_account(dana: Staff, noor: Staff, otto: Staff) -> None:
    for by in (dana, otto):
        with pytest.raises(NotAllowed, match="Only the manager or an administrator"):
            deactivate(noor, by)


def test_a_deactivated_person_is_out_and_their_promises_go_to_the_managers(
    ada: Staff, dana: Staff, front: Location
) -> None:
    owed = promise(front, owner=dana)
    before = dana.get_session_auth_hash()
    for _ in range(2):
        gone = deactivate(dana, ada)
    assert not gone.is_active and not gone.has_usable_password()
    assert gone.get_session_auth_hash() != before
    now = Promise.objects.get(pk=owed.pk)
    assert (now.owner, now.owner_role) == (None, Role.MANAGER)
    assert [line.detail["promises"] for line in lines("staff.deactivated")] == [1]


def test_a_clinic_keeps_its_last_administrator(ada: Staff, dana: Staff, hilltop: Location) -> None:
    """Only the program itself could still try: nobody deactivates themselves."""
    make.staff(hilltop.clinic, "hal", Role.ADMINISTRATOR)
    make.staff(ada.clinic, "abe", Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(Refused, match="only active administrator"):
        staff.deactivate_staff(person=ada, by=None, at=NOW)
    with pytest.raises(Refused, match="only active administrator"):
        change(ada, None, role="clinician")
    assert Staff.objects.get(pk=ada.pk).is_active


def test_whoever_was_just_deactivated_or_reset_changes_nothing(ada: Staff, dana: Staff) -> None:
    abe = make.staff(ada.clinic, "abe", Role.ADMINISTRATOR)
    staff.reset_staff_password(person=abe, at=NOW)
    with pytest.raises(NotAllowed, match="Your own password was changed a moment ago"):
        deactivate(dana, abe)
    abe.refresh_from_db()
    deactivate(abe, ada)
    with pytest.raises(NotAllowed, match="Your login is not active anymore"):
        deactivate(ada, abe)
    assert Staff.objects.get(pk=ada.pk).is_active


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["deactivate", "change role"])
def test_two_administrators_against_each_other_leave_one(ada: Staff, way: str) -> None:
    abe = make.staff(ada.clinic, "abe", Role.ADMINISTRATOR)
    act = deactivate if way == "deactivate" else lambda who, by: change(who, by, role="clinician")
    results = at_once(lambda: act(abe, ada), lambda: act(ada, abe))
    assert sorted(isinstance(one, NotAllowed) for one in results) == [False, True], results
    left = Staff.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    assert left.count() == 1


def test_a_reset_from_the_command_line_works_for_the_only_administrator(ada: Staff) -> None:
    before = ada.get_session_auth_hash()
    password = staff.reset_staff_password(person=ada, at=NOW)
    ada.refresh_from_db()
    assert ada.check_password(password) and ada.get_session_auth_hash() != before
    line = lines("staff.password_reset")[0]
    assert (line.staff, line.subject_id, line.detail) == (
        None, ada.pk, {"is_activated": False, "way": "command", "passkeys": 0},
    )  # fmt: skip


def test_a_reset_from_the_command_line_ends_passkeys_and_pin(ada: Staff) -> None:
    Authenticator.objects.create(user=ada, type="webauthn", data={})
    Staff.objects.filter(pk=ada.pk).update(pin="hash")
    staff.reset_staff_password(person=ada, at=NOW)
    assert not Authenticator.objects.filter(user=ada).exists()
    assert Staff.objects.get(pk=ada.pk).pin == ""


def test_an_inactive_person_is_reset_only_on_purpose(ada: Staff, dana: Staff) -> None:
    deactivate(dana, ada)
    with pytest.raises(Refused, match="is not active. To make the account active as well"):
        staff.reset_staff_password(person=dana, at=NOW)
    staff.reset_staff_password(person=dana, at=NOW, activate=True)
    assert Staff.objects.get(pk=dana.pk).is_active
