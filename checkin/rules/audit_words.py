"""What each line of the audit trail says in plain words, by the code that the program writes.

`{who}` is the person, tablet or program; `{what}` is what it was done to, such as "Blue Castle’s visit".
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import TextChoices

from checkin.rules.audit import AuditOutcome


class AuditKind(TextChoices):
    """The kinds of act by which the log is filtered and counted."""

    VIEW = "view", "Pages opened, lists and prints"
    VISIT = "visit", "Sign-ins and visits"
    RECORD = "record", "Matching, records and discrepancies"
    CARE = "care", "Needs, preferences and feedback"
    CONSENT = "consent", "Consent and proxies"
    NOTE = "note", "Excuse notes"
    PROMISE = "promise", "Promises"
    ACCOUNT = "account", "Logins, accounts and tablets"
    CLINIC = "clinic", "Settings, imports and copies"
    TRAIL = "trail", "The audit log itself"
    OTHER = "other", "Everything else"


AUDIT_SENTENCES: dict[AuditKind, dict[str, str]] = {
    AuditKind.VIEW: {
        "seen": "{who} opened {what}",
        "discrepancies.seen": "{who} opened the list of discrepancies",
        "searched": "{who} searched for patients",
        "stale_page.seen": "{who} was told what had changed since a page was opened",
        "unsent_form.seen": "{who} was shown a form again that had not been sent",
        "board.seen": "{who} saw these children on the board",
        "match.listed": "{who} opened the list of visits to match",
        "look_alikes.listed": "{who} opened the list of look-alikes",
        "promises.listed": "{who} opened a list of promises",
        "day.listed": "{who} opened the page that ends the day, with promises and open visits",
        "excuse_note.printed": "{who} opened {what} to print it",
        "excuse_note.batch_printed": "{who} opened several excuse notes to print them",
    },
    AuditKind.VISIT: {
        "visit.signed_in": "{who} signed a child in: {what}",
        "visit.signed_in_again": "{who} sent a sign-in again: {what}",
        "visit.said_more": "{who} added to what was said at sign-in: {what}",
        "visit.moved": "{who} moved {what} to another step",
        "visit.move_undone": "{who} undid a step of {what}",
        "visit.worried": "{who} said that a child cannot wait: {what}",
        "visit.worry_called": "{who} called staff to a child who cannot wait: {what}",
        "visit.worry_taken": "{who} went to a child who cannot wait: {what}",
        "visit.worry_settled": "{who} said what was done for a child who could not wait: {what}",
        "visit.worry_undone": "{who} undid that a child cannot wait: {what}",
        "confidential.marked": "{who} marked as confidential: {what}",
        "confidential.continued": "{who} went on with a confidential visit: {what}",
        "confidential.ended": "{who} ended that it is confidential: {what}",
        "visit.marked_urgent": "{who} marked care as urgent: {what}",
        "visit.not_urgent": "{who} marked care as not urgent: {what}",
        "visit.reason_read": "{who} read the reason for {what}",
        "visit.roomed_unread": "{who} moved {what} on without reading the reason",
        "visit.appointment_taken": "{who} linked an appointment to {what}",
        "visit.appointment_given_up": "{who} took an appointment off {what}",
        "day.closed": "{who} closed the day",
    },
    AuditKind.RECORD: {
        "match.auto": "{who} matched {what} to a record by itself",
        "match.link": "{who} linked {what} to a record",
        "match.new_patient": "{who} made a new record for {what}",
        "match.undo": "{who} undid the match of {what}",
        "match.merge": "{who} matched {what} by merging two records",
        "paper.moved": "{who} moved what was written at {what} to another record",
        "paper.kept": "{who} left what was written at {what} where it is",
        "paper.changed": "{who} changed what was written at {what}, after a match",
        "paper.ended": "{who} ended what was written at {what}, after a match",
        "paper.made": "{who} wrote down again what was written at {what}, after a match",
        "paper.removed": "{who} took off what was written at {what}, after a match",
        "patient.merged": "{who} merged two records: {what}",
        "patient.merge_undone": "{who} undid a merge of two records: {what}",
        "patient.forgotten": "{who} erased a patient’s record and everything typed about it",
        "patient.completed": "{who} completed {what}",
        "look_alike.two": "{who} said that two records are two children",
        "discrepancy.asked_who": "{who} was asked which child it is, at {what}",
        "discrepancy.use_new": "{who} took over what was typed: {what}",
        "discrepancy.keep_old": "{who} kept what is recorded: {what}",
        "discrepancy.ask": "{who} wants to ask the family about {what}",
        "discrepancy.undo": "{who} undid a choice about {what}",
    },
    AuditKind.CARE: {
        "need.answered": "{who} answered {what}",
        "need.answer_undone": "{who} undid the answer to {what}",
        "need.taken": "{who} took on {what}",
        "need.told": "{who} told a clinician about {what}",
        "preferences.set": "{who} wrote down preferences: {what}",
        "preferences.recorded": "{who} put preferences on record: {what}",
        "preferences.forgotten": "{who} removed preferences: {what}",
        "care_alert.written": "{who} wrote a sealed entry",
        "care_alert.changed": "{who} changed a sealed entry",
        "care_alert.ended": "{who} ended a sealed entry",
        "care_alert.end_undone": "{who} undid the end of a sealed entry",
        "care_alert.answered": "{who} said that they looked at {what}",
        "sealed.opened": "{who} opened what is sealed, with a reason: {what}",
        "after_word.said": "{who} left feedback",
        "after_word.read": "{who} read feedback",
        "after_word.answered": "{who} answered feedback",
    },
    AuditKind.CONSENT: {
        "consent.recorded": "{who} recorded consent",
        "consent.withdrawn": "{who} withdrew consent",
        "consent.followed": "{who} moved consent to another record",
        "proxy.granted": "{who} put a proxy on file",
        "proxy.revoked": "{who} revoked a proxy",
        "proxy.followed": "{who} moved a proxy to another record",
    },
    AuditKind.NOTE: {
        "excuse_note.drafted": "{who} drafted {what}",
        "excuse_note.edited": "{who} edited {what}",
        "excuse_note.issued": "{who} issued {what}",
        "excuse_note.voided": "{who} voided {what}",
        "excuse_note.reissued": "{who} reissued {what}",
    },
    AuditKind.PROMISE: {
        "promise.made": "{who} made {what}",
        "promise.tried": "{who} tried to keep {what}",
        "promise.handed_over": "{who} handed over {what}",
        "promise.reached": "{who} kept {what}: reached",
        "promise.left_word": "{who} kept {what}: left a message",
        "promise.withdrawn": "{who} ended {what}: the family withdrew it",
        "promise.replaced": "{who} replaced {what}",
        "promise.undone": "{who} undid {what}",
        "promise.decision_undone": "{who} undid what was decided about {what}",
    },
    AuditKind.ACCOUNT: {
        "staff.created": "{who} made {what}",
        "staff.changed": "{who} changed {what}",
        "staff.deactivated": "{who} deactivated {what}",
        "staff.link_made": "{who} made a link to set up {what}",
        "staff.link_used": "{who} used the link to set up {what}",
        "staff.password_reset": "{who} reset the password of {what}",
        "staff.second_factor_reset": "{who} reset the second factor of {what}",
        "staff.sessions_ended": "{who} logged {what} out everywhere",
        "staff.second_factor_added": "{who} added a second factor",
        "staff.second_factor_removed": "{who} removed a second factor",
        "staff.second_factor_replaced": "{who} replaced a second factor",
        "staff.recovery_codes_read": "{who} had their own recovery codes shown",
        "staff.recovery_codes_downloaded": "{who} downloaded their own recovery codes",
        "staff.password_changed": "{who} changed the password of {what}",
        "staff.pin_set": "{who} set or removed a PIN",
        "login.done": "{who} logged in",
        "login.ended": "{who} logged out",
        "login.failed": "{who} refused a login with a wrong password, code or passkey: {what}",
        "login.throttled": "{who} refused a login after too many tries: {what}",
        "act.refused": "{who} tried what their role does not allow",
        "emergency.started": "{who} opened charts in an emergency",
        "emergency.ended": "{who} ended access to charts in an emergency",
        "emergency.noticed": "{who} read the notice that charts were opened in an emergency",
        "page.refused": "{who} asked for a page that their role does not allow",
        "desk.locked": "{who} left a desk, which locked",
        "desk.unlocked": "{who} unlocked a desk",
        "desk.unlock_refused": "{who} typed a wrong PIN or password at a locked desk",
        "desk.ended": "{who} was logged out by the desk",
        "staff.email_set": "{who} changed the e-mail address of {what}",
        "staff.shortcut_keys_set": "{who} switched shortcut keys on or off",
        "device.enrolled": "{who} enrolled {what}",
        "device.set_up": "{who} prepared a tablet: {what}",
        "device.key_replaced": "{who} replaced the key of {what}",
        "device.revoked": "{who} revoked {what}",
    },
    AuditKind.CLINIC: {
        "clinic.created": "{who} set up the clinic",
        "clinic.changed": "{who} changed the clinic’s settings",
        "location.changed": "{who} changed a front desk",
        "backup.made": "{who} made a backup",
        "backup.requested": "{who} asked for a backup",
        "backup.restored": "{who} restored a backup",
        "records.imported": "{who} imported records",
    },
    AuditKind.TRAIL: {
        "audit.removed": "{who} removed rows of the audit log that were kept long enough",
        "audit_log.read": "{who} read the audit log",
        "audit_log.patient_read": "{who} read who saw {what}",
        "audit_log.person_read": "{who} read what was done with {what}",
        "audit_log.patient_searched": "{who} looked for a patient in the audit log",
        "audit_log.name_shown": "{who} had the audit log show the name of {what}",
        "audit_log.emergencies_read": "{who} read who opened charts in an emergency",
        "audit_log.emergency_read": "{who} read what was done in an emergency",
        "audit_log.exported": "{who} exported the audit log",
    },
}
"""Every code that the program writes; a test compares. Earlier versions may have written others."""

KIND_OF_ACTION = {code: kind for kind, sentences in AUDIT_SENTENCES.items() for code in sentences}
_SENTENCE_OF_ACTION = {
    code: text for sentences in AUDIT_SENTENCES.values() for code, text in sentences.items()
}

_SAYS_THAT_IT_WAS_REFUSED = frozenset(
    {"login.failed", "login.throttled", "act.refused", "page.refused", "desk.unlock_refused"}
)
"""Codes whose sentence is about the refusal itself: a wrong PIN was typed, and nothing of it is undone."""

_SUBJECT_WORDS = {
    "Patient": "the record of Patient {id}",
    "Visit": "visit {id}",
    "Promise": "promise {id}",
    "ExcuseNote": "an excuse note",
    "Need": "a need",
    "Discrepancy": "a discrepancy",
    "Staff": "the account of {name}",
    "Device": "the tablet {name}",
    "Escort": "an adult who brings a child",
}
_UNKNOWN_SUBJECT = "something"


class AuditParts(NamedTuple):
    """What a line of the trail says: codes and ids, and the names of staff, tablets and visits."""

    action: str
    outcome: str
    who: str
    subject: str
    subject_id: int | None
    subject_name: str = ""
    """The name of a visit for the day, of a person or of a tablet; "" if not known."""


def audit_sentence(said: AuditParts) -> str:
    """Return the line in one sentence without a full stop: "Dana opened Blue Castle’s visit"."""
    text = _SENTENCE_OF_ACTION.get(said.action, "{who} did something (" + said.action + "): {what}")
    sentence = text.replace("{what}", _subject_words(said)).replace("{who}", said.who, 1)
    if said.outcome == AuditOutcome.DONE or said.action in _SAYS_THAT_IT_WAS_REFUSED:
        return sentence
    tried = "was refused" if said.outcome == AuditOutcome.REFUSED else "failed"
    return f"{sentence}: {tried}, so it was not done"


def _subject_words(said: AuditParts) -> str:
    """Return what it was done to: "Blue Castle’s visit", "the record of Patient 12"."""
    if said.subject == "Visit" and said.subject_name:
        return f"{said.subject_name}’s visit"
    if said.subject in ("Staff", "Device") and not said.subject_name:
        return "an account" if said.subject == "Staff" else "a tablet"
    words = _SUBJECT_WORDS.get(said.subject, _UNKNOWN_SUBJECT)
    return words.replace("{id}", str(said.subject_id)).replace("{name}", said.subject_name)


def actions_of_kind(kind: str) -> frozenset[str]:
    """Return the codes of a kind. Those of `OTHER` are all that no other kind names: it has none."""
    return frozenset(AUDIT_SENTENCES.get(AuditKind(kind), {}))
