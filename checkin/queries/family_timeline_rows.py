"""Select the rows of a family's timeline, each kind with everything that its line needs."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple, Self

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from checkin.models import (
    AfterWord,
    ChartChange,
    ConsentRecord,
    DiscrepancyDecision,
    Escort,
    ExcuseNote,
    Guardian,
    MatchDecision,
    Need,
    NeedAnswer,
    PaperMove,
    Patient,
    Promise,
    PromiseDecision,
    StandingProxy,
    ToldFamily,
    Visit,
)
from checkin.models.confidential_marks import leave_out_confidential_escorts
from checkin.models.sign_in_record_merges import record_ids_with_merged
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.need_types import NeedOutcome
from checkin.rules.promises import PromiseStatus


class TimelineChild(NamedTuple):
    """The child of the timeline, its records, and the time of reading."""

    patient: Patient
    records: list[int]
    """Ids of its record and of those merged into it, on which some rows stay."""
    at: dt.datetime

    @classmethod
    def of(cls, patient: Patient, *, at: dt.datetime) -> Self:
        return cls(patient, record_ids_with_merged(patient.pk), at)


def select_family_visits(child: TimelineChild) -> QuerySet[Visit]:
    return child.patient.visits.select_related("sign_in", "clinic", "patient")


def select_remembered_escorts(child: TimelineChild) -> QuerySet[Escort]:
    """Return adults who asked us to remember or forget how they like to be served."""
    return leave_out_confidential_escorts(child.patient.escorts.exclude(remembered_at=None))


def select_family_promises(child: TimelineChild) -> QuerySet[Promise]:
    return child.patient.promises.select_related("promised_by", "owner").with_origin()


def select_broken_promises(child: TimelineChild) -> QuerySet[Promise]:
    """Return promises that were open past their due time, whether or not they were kept later."""
    late = Q(ended_at=None) | Q(ended_at__gt=F("due_at"))
    stood = child.patient.promises.exclude(status=PromiseStatus.UNDONE)
    return stood.filter(late, due_at__lte=child.at).select_related("owner")


def select_promise_ends(child: TimelineChild) -> QuerySet[PromiseDecision]:
    """Return decisions that ended promises, and their undos. Attempts are only on the promise's page."""
    found = PromiseDecision.objects.ends_and_their_undos().filter(promise__patient=child.patient)
    return found.select_related("promise", "by", "undone_by", "undoes")


def select_answered_needs(child: TimelineChild) -> QuerySet[Need]:
    """Return its answered needs. What was declined for another child is in that child's timeline."""
    of_it = Q(due_item=None) | Q(status=NeedOutcome.DONE) | Q(due_item__patient__in=child.records)
    found = Need.objects.filter(of_it, visit__patient=child.patient).exclude(answered_at=None)
    return found.exclude(status=NeedOutcome.LAPSED).select_related("answered_by")


def select_told_concerns(child: TimelineChild) -> QuerySet[ToldFamily]:
    found = ToldFamily.objects.filter(answer__need__visit__patient=child.patient)
    return found.select_related("answer__need", "by")


def select_family_notes(child: TimelineChild) -> QuerySet[ExcuseNote]:
    return ExcuseNote.objects.numbered().filter(visit__patient=child.patient).select_related("issued_by")


def select_family_consents(child: TimelineChild) -> QuerySet[ConsentRecord]:
    return child.patient.consent_records.select_related("heard_by")


def select_family_feedback(child: TimelineChild) -> QuerySet[AfterWord]:
    return AfterWord.objects.filter(visit__patient=child.patient)


def select_discrepancy_decisions(child: TimelineChild) -> QuerySet[DiscrepancyDecision]:
    """Return decisions about this child's record, even if the visit is another child's now."""
    was, became = Q(previous_patient__in=child.records), Q(patient__in=child.records)
    ever_theirs = MatchDecision.objects.filter(was | became).values("visit")
    theirs = Q(discrepancy__visit__patient__in=child.records) | Q(discrepancy__visit__in=ever_theirs)
    found = annotate_decision_record(DiscrepancyDecision.objects.filter(theirs)).filter(
        record__in=child.records
    )
    return found.select_related(
        "discrepancy__visit__patient", "discrepancy__visit__sign_in", "by", "undone_by"
    )


