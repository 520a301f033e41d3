"""What a visit should not end without: noticed at sign-in, kept in step with the facts, then answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from checkin.actions import audit, given
from checkin.actions.boards import Refused, hold_family, show
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import Need, NeedAnswer, Staff, Visit, excuse_notes, understanding
from checkin.models import lookup as records
from checkin.models.need_subjects import both_children, other_child
from checkin.rules import claims, consent, needs
from checkin.rules.excuse_notes import Handed
from checkin.rules.need_facts import Facts, Found, Outcome, in_order
from checkin.rules.need_settings import Settings
from checkin.rules.need_words import FACTS_CHANGED, answer_words, not_for_this_child
from checkin.rules.roles import Act

REASONED = frozenset({Outcome.DEFERRED, Outcome.NOT_OFFERED, Outcome.LEFT_OPEN})
"""Outcomes that say nothing without a reason."""


def facts(
    visit: Visit,
    claim: claims.Claim,
    dossier: records.Dossier,
    *,
    discrepancies: Iterable[str],
    notes: tuple[Handed, ...] = (),
) -> Facts:
    """The plain values that the rules look at."""
    clinic, patient = visit.location.clinic, visit.patient
    typed = claims.birth_date(claim.child_birth_date, today=visit.local_date, day_first=clinic.day_first).date
    return Facts(
        arrived=visit.arrived_at.astimezone(clinic.zone),
        birth_date=patient.birth_date if patient and patient.birth_date else typed,
        linked=not visit.is_unsettled,
        deceased=patient is not None and patient.is_deceased,
        match=str(visit.match),
        notes_wanted=claim.notes_wanted,
        today=understanding.said_today(visit, clinic),
        recorded=understanding.on_record(visit),
        own_language=understanding.own_language(clinic),
        also=claim.also,
        due=tuple(dossier.due),
        given=tuple(dossier.given),
        beside=tuple(dossier.beside),
        influenza_given_on=dossier.influenza_given_on,
        discrepancies=tuple(discrepancies),
        overdue_promises=dossier.overdue_promises,
        notes=notes,
        consent=consent.Facts(
            escort=consent.Adult(claim.escort_name, claim.escort_phone, claim.relationship),
            is_patient=claim.is_patient,
            guardians=dossier.guardians(),
            others=dossier.others(),
            proxies=tuple(dossier.proxies),
            lapsed=dossier.lapsed_proxies(clinic.zone),
            answers=tuple(dossier.answers),
            table=consent.table(clinic.consent_table),
            urgent=visit.urgent,
            is_matched=patient is not None,
            deceased=patient is not None and patient.is_deceased,
        ),
        settings=Settings.read(clinic.need_settings),
    )


def known_facts(visit: Visit, *, at: dt.datetime) -> Facts:
    """What is known of this visit at that time: the claim, the record, and what is still to be settled."""
    dossier = records.of_visit(visit, now=at)
    differing = visit.discrepancies.open().values_list("field", flat=True)
    handed = excuse_notes.of_visit(visit)
    return facts(visit, records.said(visit.sign_in), dossier, discrepancies=differing, notes=handed)


def chips(found: Iterable[Found | Need]) -> list[list[str]]:
    """Open needs as the board's row shows them."""
    return [[str(need.kind), need.label] for need in found]


def row(visit: Visit, need: Found, *, at: dt.datetime) -> Need:
    return Need(
        clinic_id=visit.clinic_id,
        visit=visit,
        kind=need.kind,
        key=need.key,
        label=need.label,
        why=need.why,
        next_step=need.next_step,
        owner_role=need.owner,
        due_item_id=need.due_item,
        noticed_at=at,
    )


def recompute(*, visit: Visit, at: dt.datetime, by: Staff | None = None) -> list[Need]:
    """Bring the visit's needs into line with the facts as they are now. Doing it again changes nothing.

    A need whose facts are gone lapses, with a row that says so; one that somebody answered stays answered,
    unless what was done counts no longer.
    A visit that has ended is left as it ended. Call inside the transaction that changed the facts, with
    the visit as it is now.
    """
    if not visit.is_open:
        return list(visit.needs.order_by("pk"))
    known_now = known_facts(visit, at=at)
    found = needs.find(known_now, visit.local_date)
    met = needs.met(known_now, visit.local_date)
    wanted = {(str(need.kind), need.key): need for need in found}
    known = {(need.kind, need.key): need for need in visit.needs.select_for_update().order_by("pk")}
    changed = [
        keep_in_step(need, wanted.get(key), at=at, by=by, gone=met.get(key, FACTS_CHANGED))
        for key, need in known.items()
    ]
    new = [row(visit, need, at=at) for key, need in wanted.items() if key not in known]
    Need.objects.bulk_create(new)
    if new or any(changed):
        refresh(visit)
    return list(visit.needs.order_by("pk"))


def keep_in_step(need: Need, found: Found | None, *, at: dt.datetime, by: Staff | None, gone: str) -> bool:
    """Let one need say what the rules say now; whether anything changed. `gone`: why it is needed no more."""
    if found is None:
        if not need.is_open:
            return False
        settle(need, Outcome.LAPSED, reason=gone, by=by, at=at)
        return True
    undone = found.again and need.status == Outcome.DONE and need.why != found.why
    if undone or need.status == Outcome.LAPSED:
        settle(need, Outcome.OPEN, reason=found.why if undone else "", by=by, at=at)
    elif not need.is_open or said_by(need) == (found.label, found.why, found.next_step, found.due_item):
        return False
    need.label, need.why, need.next_step, need.due_item_id = (
        found.label,
        found.why,
        found.next_step,
        found.due_item,
    )
    need.save(update_fields=["label", "why", "next_step", "due_item"])
    return True


