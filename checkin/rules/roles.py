"""Which role may do what: one table.

No row of it keeps a child at the desk from being signed in, put first or taken a step on.
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


class Act(StrEnum):
    """What a person does with families. Reading a page is none."""

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
    KEEP_PREFERENCES = "write down what a family asks us to remember"
    RECORD_CONSENT = "write down what somebody agreed to"
    DECIDE_AS_CLINICIAN = "write down a clinician's decision"
    GRANT_PROXY = "put a written proxy on file"
    REVOKE_PROXY = "revoke a written proxy"
    PROMISE = "make and keep promises"
    CLOSE_DAY = "close the day"
    ANSWER_WORD = "read and answer what families said on leaving"


WORKS_WITH_FAMILIES = frozenset({Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER})
AT_THE_DESK = WORKS_WITH_FAMILIES | {Role.ADMINISTRATOR}
"""Roles that help whatever family stands there. An auditor reads and changes nothing."""


class Rule(NamedTuple):
    """Who may, and what everybody else is told: why not, and what to do instead."""

    roles: frozenset[Role]
    refusal: str


ONLY_READS_ITSELF = "Your login only reads, so nothing was changed."
"""Said before the sentence of an act that only some of these do: the others would be asked in vain."""
ONLY_READS = f"{ONLY_READS_ITSELF} Ask the front desk, a clinician or the manager."
ONLY_READS_HERE = "Your login only reads."
"""Said where a page was only asked for: nothing could have been changed."""
ONLY_READS_IS_URGENT = "Your login only reads. Tell the front desk or a clinician about this child now."
SETTINGS = "An administrator looks after the settings. Ask the front desk, a clinician or the manager."

TABLE: dict[Act, Rule] = {
    # A child who is here is helped by whoever stands there: these are open to everybody at the desk.
    Act.SIGN_IN: Rule(AT_THE_DESK, ONLY_READS),
    Act.MOVE: Rule(AT_THE_DESK, ONLY_READS),
    Act.RAISE: Rule(AT_THE_DESK, ONLY_READS_IS_URGENT),
    Act.ANSWER_CALL: Rule(AT_THE_DESK, ONLY_READS_IS_URGENT),
    Act.PROMISE: Rule(AT_THE_DESK, ONLY_READS),
    # What is written about a child, by those who work with families.
    Act.LOWER: Rule(
        WORKS_WITH_FAMILIES,
        "Only the front desk, a clinician or the manager says that it is no longer urgent. "
        "The child stays first until one of them does.",
    ),
    Act.MATCH: Rule(WORKS_WITH_FAMILIES, SETTINGS),
    Act.SETTLE_DISCREPANCY: Rule(WORKS_WITH_FAMILIES, SETTINGS),
    Act.ANSWER_NEED: Rule(WORKS_WITH_FAMILIES, SETTINGS),
    Act.WRITE_NOTE: Rule(WORKS_WITH_FAMILIES, SETTINGS),
    Act.KEEP_PREFERENCES: Rule(WORKS_WITH_FAMILIES, SETTINGS),
    Act.RECORD_CONSENT: Rule(WORKS_WITH_FAMILIES, SETTINGS),
    Act.GRANT_PROXY: Rule(WORKS_WITH_FAMILIES, SETTINGS),
    # A wrong "given" takes a vaccine from a child, or gives it twice: whoever gives it says so.
    Act.GIVE: Rule(
        frozenset({Role.CLINICIAN}),
        "Only a clinician marks a vaccine as given or a check-up as done. "
        "Ask one, or note that it was declined or deferred.",
    ),
    Act.DECIDE_AS_CLINICIAN: Rule(
        frozenset({Role.CLINICIAN}), "Only a clinician can write down a clinician's decision."
    ),
    # Two charts become one: the people who keep the records decide. Undoing it is matching, open to more.
    Act.MERGE: Rule(
        frozenset({Role.FRONT_DESK, Role.MANAGER}),
        "Only the front desk or the manager merges two records. Ask one of them.",
    ),
    # It takes a guardian's word back. Whoever wrote it down may too, the same day: a slip is theirs to undo.
    Act.REVOKE_PROXY: Rule(
        frozenset({Role.CLINICIAN, Role.MANAGER}),
        "Only a clinician or the manager revokes a proxy, or whoever put it on file, on the same day. "
        "Ask one of them now, before anybody agrees by it.",
    ),
    # A small clinic has one person at the desk, so the front desk closes its own day; care is no part of it.
    Act.CLOSE_DAY: Rule(
        frozenset({Role.FRONT_DESK, Role.MANAGER, Role.ADMINISTRATOR}),
        "Only the front desk or the manager closes the day. Ask one of them.",
    ),
    # Words about the people at the desk are for whoever runs the clinic.
    Act.ANSWER_WORD: Rule(
        frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
        "Only the manager or an administrator reads and answers what families said on leaving. "
        "Ask one of them.",
    ),
}


INACTIVE = "Your login is not active any more, so nothing was changed. Ask the clinic's administrator."

ELSEWHERE = "Your own front desk is {own}. The day at {here} is closed there, or by the manager."
"""For somebody of the front desk who would close the day of another one."""


def is_allowed(role: str, act: Act) -> bool:
    return role in TABLE[act].roles


def refusal(role: str, act: Act, *, is_read: bool = False) -> str:
    """Return why this role may not do it and who does, in a sentence or two.

    `is_read`: a page was opened and nothing sent, so there is nothing to say of what was changed.
    """
    if role != Role.AUDITOR:
        return TABLE[act].refusal
    rule = TABLE[act]
    is_for_most = rule.roles >= WORKS_WITH_FAMILIES
    if is_read:
        return ONLY_READS_HERE if is_for_most else f"{ONLY_READS_HERE} {rule.refusal}"
    if act in (Act.RAISE, Act.ANSWER_CALL):
        return ONLY_READS_IS_URGENT
    return ONLY_READS if is_for_most else f"{ONLY_READS_ITSELF} {rule.refusal}"


def roles_for(act: Act) -> tuple[str, ...]:
    """Return the roles that may do it, in the order in which roles are listed."""
    return tuple(role.value for role in Role if role in TABLE[act].roles)
