"""Ask before “use the new” makes a record look like another child: the visit may be that child's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from checkin.actions import audit
from checkin.actions.open_visits import claim_of_visit
from checkin.actions.refusals import Refused
from checkin.models import Discrepancy, DiscrepancyDecision, Guardian, Patient, Staff
from checkin.models.entry_wording import describe_patient, patient_record_number
from checkin.models.row_json import column_values_from_json
from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules import name_keys
from checkin.rules.child_labels import UNNAMED_CHILD, child_detail_words
from checkin.rules.discrepancies import DiscrepancyChange
from checkin.rules.identity_changes import (
    RecordedIdentity,
    first_name_keys,
    has_same_name_and_birth,
    is_changed_to_another_child,
    is_name_of_sibling,
    whole_name_keys,
)
from checkin.rules.local_formats import date_words

_QuestionDecisionKind = DiscrepancyDecision.Kind
IDENTIFYING_FIELDS = (Discrepancy.Field.NAME, Discrepancy.Field.BIRTH_DATE)
_MOST_RECORDS_NAMED = 3


class AnotherChildQuestion(NamedTuple):
    """The question before anything is written. `mark`: the value that the page which asked it sends back."""

    sentence: str
    mark: str
    record: str
    """The record that would be written: its number, or its child."""
    who: tuple[tuple[str, str, str], ...] = ()
    """The children in question: role, name, and details that tell each from a namesake."""


class AnotherChildSuspected(Refused):
    """Nothing was written: somebody must first confirm that this is not another child."""

    def __init__(self, question: AnotherChildQuestion) -> None:
        super().__init__(question.sentence)
        self.question = question


def ask_about_another_child(
    sure: str, held: Discrepancy, wanted: DiscrepancyChange, decided: Sequence[DiscrepancyDecision]
) -> AnotherChildQuestion | None:
    """Return the question that `sure` answers, None if there is none; else raise AnotherChildSuspected.

    `decided`: all decisions of this visit. Call with the boards locked, so that no record appears meanwhile.
    """
    question = (
        _find_another_child_question(held, wanted, decided) if held.field in IDENTIFYING_FIELDS else None
    )
    if question is not None and sure != question.mark:
        raise AnotherChildSuspected(question)
    return question


def _find_another_child_question(
    held: Discrepancy, wanted: DiscrepancyChange, decided: Sequence[DiscrepancyDecision]
) -> AnotherChildQuestion | None:
    """Return the question about this change; None if there is none. Two to four queries in that case."""
    patient = held.visit.patient
    if patient is None:
        return None
    now = RecordedIdentity.of(patient)
    before, after = (
        _identity_before_visit(now, patient, decided),
        now.written(column_values_from_json(patient, wanted.columns)),
    )
    ways = list(
        dict.fromkeys([after, after.written(column_values_from_json(patient, _open_identity_columns(held)))])
    )
    same = find_identical_records(patient, ways)
    near = [one for one in find_confusable_siblings(patient, before, ways) if one not in same]
    others = [
        way for way in ways if is_changed_to_another_child(before, _identity_as_typed(way, held, wanted))
    ]
    if not same and not near and not others:
        return None
    first = others[0] if others else after
    if same or near:
        sentence = _identical_question_words(same) if same else _sibling_question_words(near[0])
    else:
        sentence = _another_child_words(patient, before, first, is_typed=first != after)
    marks = [f"same-{one.pk}" for one in same] + [f"near-{one.pk}" for one in near]
    marks += [f"other-{patient.pk}"] if others else []
    return AnotherChildQuestion(
        sentence,
        " ".join(marks),
        patient_record_words(patient),
        tuple(_name_records_in_question(patient, [*same, *near])),
    )


def _name_records_in_question(patient: Patient, same: Sequence[Patient]) -> Iterator[tuple[str, str, str]]:
    for role, one in (("The record of this visit", patient), *(("The other record", one) for one in same)):
        known = describe_patient(one)
        yield role, known.name or UNNAMED_CHILD, child_detail_words(known)


def _open_identity_columns(held: Discrepancy) -> dict[str, str | bool]:
    """Return what “use the new” would write for the other identifying field, if that is open too."""
    visit = held.visit
    columns: dict[str, str | bool] = {}
    fields = visit.discrepancies.open().filter(field__in=IDENTIFYING_FIELDS).exclude(field=held.field)
    for field in fields.values_list("field", flat=True):
        day_first = visit.location.clinic.day_first
        beside = discrepancy_rules.build_discrepancy_change(
            field, claim_of_visit(visit), today=visit.local_date, day_first=day_first
        )
        columns |= {} if beside.problem else beside.columns
    return columns


def _identity_as_typed(
    way: RecordedIdentity, held: Discrepancy, wanted: DiscrepancyChange
) -> RecordedIdentity:
    """Return the identity without the recorded given name if only a family name was typed.

    Nothing says that the given name is also that of the child who was typed.
    """
    is_family_alone = held.field == Discrepancy.Field.NAME and [*wanted.columns] == ["family_name"]
    return way._replace(given_name="") if is_family_alone else way


def _identity_before_visit(
    now: RecordedIdentity, patient: Patient, decided: Sequence[DiscrepancyDecision]
) -> RecordedIdentity:
    """Return the record's identity before “use the new” was chosen at this visit."""
    for one in reversed(decided):
        of_it = (one.subject, one.subject_id) == ("Patient", patient.pk)
        if of_it and one.kind == _QuestionDecisionKind.USE_NEW and one.is_standing:
            now = now.written(column_values_from_json(patient, one.before))
    return now