def annotate_decision_record(found: QuerySet[DiscrepancyDecision]) -> QuerySet[Any]:
    """Return the decisions with `record`, the id of their record; an undo's is that of what it undoes."""
    of = Case(
        When(undoes=None, then=_decision_record_expression("")),
        default=_decision_record_expression("undoes__"),
    )
    return found.annotate(record=of)


def _decision_record_expression(prefix: str) -> Coalesce:
    """Return an expression for the record that was written or, if none, for the visit's record then."""
    subject, pk, at = (f"{prefix}{name}" for name in ("subject", "subject_id", "at"))
    visit = f"{prefix}discrepancy__visit"
    made = MatchDecision.objects.filter(visit=OuterRef(visit)).order_by("pk")
    return Coalesce(
        Case(
            When(**{subject: "Patient"}, then=F(pk)),
            *(
                When(**{subject: model.__name__}, then=Subquery(rows.values("patient")[:1]))
                for model in (Escort, Guardian)
                for rows in [model._default_manager.filter(pk=OuterRef(pk))]
            ),
            output_field=BigIntegerField(),
        ),
        Subquery(made.filter(at__lte=OuterRef(at)).reverse().values("patient")[:1]),
        Subquery(made.filter(at__gt=OuterRef(at)).values("previous_patient")[:1]),
        F(f"{visit}__patient"),
        output_field=BigIntegerField(),
    )


def select_kept_need_answers(child: TimelineChild) -> QuerySet[NeedAnswer]:
    """Return answers about what this child got or declined at a visit that is another child's now."""
    of_need = PaperMove.objects.filter(paper=EntryKind.VACCINE, subject="Need", done=EntryOutcome.KEPT)
    kept = of_need.filter(patient__in=child.records, decision__undone_by=None)
    later = kept.filter(subject_id=OuterRef("need_id"), decision__at__gte=OuterRef("at"))
    left = [NeedOutcome.DECLINED, NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED, NeedOutcome.LEFT_OPEN]
    due = Need.objects.filter(due_item__patient__in=child.records, status__in=left)
    elsewhere = due.filter(Q(visit__patient=None) | ~Q(visit__patient=child.patient))
    stands = Q(need__in=elsewhere, outcome=F("need__status"), undoes=None)
    found = NeedAnswer.objects.filter(
        Q(Exists(later), outcome=NeedOutcome.DONE) | stands,
        need__in=kept.values("subject_id").union(elsewhere.values("pk")),
        undone_by=None,
    )
    return found.select_related("need__visit", "by")


def select_family_chart_changes(child: TimelineChild) -> QuerySet[ChartChange]:
    """Return language, interpreter and access needs that staff wrote while the family was here."""
    stands = ChartChange.objects.standing_on_charts()
    return stands.filter(patient__in=child.records).select_related("by")


def select_filed_proxies(child: TimelineChild) -> QuerySet[StandingProxy]:
    """Return written proxies whose filing time is known."""
    return child.patient.standing_proxies.exclude(recorded_at=None).select_related("recorded_by")


def select_revoked_proxies(child: TimelineChild) -> QuerySet[StandingProxy]:
    return child.patient.standing_proxies.exclude(revoked_at=None).select_related("revoked_by")


def list_expired_proxies(child: TimelineChild) -> list[StandingProxy]:
    """Return proxies that expired without being revoked before. In a list, because a child has few."""
    today = child.patient.clinic.local_date(child.at)
    rows = child.patient.standing_proxies.filter(expires_on__lt=today).select_related("clinic")
    return [one for one in rows if one.revoked_at is None or one.revoked_at >= proxy_end_moment(one)]


def proxy_end_moment(proxy: StandingProxy) -> dt.datetime:
    """Return the first moment when the proxy is no longer valid, on the clinic's clock."""
    assert proxy.expires_on is not None, "only one that expires has an end"  # noqa: S101
    return proxy.clinic.day(proxy.expires_on)[1]
