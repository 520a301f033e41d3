"""The table of roles and permissions, written out a second time: change a row here too."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.rules.roles import (
    ROLE_RULES,
    Role,
    StaffAct,
    list_roles_allowed,
    may_role_act,
    role_refusal,
)
from checkin.rules.staff_accounts import list_roles_looked_after

DOC = Path(__file__).resolve().parents[2] / "docs/roles.md"
FRONT, CLINIC, MANAGER, ADMIN, AUDITOR = Role.values
CARE = {FRONT, CLINIC, MANAGER}
EXPECTED = {
    StaffAct.READ_CHARTS: CARE,
    StaffAct.SIGN_IN: CARE,
    StaffAct.MOVE: CARE,
    StaffAct.RAISE: CARE,
    StaffAct.ANSWER_CALL: CARE,
    StaffAct.PROMISE: CARE,
    StaffAct.LOWER: CARE,
    StaffAct.MATCH: CARE,
    StaffAct.SETTLE_DISCREPANCY: CARE,
    StaffAct.ANSWER_NEED: CARE,
    StaffAct.WRITE_NOTE: CARE,
    StaffAct.KEEP_CONFIDENTIAL: CARE,
    StaffAct.KEEP_PREFERENCES: CARE,
    StaffAct.RECORD_CONSENT: CARE,
    StaffAct.GRANT_PROXY: CARE,
    StaffAct.GIVE: {CLINIC},
    StaffAct.DECIDE_AS_CLINICIAN: {CLINIC},
    StaffAct.MERGE: {FRONT, MANAGER},
    StaffAct.REVOKE_PROXY: {CLINIC, MANAGER},
    StaffAct.KEEP_CARE_ALERTS: {CLINIC, MANAGER},
    StaffAct.CLOSE_DAY: {FRONT, MANAGER},
    StaffAct.ANSWER_FEEDBACK: {MANAGER},
    StaffAct.MANAGE_STAFF: {MANAGER, ADMIN},
    StaffAct.MANAGE_DEVICES: {MANAGER, ADMIN},
    StaffAct.READ_TRAIL: {AUDITOR},
    StaffAct.SECURE_CLINIC: {ADMIN},
    StaffAct.MANAGE_BACKUPS: {MANAGER, ADMIN},
    StaffAct.OPEN_IN_EMERGENCY: {ADMIN, AUDITOR},
    StaffAct.READ_EMERGENCIES: {MANAGER, AUDITOR},
}


def test_each_role_may_do_what_was_decided() -> None:
    assert {act: set(list_roles_allowed(act)) for act in StaffAct} == EXPECTED


def test_every_role_with_families_may_help_a_child_in_urgent_need() -> None:
    for act in (StaffAct.SIGN_IN, StaffAct.MOVE, StaffAct.RAISE, StaffAct.ANSWER_CALL):
        assert all(may_role_act(role, act) for role in CARE)


def test_auditor_may_only_read_the_trail_and_administrator_only_look_after_settings() -> None:
    trail = {act for act in StaffAct if may_role_act(AUDITOR, act)}
    assert trail == {StaffAct.READ_TRAIL, StaffAct.OPEN_IN_EMERGENCY, StaffAct.READ_EMERGENCIES}
    settings = {act for act in StaffAct if may_role_act(ADMIN, act)}
    assert settings == {
        StaffAct.MANAGE_STAFF,
        StaffAct.MANAGE_DEVICES,
        StaffAct.SECURE_CLINIC,
        StaffAct.MANAGE_BACKUPS,
        StaffAct.OPEN_IN_EMERGENCY,
    }


def test_administrator_and_auditor_who_open_a_page_of_families_read_the_same_sentence() -> None:
    for act in StaffAct:
        if set(list_roles_allowed(act)) == CARE:
            told = {role_refusal(role, act, is_read=True) for role in (ADMIN, AUDITOR)}
            assert told == {ROLE_RULES[StaffAct.READ_CHARTS].refusal}


@pytest.mark.parametrize("act", list(StaffAct))
def test_refusal_says_whom_to_ask(act: StaffAct) -> None:
    for role in set(Role.values) - set(list_roles_allowed(act)):
        sentence = role_refusal(role, act)
        assert sentence[0].isupper() and sentence.endswith(".")
        assert any(str(Role(who).label).lower() in sentence for who in list_roles_allowed(act))


def test_only_an_auditor_is_told_that_the_login_is_read_only() -> None:
    for act, rule in ROLE_RULES.items():
        if AUDITOR in rule.roles or act == StaffAct.READ_CHARTS:
            continue
        assert {role_refusal(role, act) for role in Role if role != Role.AUDITOR} == {rule.refusal}
        assert "only reads" in role_refusal(Role.AUDITOR, act)
    for act in (StaffAct.MERGE, StaffAct.GIVE, StaffAct.REVOKE_PROXY, StaffAct.CLOSE_DAY):
        assert "only reads" not in role_refusal(Role.ADMINISTRATOR, act)
        assert role_refusal(Role.AUDITOR, act).endswith(ROLE_RULES[act].refusal)


@pytest.mark.parametrize("act", [StaffAct.RAISE, StaffAct.ANSWER_CALL])
def test_auditor_who_sees_an_urgent_child_is_told_to_speak_up_now(act: StaffAct) -> None:
    assert role_refusal(Role.AUDITOR, act).endswith("about this child now.")


@pytest.mark.parametrize("role", [ADMIN, AUDITOR])
def test_inside_an_emergency_a_refusal_says_what_it_opens_and_whom_to_ask(role: str) -> None:
    for act, rule in ROLE_RULES.items():
        if act == StaffAct.READ_CHARTS or not rule.roles <= CARE:
            continue
        said = role_refusal(role, act, in_emergency=True)
        assert said.startswith("Emergency access only reads, so nothing was changed. ")
        assert any(str(Role(who).label).lower() in said for who in list_roles_allowed(act))
        opened = role_refusal(role, act, is_read=True, in_emergency=True)
        assert "nothing was changed" not in opened and "settings" not in opened
    for act in (StaffAct.MANAGE_STAFF, StaffAct.SECURE_CLINIC):
        assert role_refusal(role, act, in_emergency=True) == role_refusal(role, act)


def test_auditor_is_referred_only_to_roles_that_may() -> None:
    for act, rule in ROLE_RULES.items():
        if AUDITOR in rule.roles:
            continue
        sentence = role_refusal(Role.AUDITOR, act)
        named = {
            Role.FRONT_DESK: "front desk",
            Role.CLINICIAN: "clinician",
            Role.MANAGER: "manager",
            Role.ADMINISTRATOR: "administrator",
        }
        told = {role for role, words in named.items() if words in sentence.lower()}
        assert told and told <= rule.roles, (act, sentence)


def test_whoever_asks_for_the_audit_log_is_referred_only_to_roles_that_make_an_auditors_account() -> None:
    """The manager was named, who may not."""
    sentence = role_refusal(FRONT, StaffAct.READ_TRAIL).lower()
    named = {str(Role(role).label).lower(): role for role in (FRONT, CLINIC, MANAGER, ADMIN)}
    told = {role for words, role in named.items() if words in sentence}
    assert told == {role for role in Role.values if AUDITOR in list_roles_looked_after(role)} == {ADMIN}


def test_docs_page_shows_the_same_table() -> None:
    rows = [line.strip("| ").split("|") for line in DOC.read_text().splitlines() if line.startswith("| ")]
    told = {
        cells[0].strip(): {role for role, cell in zip(Role.values, cells[1:], strict=False) if "yes" in cell}
        for cells in rows[1:]
    }
    assert told == {act.value: set(list_roles_allowed(act)) for act in ROLE_RULES}