def find_identical_records(patient: Patient, ways: Sequence[RecordedIdentity]) -> list[Patient]:
    """Return the other records on file with exactly the name and birth date of one of `ways`."""
    ways = [way for way in ways if way.birth_date is not None]
    keys = list(dict.fromkeys(key for way in ways for key in whole_name_keys(way)))
    if not keys:
        return []
    born = Patient.objects.on_file().filter(
        clinic=patient.clinic_id, birth_date__in={way.birth_date for way in ways}
    )
    found = born.with_whole_names(keys).exclude(pk=patient.pk).order_by("pk")
    return [
        one for one in found if any(has_same_name_and_birth(RecordedIdentity.of(one), way) for way in ways)
    ][:_MOST_RECORDS_NAMED]


def find_confusable_siblings(
    patient: Patient, before: RecordedIdentity, ways: Sequence[RecordedIdentity]
) -> list[Patient]:
    """Return other records of the family that this record would look like with one of these names."""
    if all(first_name_keys(way) <= first_name_keys(before) for way in ways):
        return []
    found = _find_family_records(patient, [before, *ways]).order_by("pk")
    return [
        one for one in found if any(is_name_of_sibling(before, way, RecordedIdentity.of(one)) for way in ways)
    ][:_MOST_RECORDS_NAMED]


def _find_family_records(patient: Patient, ways: Sequence[RecordedIdentity]) -> QuerySet[Patient]:
    """Return records with a guardian's phone in common, or with the family name and one more detail.

    That detail is a birth date, the address, the phone or a guardian's name.
    """
    own = Guardian.objects.filter(patient=patient)
    phones = own.exclude(phone_key="").values("phone_key")
    reached = Guardian.objects.filter(clinic=patient.clinic_id, phone_key__in=phones).values("patient")
    called = Guardian.objects.filter(clinic=patient.clinic_id, name__in=own.values("name")).values("patient")
    together = Q(birth_date__in={way.birth_date for way in ways if way.birth_date}) | Q(pk__in=called)
    together |= Q(address=patient.address) if patient.address else Q()
    together |= Q(phone_key=patient.phone_key) if patient.phone_key else Q()
    keys = {name_keys.normalize_text(way.family_name) for way in ways} - {""}
    family = Q(pk__in=reached) | (Q(family_key__in=keys) & together)
    return Patient.objects.on_file().filter(family, clinic=patient.clinic_id).exclude(pk=patient.pk)


def _sibling_question_words(one: Patient) -> str:
    known = describe_patient(one)
    born = f", born {date_words(known.born, known.region)}" if known.born else ""
    first = f"{known.number or 'Another record'}, {known.name}{born}"
    return f"{first}, is likely of the same family and has nearly this name. Is this their visit?"


def _identical_question_words(same: Sequence[Patient]) -> str:
    one = describe_patient(same[0])
    first = f"{one.number or 'Another record'}, {one.name}"
    born = f"born {date_words(one.born, one.region)}" if one.born else ""
    more = [patient_record_number(other) or "one more record" for other in same[1:]]
    if not more:
        return f"{first}, {born}, has exactly this name and birth date. Is this their visit?"
    have = f"and {' and '.join(more)} have exactly this name and birth date"
    return f"{first}, {born}, {have}. Is this the visit of one of them?"


def _another_child_words(
    patient: Patient, before: RecordedIdentity, after: RecordedIdentity, *, is_typed: bool
) -> str:
    """Return the question. `is_typed`: the doubt comes from all that was typed, not this change alone."""
    was, new = (one.words(patient.clinic.region) for one in (before, after))
    if after.preferred_name != before.preferred_name and after.preferred_name:
        new = f"{new}, called {after.preferred_name}"
    says = "what was typed here says" if is_typed else "would then say"
    return f"{patient_record_words(patient)} was about {was}, and {says} {new}. Is this another child?"


def patient_record_words(patient: Patient) -> str:
    known = describe_patient(patient)
    return known.number or f"{known.name}’s record"


def audit_another_child_question(discrepancy: Discrepancy, *, by: Staff, at: dt.datetime) -> None:
    """Record that the question was asked and nothing written. Call inside a transaction."""
    audit.write_audit_event(
        action="discrepancy.asked_who",
        subject=discrepancy,
        at=at,
        by=by,
        patient_id=discrepancy.visit.patient_id,
        field=str(discrepancy.field),
    )
