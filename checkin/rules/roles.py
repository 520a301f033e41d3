"""One table that says which role may do what.

Nothing in it keeps staff who work with families from signing in a child, putting them first or moving their
visit on. An administrator and an auditor see no patient's data.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    FRONT_DESK = "front_desk", _("Front desk")
    CLINICIAN = "clinician", _("Clinician")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class StaffAct(StrEnum):
    """What a person does with families, settings or the audit log."""

    READ_CHARTS = "read the board and patients' pages"
    SIGN_IN = "sign a child in"
    MOVE = "take a visit a step on, or back"
    RAISE = "say that a child cannot wait"
    ANSWER_CALL = "go to a child who cannot wait"
    LOWER = "say that care is no longer urgent"
    MATCH = "say which child this is"
    MERGE = "merge two records"
    SETTLE_DISCREPANCY = "choose between what was typed and what is recorded"
    ANSWER_NEED = "answer a need"
    GIVE = "mark a vaccine as given or a check-up as done"
    WRITE_NOTE = "issue an excuse note"
    KEEP_CONFIDENTIAL = "mark a visit or an address as confidential"
    KEEP_PREFERENCES = "write down what a family asks us to remember"
    RECORD_CONSENT = "write down what somebody agreed to"
    DECIDE_AS_CLINICIAN = "write down a clinician's decision"
    GRANT_PROXY = "put a written proxy on file"
    REVOKE_PROXY = "revoke a written proxy"
    KEEP_CARE_ALERTS = "write and end care alerts"
    PROMISE = "make and keep promises"
    CLOSE_DAY = "close the day"
    ANSWER_FEEDBACK = "read and answer what families said on leaving"
    MANAGE_STAFF = "look after staff accounts"
    MANAGE_DEVICES = "enroll and revoke tablets"
    READ_TRAIL = "read the audit log"
    SECURE_CLINIC = "decide who needs a second factor"
    MANAGE_BACKUPS = "look after backups"
    OPEN_IN_EMERGENCY = "open charts in an emergency, with a reason"
    READ_EMERGENCIES = "be told who opened charts in an emergency"


_ROLES_WITH_FAMILIES = frozenset({Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER})
"""Roles that help any family at the desk. An administrator sees settings, an auditor the audit log."""


class RoleRule(NamedTuple):
    """The roles that may do it, and the refusal for everyone else: why not, and what to do instead."""

    roles: frozenset[Role]
    refusal: str


_ONLY_READS_ITSELF = "Your login only reads, so nothing was changed."
"""Shown to an auditor before the refusal of an act that only some roles may do, which says whom to ask."""
_ONLY_READS = f"{_ONLY_READS_ITSELF} Ask the front desk, a clinician or the manager."
_ONLY_READS_IS_URGENT = "Your login only reads. Tell the front desk or a clinician about this child now."
_LOOKS_AFTER_SETTINGS = (
    "An administrator looks after the settings. Ask the front desk, a clinician or the manager."
)
_LOOKS_AFTER_SETTINGS_IS_URGENT = (
    "An administrator looks after the settings. Tell the front desk or a clinician about this child now."
)
_NOTHING_CHANGED_IN_EMERGENCY = "Emergency access only reads, so nothing was changed."
_ONLY_READS_IN_EMERGENCY = f"{_NOTHING_CHANGED_IN_EMERGENCY} Ask the front desk, a clinician or the manager."
_SHOWS_CHARTS_IN_EMERGENCY = (
    "Emergency access opens the board and patients’ pages only. "
    "For this page, ask the front desk, a clinician or the manager."
)
_FOR_STAFF_WITH_FAMILIES = (
    "Only the front desk, a clinician or the manager reads the board and patients’ pages. Ask one of them."
)

ROLE_RULES: dict[StaffAct, RoleRule] = {
    StaffAct.READ_CHARTS: RoleRule(_ROLES_WITH_FAMILIES, _FOR_STAFF_WITH_FAMILIES),
    # Anyone who works with families may help a child who is here.
    StaffAct.SIGN_IN: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.MOVE: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.RAISE: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS_IS_URGENT),
    StaffAct.ANSWER_CALL: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS_IS_URGENT),
    StaffAct.PROMISE: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    # What is written about a child, by staff who work with families.
    StaffAct.LOWER: RoleRule(
        _ROLES_WITH_FAMILIES,
        "Only the front desk, a clinician or the manager says that it is no longer urgent. "
        "The child stays first until one of them does.",
    ),
    StaffAct.MATCH: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.SETTLE_DISCREPANCY: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.ANSWER_NEED: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.WRITE_NOTE: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.KEEP_CONFIDENTIAL: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.KEEP_PREFERENCES: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.RECORD_CONSENT: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    StaffAct.GRANT_PROXY: RoleRule(_ROLES_WITH_FAMILIES, _LOOKS_AFTER_SETTINGS),
    # A wrong "given" makes a child miss a vaccine or get it twice, so the person who gives it records it.
    StaffAct.GIVE: RoleRule(
        frozenset({Role.CLINICIAN}),
        "Only a clinician marks a vaccine as given or a check-up as done. "
        "Ask one, or note that it was declined or deferred.",
    ),
    StaffAct.DECIDE_AS_CLINICIAN: RoleRule(
        frozenset({Role.CLINICIAN}), "Only a clinician can write down a clinician's decision."
    ),
    # It makes two charts one, so the people who keep the records decide. Undoing it is part of matching.
    StaffAct.MERGE: RoleRule(
        frozenset({Role.FRONT_DESK, Role.MANAGER}),
        "Only the front desk or the manager merges two records. Ask one of them.",
    ),
    # It cancels a guardian's permission. Whoever recorded it may undo a slip on the same day.
    StaffAct.REVOKE_PROXY: RoleRule(
        frozenset({Role.CLINICIAN, Role.MANAGER}),
        "Only a clinician or the manager revokes a proxy, or whoever put it on file, on the same day. "
        "Ask one of them now, before anybody agrees by it.",
    ),
    # A court's order or a family's danger is weighed by those who answer for it. Everybody who reads charts
    # may open it.
    StaffAct.KEEP_CARE_ALERTS: RoleRule(
        frozenset({Role.CLINICIAN, Role.MANAGER}),
        "Only a clinician or the manager writes and ends care alerts. Ask one of them now.",
    ),
    # A small clinic has one person at the desk, so the front desk closes its own day. It does not affect
    # care.
    StaffAct.CLOSE_DAY: RoleRule(
        frozenset({Role.FRONT_DESK, Role.MANAGER}),
        "Only the front desk or the manager closes the day. Ask one of them.",
    ),
    # Feedback about the people at the desk is for whoever runs the clinic. It names families, so no
    # administrator reads it.
    StaffAct.ANSWER_FEEDBACK: RoleRule(
        frozenset({Role.MANAGER}),
        "Only the manager reads and answers what families said on leaving. Ask the manager.",
    ),
    StaffAct.MANAGE_STAFF: RoleRule(
        frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
        "Only the manager or an administrator looks after staff accounts. Ask one of them.",
    ),
    StaffAct.MANAGE_DEVICES: RoleRule(
        frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
        "Only the manager or an administrator enrolls and revokes tablets. Ask one of them.",
    ),
    StaffAct.SECURE_CLINIC: RoleRule(
        frozenset({Role.ADMINISTRATOR}),
        "Only an administrator decides who needs a second factor. Ask one of them.",
    ),
    StaffAct.MANAGE_BACKUPS: RoleRule(
        frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
        "Only the manager or an administrator looks after backups. Ask one of them.",
    ),
    # Everybody else reads charts anyway.
    StaffAct.OPEN_IN_EMERGENCY: RoleRule(
        frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
        "Only an administrator or an auditor opens charts in an emergency. "
        "You read the board and patients’ pages without it.",
    ),
    StaffAct.READ_EMERGENCIES: RoleRule(
        frozenset({Role.MANAGER, Role.AUDITOR}),
        "Only the manager or an auditor reads who opened charts in an emergency. Ask one of them.",
    ),
    # Whoever is written about in it does not look after it.
    StaffAct.READ_TRAIL: RoleRule(
        frozenset({Role.AUDITOR}),
        "Only an auditor reads the audit log. An administrator can make an auditor's account.",
    ),
}


INACTIVE_LOGIN = "Your login is not active anymore, so nothing was changed. Ask the clinic's administrator."

GIVEN_IS_UNDONE_BY_CLINICIAN = (
    "Only a clinician undoes that a vaccine was given or a check-up done. Ask one; nothing was changed."
)

OTHER_DESK_CLOSES_ITS_DAY = (
    "Your own front desk is {own}. The day at {here} is closed there, or by the manager."
)
"""For front desk staff who try to close another front desk's day."""


