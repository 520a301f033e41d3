"""The table of who may do what, written down a second time: a row that changes is changed here too."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.rules.roles import TABLE, Act, Role, is_allowed, refusal, roles_for

DOC = Path(__file__).resolve().parents[2] / "docs/roles.md"
FRONT, CLINIC, MANAGER, ADMIN, AUDITOR = Role.values
CARE = {FRONT, CLINIC, MANAGER}
EXPECTED = {
    Act.SIGN_IN: CARE | {ADMIN},
    Act.MOVE: CARE | {ADMIN},
    Act.RAISE: CARE | {ADMIN},
    Act.ANSWER_CALL: CARE | {ADMIN},
    Act.PROMISE: CARE | {ADMIN},
    Act.LOWER: CARE,
    Act.MATCH: CARE,
    Act.SETTLE_DISCREPANCY: CARE,
    Act.ANSWER_NEED: CARE,
    Act.WRITE_NOTE: CARE,
    Act.KEEP_PREFERENCES: CARE,
    Act.RECORD_CONSENT: CARE,
    Act.GRANT_PROXY: CARE,
    Act.GIVE: {CLINIC},
    Act.DECIDE_AS_CLINICIAN: {CLINIC},
    Act.MERGE: {FRONT, MANAGER},
    Act.REVOKE_PROXY: {CLINIC, MANAGER},
    Act.CLOSE_DAY: {FRONT, MANAGER, ADMIN},
    Act.ANSWER_WORD: {MANAGER, ADMIN},
}


def test_the_table_is_as_decided() -> None:
    assert {act: set(roles_for(act)) for act in Act} == EXPECTED


def test_no_role_at_the_desk_is_kept_from_helping_a_child_in() -> None:
    for act in (Act.SIGN_IN, Act.MOVE, Act.RAISE, Act.ANSWER_CALL):
        assert all(is_allowed(role, act) for role in Role.values if role != AUDITOR)


def test_an_auditor_does_nothing_and_an_administrator_no_care() -> None:
    assert [act for act in Act if is_allowed(AUDITOR, act)] == []
    care = CARE - {ADMIN}
    assert [act for act in Act if set(roles_for(act)) <= care and is_allowed(ADMIN, act)] == []


@pytest.mark.parametrize("act", list(Act))
def test_whoever_may_not_is_told_whom_to_ask(act) -> None:
    for role in set(Role.values) - set(roles_for(act)):
        sentence = refusal(role, act)
        assert sentence[0].isupper() and sentence.endswith(".")
        assert any(who in sentence for who in ("clinician", "manager", "front desk"))


def test_only_an_auditor_is_told_that_the_login_only_reads() -> None:
    for act, rule in TABLE.items():
        assert {refusal(role, act) for role in Role if role != Role.AUDITOR} == {rule.refusal}
        assert "only reads" in refusal(Role.AUDITOR, act)
    for act in (Act.MERGE, Act.GIVE, Act.REVOKE_PROXY, Act.CLOSE_DAY):
        assert "only reads" not in refusal(Role.ADMINISTRATOR, act)
        assert refusal(Role.AUDITOR, act).endswith(TABLE[act].refusal)


@pytest.mark.parametrize("act", [Act.RAISE, Act.ANSWER_CALL])
def test_an_auditor_who_sees_a_child_that_cannot_wait_is_told_to_say_so_now(act) -> None:
    assert refusal(Role.AUDITOR, act).endswith("about this child now.")


def test_an_auditor_is_sent_only_to_who_may() -> None:
    for act, rule in TABLE.items():
        sentence = refusal(Role.AUDITOR, act)
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
    assert told == {act.value: set(roles_for(act)) for act in TABLE}
