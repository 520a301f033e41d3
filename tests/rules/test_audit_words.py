"""Every code that the program writes to the audit trail has a sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.models import Discrepancy, DiscrepancyDecision, MatchDecision
from checkin.rules.audit_words import (
    AUDIT_SENTENCES,
    KIND_OF_ACTION,
    AuditKind,
    AuditParts,
    actions_of_kind,
    audit_sentence,
)
from checkin.rules.entry_fates import EntryOutcome
from checkin.rules.promises import PromiseStatus

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
WRITERS = {"audit_promise": "promise", "_audit_note": "excuse_note", "_audit_feedback_step": "after_word"}
"""Functions that make the code of a prefix and their first argument."""
FROM_CHOICES = {
    "match": MatchDecision.Kind.values,
    "paper": EntryOutcome.values,
    "discrepancy": DiscrepancyDecision.Kind.values,
    "promise": [one for one in PromiseStatus.values if one != PromiseStatus.OPEN],
    "excuse_note": [],
    "after_word": [],
}
"""Prefixes of the codes that are put together, and the values that follow them."""


def trees() -> Iterator[ast.AST]:
    for folder in ("actions", "web", "management", "feeds"):
        for path in sorted((ROOT / "checkin" / folder).rglob("*.py")):
            yield ast.parse(path.read_text())


def strings(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def named(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def writes_events(tree: ast.AST) -> bool:
    calls = {named(one) for one in ast.walk(tree) if isinstance(one, ast.Call)}
    return bool(calls & {"write_audit_event", "AuditLine", "audit_trail_read", *WRITERS})


def formed(tree: ast.AST) -> Iterator[str]:
    """Return the prefixes of codes that are put together in `write_audit_event` and `AuditLine`."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and named(call) in {"write_audit_event", "AuditLine"}:
            said = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "action")]
            for joined in said:
                if isinstance(joined, ast.JoinedStr):
                    yield next(strings(joined)).rstrip(".")


def codes(tree: ast.AST) -> Iterator[str]:
    """Return the codes in a module: whole ones wherever they stand, and those that are put together."""
    if writes_events(tree):
        yield from (text for text in strings(tree) if CODE.fullmatch(text) and ".html" not in text)
    yield from usual_actions(tree)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        if named(call) in WRITERS and call.args:
            yield from (f"{WRITERS[named(call)]}.{text}" for text in strings(call.args[0]))
        if named(call) == "write_audit_event":
            said = [one.value for one in call.keywords if one.arg == "action"]
            yield from (str(one.value) for one in said if isinstance(one, ast.Constant))


def usual_actions(tree: ast.AST) -> Iterator[str]:
    """Return what functions write if their caller names no action."""
    for made in ast.walk(tree):
        if isinstance(made, ast.FunctionDef):
            usual = zip(made.args.kwonlyargs, made.args.kw_defaults, strict=True)
            yield from (
                str(one.value) for arg, one in usual if arg.arg == "action" and isinstance(one, ast.Constant)
            )


NOT_CODES = {"checkin.typed", "unsent_forms.html", "manage.py"}
NOT_CODES |= {"backup.lock", "backup.work", "database.dump", "escalate.lock"}  # names of files


def test_every_code_that_the_program_writes_has_a_sentence() -> None:
    written = {code for tree in trees() for code in codes(tree)} - NOT_CODES
    written |= {f"{prefix}.{value}" for prefix, values in FROM_CHOICES.items() for value in values}
    assert {"seen", "visit.moved", "promise.tried", "excuse_note.drafted", "audit_log.exported"} <= written
    assert sorted(written - set(KIND_OF_ACTION)) == [], "give it a sentence in checkin/rules/audit_words.py"


def test_every_prefix_of_a_code_that_is_put_together_is_known() -> None:
    found = {prefix for tree in trees() for prefix in formed(tree)}
    assert {"match", "paper", "promise"} <= found
    assert found <= set(FROM_CHOICES), "add its values to FROM_CHOICES"


def test_no_code_has_two_sentences() -> None:
    listed = [code for sentences in AUDIT_SENTENCES.values() for code in sentences]
    assert len(listed) == len(set(listed)) > 60
    assert all(text.startswith("{who} ") for texts in AUDIT_SENTENCES.values() for text in texts.values())
    assert actions_of_kind(AuditKind.CONSENT) >= {"consent.recorded"}
    assert actions_of_kind(AuditKind.OTHER) == frozenset()


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (AuditParts("seen", "done", "Dana", "Visit", 7, "Blue Castle"), "Dana opened Blue Castle’s visit"),
        (AuditParts("seen", "done", "Dana", "Visit", 7), "Dana opened visit 7"),
        (AuditParts("seen", "done", "Dana", "Patient", 12), "Dana opened the record of Patient 12"),
        (AuditParts("device.revoked", "done", "Ada", "Device", 1, "Tablet"), "Ada revoked the tablet Tablet"),
        (AuditParts("staff.created", "done", "Ada", "Staff", 1), "Ada made an account"),
        (
            AuditParts("day.closed", "refused", "Dana", "ClosedDay", None),
            "Dana closed the day: was refused, so it was not done",
        ),
        (
            AuditParts("old.code", "done", "Dana", "Odd", 1),
            "Dana did something (old.code): something",
        ),
    ],
)
def test_line_is_one_plain_sentence(parts: AuditParts, sentence: str) -> None:
    assert audit_sentence(parts) == sentence


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("desk.unlock_refused", "Frank typed a wrong PIN or password at a locked desk"),
        ("page.refused", "Frank asked for a page that their role does not allow"),
        ("act.refused", "Frank tried what their role does not allow"),
        ("login.failed", "Frank refused a login with a wrong password, code or passkey: the account of Dana"),
        ("login.throttled", "Frank refused a login after too many tries: the account of Dana"),
    ],
)
def test_line_about_a_refusal_does_not_go_on_that_it_was_not_done(code: str, sentence: str) -> None:
    """A wrong PIN was typed, and the line said that this was not done."""
    for outcome in ("refused", "failed"):
        assert audit_sentence(AuditParts(code, outcome, "Frank", "Staff", 1, "Dana")) == sentence


def test_every_code_of_a_refusal_says_so_by_itself() -> None:
    of_refusals = {code for code in KIND_OF_ACTION if code.endswith(("refused", "failed", "throttled"))}
    assert len(of_refusals) == 5
    for code in of_refusals:
        assert not audit_sentence(AuditParts(code, "refused", "Frank", "", None)).endswith("not done")


def test_discrepancy_is_a_model_that_the_table_knows() -> None:
    parts = AuditParts("discrepancy.undo", "done", "Dana", Discrepancy.__name__, 1)
    assert audit_sentence(parts) == "Dana undid a choice about a discrepancy"
