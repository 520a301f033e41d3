"""Every act has a row in the table of roles, and each button and action checks it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from django.urls import get_resolver

from checkin.rules.roles import ROLE_RULES, StaffAct
from tests.house.test_open_pages import pages

ROOT = Path(__file__).resolve().parents[2]

FOR_ALL_STAFF = {
    # A person's own session: text typed before a login.
    "desk:typed",
    "desk:token",
    # It goes to the first settings page that the person may open.
    "settings:home",
}
"""Pages that require no act. A new page that shows or writes about a child must name its act instead."""

PAGES_OF = {
    # Read-only pages, which write only to the audit trail, and the front desk that a browser shows.
    StaffAct.READ_CHARTS: "board board_rows board_expected board_owed visit match match_one look_alikes"
    " merge_compare patient find note promises promise discrepancies visit_discrepancies location"
    " sealed sealed_visit looked",
    StaffAct.SIGN_IN: "sign_in people",
    StaffAct.MOVE: "move undo leave",
    StaffAct.RAISE: "urgent urgent_undo",
    StaffAct.ANSWER_CALL: "board_here urgent_take urgent_settle reason",
    StaffAct.MATCH: "match_search match_link match_new match_undo patient_search patient_complete",
    StaffAct.MERGE: "look_alike_two patient_merge merge_records merge_undo",
    StaffAct.SETTLE_DISCREPANCY: "discrepancy_decide discrepancy_undo",
    StaffAct.ANSWER_NEED: "answer undo_answer second_concern second_concern_take second_concern_told",
    StaffAct.WRITE_NOTE: "note_draft notes_today note_pdf note_void note_reissue",
    StaffAct.KEEP_CONFIDENTIAL: "visit_confidential hidden_address",
    StaffAct.KEEP_PREFERENCES: "preferences preferences_forget",
    StaffAct.KEEP_CARE_ALERTS: "sealed_new sealed_replace sealed_end sealed_end_undo",
    StaffAct.RECORD_CONSENT: "consent withdraw_consent",
    StaffAct.GRANT_PROXY: "proxy revoke_proxy",
    StaffAct.PROMISE: "promise_new handover promise_keep promise_try promise_hand_over promise_withdraw"
    " promise_undo",
    StaffAct.CLOSE_DAY: "close_day",
    StaffAct.ANSWER_FEEDBACK: "feedback feedback_read feedback_answer",
    StaffAct.MANAGE_STAFF: "",
    StaffAct.MANAGE_STAFF: "settings:staff settings:staff_new settings:staff_one settings:staff_link"
    " settings:staff_deactivate settings:staff_factors",
    StaffAct.MANAGE_DEVICES: "settings:tablets settings:tablet_key settings:tablet_revoke",
    StaffAct.READ_TRAIL: "audit:events audit:export audit:patients audit:patient audit:patient_name"
    " audit:people audit:person audit:emergencies audit:emergency",
    StaffAct.SECURE_CLINIC: "settings:security",
    StaffAct.MANAGE_BACKUPS: "settings:backups settings:make_backup",
}
"""The act that each page requires; namespaces but `desk:` are written out. A broader act would open
the page to people who may not use it."""

NOT_ASKED = {
    # The program does these, or they do not concern families.
    "clinic_changes.change_clinic": "the second half of actions that ask",
    "staff.create_staff_login": "a command of whoever runs the machine",
    "record_imports.import_record_items": "an import, by whoever runs the machine",
    "decisions.decide": "the sequence itself: each action that runs it asks first",
    "promise_decisions.recompute_promised_family": "the second half of keeping one",
    "handovers.release_staff_promises": "part of deactivating a person",
    "mailing.set_staff_email": "a person's own address, or a command of whoever runs the machine",
    "shortcut_keys.set_shortcut_keys": "a person's own keys",
    "own_sessions.end_session": "a person's own login",
    "own_sessions.end_sessions": "a person's own logins, or part of another action on them",
    "backups._note_success": "a command of whoever runs the machine; backup_runs asks for it on a page",
    "emergency_access._end_each": "a person's own, or part of ending their logins or changing their role",
    "login_events.record_login": "a person's own login",
    "login_events.record_logout": "a person's own login",
    "login_events.record_refusal": "what their role did not allow",
    "desk_locks.set_pin": "a person's own PIN",
    # One action for every channel: a sign-in is never refused.
    "visits.record_sign_in": "no role rule stands before a sign-in",
}


def full_name(page: str) -> str:
    """Return the page's name with its namespace: `desk:` unless written out."""
    return page if ":" in page else f"desk:{page}"


def desk_pages() -> dict[str, Any]:
    found = dict(pages(get_resolver().url_patterns))
    return {name: view for name, view in found.items() if name.startswith(("desk:", "settings:", "audit:"))}


def test_each_desk_page_names_its_act_or_is_for_all_staff() -> None:
    assert {
        name for name, view in desk_pages().items() if getattr(view, "act", None) is None
    } == FOR_ALL_STAFF


def test_each_desk_page_requires_its_own_act() -> None:
    found = {name: getattr(view, "act", None) for name, view in desk_pages().items()}
    named = {full_name(page): act for act, names in PAGES_OF.items() for page in names.split()}
    assert {page: act for page, act in found.items() if act is not None} == named


def test_each_act_has_roles_and_a_refusal_sentence() -> None:
    assert set(ROLE_RULES) == set(StaffAct)
    assert [act for act, rule in ROLE_RULES.items() if not rule.roles or not rule.refusal.endswith(".")] == []


OPENS_A_TRANSACTION = {"write_in_turn", "decide"}


def verbs() -> dict[str, ast.FunctionDef]:
    """Return actions that a person starts and that open their own transaction."""
    found = {}
    for path in sorted((ROOT / "checkin/actions").glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and has_a_hand(node) and called(node) & OPENS_A_TRANSACTION:
                found[f"{path.stem}.{node.name}"] = node
    return found


def has_a_hand(node: ast.FunctionDef) -> bool:
    return bool({one.arg for one in node.args.kwonlyargs} & {"by", "heard_by"})


def called(node: ast.FunctionDef) -> set[str]:
    """Return the names it calls; `decide(…)` and `decisions.decide(…)` are the same."""
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    names = {one.id for one in calls if isinstance(one, ast.Name)}
    return names | {one.attr for one in calls if isinstance(one, ast.Attribute)}


def test_each_action_of_a_person_checks_the_table_of_roles() -> None:
    unasked = {name for name, node in verbs().items() if "require_permission" not in called(node)}
    assert unasked == set(NOT_ASKED), "begin the action with require_permission(StaffAct.…, by)"
    assert len(verbs()) > 40
    assert {"visits.move_visit", "needs.undo_need_answer", "discrepancies.decide_discrepancy"} <= set(verbs())