def said_by(need: Need) -> tuple[str, str, str, int | None]:
    return need.label, need.why, need.next_step, need.due_item_id


def recompute_all(visits: Iterable[Visit], *, at: dt.datetime, by: Staff | None = None) -> None:
    """The same for each of these visits, which the caller holds."""
    for visit in visits:
        recompute(visit=visit, at=at, by=by)


def refresh(visit: Visit) -> None:
    """Show the visit's open needs on every board."""
    show(visit, chips=chips(in_order(visit.needs.open().order_by("pk"))))


def answer(*, need: Need, outcome: str, by: Staff, at: dt.datetime, reason: str = "") -> NeedAnswer:
    """Say what became of a need. The same answer by the same hand twice is one answer.

    Raises Refused with a sentence where a reason is missing, somebody else was quicker or it is another
    child's, and for whoever is no clinician and says that a vaccine was given or a check-up done.
    """
    require(act_of(need, outcome), by)
    reason = " ".join(reason.split())
    if outcome not in Outcome.values or outcome in (Outcome.OPEN, Outcome.LAPSED):
        raise Refused("Say done, declined, deferred, not offered or left open.")
    if outcome in REASONED and not reason:
        raise Refused(f"Say in a few words why “{need.label}” is {Outcome(outcome).label.lower()}.")
    with write():
        held, family = hold(need)
        refuse_for_another(held)
        if not held.is_open:
            return repeated(held, outcome=outcome, by=by)
        made = settle(held, outcome, reason=reason, by=by, at=at)
        if outcome == Outcome.DONE and given.is_due(held):
            given.put_on_record(held)
            recompute_all(family, at=at, by=by)
        refresh(held.visit)
        note(held, "need.answered", by=by, at=at, kind=held.kind, outcome=str(outcome))
        return made


def act_of(need: Need, outcome: str) -> Act:
    """Return which act of the table of roles this answer is."""
    return Act.GIVE if outcome == Outcome.DONE and need.kind in given.DUE else Act.ANSWER_NEED


def undo(*, need: Need, by: Staff, at: dt.datetime) -> NeedAnswer:
    """Take back the last answer, if this person gave it and the family is still here.

    It is open again as far as this child needs it: what it was answered for may be on record no more, or on
    another child's record. Raises Refused where it was answered for another child than the visit's.
    """
    require(Act.ANSWER_NEED, by)
    with write():
        held, family = hold(need)
        last = standing(held)
        if last is None or held.is_open or held.status == Outcome.LAPSED:
            raise Refused(f"There is nothing to undo for “{held.label}”.")
        if last.by_id != by.pk:
            raise Refused(f"{last.by or 'Nobody'} answered this; only they can undo it.")
        if not held.visit.is_open:
            raise Refused(f"{held.visit.token} has left. Undo that step first, then this answer.")
        refuse_for_another(held)
        made = settle(held, Outcome.OPEN, reason="", by=by, at=at, undoes=last)
        if last.outcome == Outcome.DONE and given.is_due(held):
            given.take_off_record(held)
            recompute_all(family, at=at, by=by)
        else:
            recompute(visit=held.visit, at=at, by=by)
        refresh(held.visit)
        note(held, "need.answer_undone", by=by, at=at, kind=held.kind)
        return made


def hold(need: Need) -> tuple[Need, list[Visit]]:
    """The need as it is now, held with its visit and the child's other open visits."""
    visit = need.visit
    family = hold_family(visit.patient_id, visit)
    held = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    held.visit = visit
    held.due_item = given.hold_item(held)
    return held, family


def refuse_for_another(need: Need) -> None:
    """Raise Refused where it is another child's by now. The need, its visit and its due item are held."""
    other = other_child(need)
    if other is not None:
        whose, now = both_children(other, need)
        raise Refused(not_for_this_child(need.label, whose, now, is_answered=not need.is_open))


def repeated(need: Need, *, outcome: str, by: Staff) -> NeedAnswer:
    """The answer that this one repeats, or a refusal that says who was quicker."""
    last = standing(need)
    if last and (last.outcome, last.by_id) == (outcome, by.pk):
        return last
    if need.status == Outcome.LAPSED:
        why = "" if need.reason in ("", FACTS_CHANGED) else f": {need.reason}"
        raise Refused(f"“{need.label}” is no longer needed{why}, so nothing was changed.")
    whose = last.by if last and last.by else "Somebody"
    raise Refused(
        f"{whose} already answered “{need.label}”: {answer_words(need.kind, need.status, need.reason)}."
    )


def note(need: Need, action: str, *, by: Staff, at: dt.datetime, **detail: Any) -> None:
    audit.record(action=action, subject=need, at=at, by=by, patient_id=need.visit.patient_id, **detail)


def standing(need: Need) -> NeedAnswer | None:
    answers = need.answers.filter(undoes=None, undone_by=None).select_related("by")
    return answers.order_by("pk").last()


def settle(
    need: Need,
    outcome: str,
    *,
    reason: str,
    by: Staff | None,
    at: dt.datetime,
    undoes: NeedAnswer | None = None,
) -> NeedAnswer:
    """Write the outcome and the line of history. Call inside a transaction."""
    made = NeedAnswer.objects.create(
        need=need, before=need.status, outcome=outcome, reason=reason[:500], at=at, by=by, undoes=undoes
    )
    still_open = outcome == Outcome.OPEN
    need.status, need.reason = outcome, reason[:500]
    need.answered_at, need.answered_by = (None, None) if still_open else (at, by)
    need.save(update_fields=["status", "reason", "answered_at", "answered_by"])
    return made
