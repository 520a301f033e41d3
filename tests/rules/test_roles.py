"""The table of who may do what, written down a second time: a row that changes is changed here too."""

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

DOC = Path(__file__).resolve().parents[2] / "docs/roles.md"
FRONT, CLINIC, MANAGER, ADMIN, AUDITOR = Role.values
CARE = {FRONT, CLINIC, MANAGER}
EXPECTED = {
    StaffAct.SIGN_IN: CARE | {ADMIN},
    StaffAct.MOVE: CARE | {ADMIN},
    StaffAct.RAISE: CARE | {ADMIN},
    StaffAct.ANSWER_CALL: CARE | {ADMIN},
    StaffAct.PROMISE: CARE | {ADMIN},
    StaffAct.LOWER: CARE,
    StaffAct.MATCH: CARE,
    StaffAct.SETTLE_DISCREPANCY: CARE,
    StaffAct.ANSWER_NEED: CARE,
    StaffAct.WRITE_NOTE: CARE,
    StaffAct.KEEP_PREFERENCES: CARE,
    StaffAct.RECORD_CONSENT: CARE,
    StaffAct.GRANT_PROXY: CARE,
    StaffAct.GIVE: {CLINIC},
    StaffAct.DECIDE_AS_CLINICIAN: {CLINIC},
    StaffAct.MERGE: {FRONT, MANAGER},
    StaffAct.REVOKE_PROXY: {CLINIC, MANAGER},
    StaffAct.CLOSE_DAY: {FRONT, MANAGER, ADMIN},
    StaffAct.ANSWER_WORD: {MANAGER, ADMIN},
}


def test_the_table_is_as_decided() -> None:
    assert {act: set(list_roles_allowed(act)) for act in StaffAct} == EXPECTED


def test_no_role_at_the_desk_is_kept_from_helping_a_child_in() -> None:
    for act in (StaffAct.SIGN_IN, StaffAct.MOVE, StaffAct.RAISE, StaffAct.ANSWER_CALL):
        assert all(may_role_act(role, act) for role in Role.values if role != AUDITOR)


def test_an_auditor_does_nothing_and_an_administrator_no_care() -> None:
    assert [act for act in StaffAct if may_role_act(AUDITOR, act)] == []
    care = CARE - {ADMIN}
    assert [
        act for act in StaffAct if set(list_roles_allowed(act)) <= care and may_role_act(ADMIN, act)
    ] == []


@pytest.mark.parametrize("act", list(StaffAct))
def test_whoever_may_not_is_told_whom_to_ask(act) -> None:
    for role in set(Role.values) - set(list_roles_allowed(act)):
        sentence = role_refusal(role, act)
        assert sentence[0].isupper() and sentence.endswith(".")
        assert any(who in sentence for who in ("clinician", "manager", "front desk"))


def test_only_an_auditor_is_told_that_the_login_only_reads() -> None:
    for act, rule in ROLE_RULES.items():
        assert {role_refusal(role, act) for role in Role if role != Role.AUDITOR} == {rule.refusal}
        assert "only reads" in role_refusal(Role.AUDITOR, act)
    for act in (StaffAct.MERGE, StaffAct.GIVE, StaffAct.REVOKE_PROXY, StaffAct.CLOSE_DAY):
        assert "only reads" not in role_refusal(Role.ADMINISTRATOR, act)
        assert role_refusal(Role.AUDITOR, act).endswith(ROLE_RULES[act].refusal)


@pytest.mark.parametrize("act", [StaffAct.RAISE, StaffAct.ANSWER_CALL])
def test_an_auditor_who_sees_a_child_that_cannot_wait_is_told_to_say_so_now(act) -> None:
    assert role_refusal(Role.AUDITOR, act).endswith("about this child now.")


def test_an_auditor_is_sent_only_to_who_may() -> None:
    for act, rule in ROLE_RULES.items():
        sentence = role_refusal(Role.AUDITOR, act)
        named = {
            Role.FRONT_DESK: "front desk",
            Role.CLINICIAN: "clinician",
            Role.MANAGER: "manager",
            Role.ADMINISTRATOR: "administrator",
        }
        told = {role for role, words in named.items() if words in sentence.lower()}
        assert told and told <= rule.roles, (act, sentence)


def test_the_page_of_the_docs_says_the_same() -> None:
    rows = [line.strip("| ").split("|") for line in DOC.read_text().splitlines() if line.startswith("| ")]
    told = {
        cells[0].strip(): {role for role, cell in zip(Role.values, cells[1:], strict=False) if "yes" in cell}
        for cells in rows[1:]
    }
    assert told == {act.value: set(list_roles_allowed(act)) for act in ROLE_RULES}