def may_role_act(role: str, act: StaffAct) -> bool:
    return role in ROLE_RULES[act].roles


def role_refusal(role: str, act: StaffAct, *, is_read: bool = False, in_emergency: bool = False) -> str:
    """Return why this role may not do it and who may, in one or two sentences.

    `is_read`: a page was only opened, so the text does not say what was changed. `in_emergency`: charts are
    open for an hour to this person, who reads what that does not open.
    """
    rule = ROLE_RULES[act]
    is_for_most = rule.roles >= _ROLES_WITH_FAMILIES
    if in_emergency and rule.roles <= _ROLES_WITH_FAMILIES:
        return _refuse_in_emergency(rule, is_for_most=is_for_most, is_read=is_read)
    if is_read and is_for_most and role not in rule.roles:
        return _FOR_STAFF_WITH_FAMILIES
    if role != Role.AUDITOR or is_read or act == StaffAct.READ_CHARTS:
        return rule.refusal
    if act in (StaffAct.RAISE, StaffAct.ANSWER_CALL):
        return _ONLY_READS_IS_URGENT
    return _ONLY_READS if is_for_most else f"{_ONLY_READS_ITSELF} {rule.refusal}"


def _refuse_in_emergency(rule: RoleRule, *, is_for_most: bool, is_read: bool) -> str:
    if is_read:
        return _SHOWS_CHARTS_IN_EMERGENCY if is_for_most else rule.refusal
    return _ONLY_READS_IN_EMERGENCY if is_for_most else f"{_NOTHING_CHANGED_IN_EMERGENCY} {rule.refusal}"


def list_roles_allowed(act: StaffAct) -> tuple[str, ...]:
    """Return the roles that may do it, in the order in which `Role` lists them."""
    return tuple(role.value for role in Role if role in ROLE_RULES[act].roles)
