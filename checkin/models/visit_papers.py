"""What was written down at a visit and stands on its child's chart: of whom it is, should that be another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q

from checkin.models import (
    ChartChange,
    ConsentRecord,
    DiscrepancyDecision,
    Guardian,
    Match,
    MatchDecision,
    PaperMove,
    Patient,
    Promise,
    StandingProxy,
    Visit,
    made_records,
    paper_words,
)
from checkin.models.own_records import follows, merged_here, own_record
from checkin.rules.consent_adults import Adult, Basis, split_adult
from checkin.rules.consent_meant import is_of_other_family
from checkin.rules.excuse_notes import Status
from checkin.rules.need_facts import Kind, Outcome
from checkin.rules.paper_fates import Facts, Paper, Whose, whose
from checkin.rules.understanding import written_over

DUE = (Kind.VACCINE, Kind.CHECK_UP)
SAID = (ConsentRecord, StandingProxy)
FOLLOWING: dict[type[Model], tuple[Paper, Callable[[Any], str]]] = {
    ConsentRecord: (Paper.CONSENT, paper_words.consent),
    StandingProxy: (Paper.PROXY, paper_words.proxy),
    Promise: (Paper.PROMISE, paper_words.promise),
    Guardian: (Paper.GUARDIAN, paper_words.guardian),
}


@dataclass(frozen=True, slots=True)
class VisitPaper:
    """One thing that was written at the visit, and of which child it may be."""

    paper: Paper
    row: Model
    what: str
    whose: tuple[Whose, ...]
    beside: str = ""
    """What the new chart says in the same place."""
    before: str = ""
    """What stood there before."""
    replaces: str = ""
    """What of the new chart gives way where it goes there, as far as it says something else."""

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{type(self.row).__name__.lower()}-{self.row.pk}"

    @property
    def asks(self) -> bool:
        """Whether a person has to say whose it is."""
        return len(self.whose) > 1


@dataclass(frozen=True, slots=True)
class Change:
    """The visit goes from one chart to another, or to none."""

    visit: Visit
    was: Patient | None
    now: Patient | None
    made_here: bool
    along: tuple[Model, ...] = ()
    """Rows of the record that the sign-in made: they go with the visit."""

    def facts(self, **more: object) -> Facts:
        known = Facts(made_here=self.made_here, waited=self.was is None, to_nobody=self.now is None)
        return known._replace(**more)  # type: ignore[arg-type]


def written_at(visit: Visit, now: Patient | None) -> list[VisitPaper]:
    """All that was written at this visit and bears on a change of its child to `now`, in order."""
    was = visit.patient
    if was == now:
        return []
    along = tuple(follows(visit, was)) if now is not None else ()
    change = Change(visit, was, now, made_here=is_made_here(visit), along=along)
    return [
        *followers(change),
        *consents(change),
        *proxies(change),
        *vaccines(change),
        *chart_changes(change),
        *corrections(change),
        *wishes(change),
        *answered_needs(change),
        *promises(change),
        *notes(change),
    ]


def is_made_here(visit: Visit) -> bool:
    """Whether the visit's record was made from its own sign-in, and no other visit has come to it."""
    patient = visit.patient
    if patient is None or made_records.is_of_others(patient, visit):
        return False
    made = MatchDecision.objects.filter(
        visit=visit, patient=patient, kind=MatchDecision.Kind.NEW_PATIENT, undone_by=None
    )
    return patient.is_provisional or made.exists()


def goes_whole(visit: Visit) -> bool:
    """Whether the visit's record is a new patient of this very sign-in, and of nothing else: it has no other
    child, so all of it is of whoever turns out to have come."""
    return visit.match == Match.NEW and is_made_here(visit)


def on_its_record(visit: Visit, now: Patient | None) -> list[VisitPaper]:
    """What stands on such a record at no visit, and goes along to `now`."""
    if now is None or now.pk is None or visit.patient is None or not goes_whole(visit):
        return []
    rows = made_records.at_no_visit(visit.patient)
    return [VisitPaper(paper, row, words(row), (Whose.NEW,)) for paper, row, words in rows]


def is_to_be_shown(papers: list[VisitPaper], visit: Visit) -> bool:
    """Whether a person has to see them first: what waits at a visit and asks nothing simply goes along."""
    return bool(papers) and (visit.patient_id is not None or any(one.asks for one in papers))


def digest(papers: Iterable[VisitPaper], rewrites: Iterable[PaperMove] = ()) -> str:
    """What a page showed, in short: another thing written, undone or settled since makes another one."""
    said = sorted(f"{one.key} {one.what} {','.join(one.whose)}" for one in papers)
    said += sorted(f"{one.subject} {one.subject_id} {one.paper}" for one in rewrites)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] if said else ""


def followers(change: Change) -> Iterator[VisitPaper]:
    """What was written at no visit, on the record that this visit's sign-in made: it is its child's.

    Of whom a word in force may be, is in doubt as where it was written at the visit.
    """
    for row in change.along:
        paper, words = FOLLOWING[type(row)]
        asks = isinstance(row, SAID) and is_in_force(row) and is_of_old_family(row, change)
        yield VisitPaper(paper, row, words(row), whose(paper, change.facts(said_by_old_family=asks)))


def consents(change: Change) -> Iterator[VisitPaper]:
    said = ConsentRecord.objects.filter(visit=change.visit, patient=change.was)
    if not change.made_here:  # else the record may count as none then, so what is over goes along too
        said = said.filter(withdrawn_at=None)
    for row in said.order_by("pk"):
        fates = whose(Paper.CONSENT, change.facts(said_by_old_family=is_of_old_family(row, change)))
        words = paper_words.with_end(paper_words.consent(row), is_over=not is_in_force(row))
        yield VisitPaper(Paper.CONSENT, row, words, fates)


def proxies(change: Change) -> Iterator[VisitPaper]:
    granted = StandingProxy.objects.filter(visit=change.visit, patient=change.was)
    if not change.made_here:
        granted = granted.filter(revoked_at=None)
    for row in granted.order_by("pk"):
        fates = whose(Paper.PROXY, change.facts(said_by_old_family=is_of_old_family(row, change)))
        words = paper_words.with_end(paper_words.proxy(row), is_over=not is_in_force(row))
        yield VisitPaper(Paper.PROXY, row, words, fates)


def is_in_force(row: ConsentRecord | StandingProxy) -> bool:
    """Whether nobody has withdrawn it, or revoked it."""
    return (row.withdrawn_at if isinstance(row, ConsentRecord) else row.revoked_at) is None


def is_of_old_family(row: ConsentRecord | StandingProxy, change: Change) -> bool:
    """Whether it may be the word of somebody of the old chart, who is none of the new one and is not here."""
    here, is_by_phone = Adult(change.visit.sign_in.escort_name), False
    if isinstance(row, ConsentRecord):
        if row.basis in (Basis.OWN, Basis.CLINICIAN):
            return False
        adult = Adult(row.who, row.phone, row.relationship)
        is_by_phone = Basis.TELEPHONE in (row.basis, row.how)
    else:
        adult = Adult(row.granted_by)
    if adult.same_as(here) and not is_by_phone:
        return False
    return is_of_other_family(adult, *(family(one, change) for one in (change.was, change.now)))


def family(patient: Patient | None, change: Change) -> list[Adult]:
    """Guardians, proxies and grantors on this chart, apart from what goes with the visit itself."""
    if patient is None or patient.pk is None:
        return []
    known, visit = [], change.visit
    for guardian in Guardian.objects.filter(patient=patient):
        if guardian not in change.along:
            known.append(Adult(guardian.name, guardian.phone, guardian.relationship))
    others = StandingProxy.objects.filter(Q(visit=None) | ~Q(visit=visit), patient=patient, revoked_at=None)
    for one in others:
        if one not in change.along:
            known += [Adult(one.name, "", one.relationship), split_adult(Adult(one.granted_by))]
    return known


def vaccines(change: Change) -> Iterator[VisitPaper]:
    """What was given or done: a due need of a visit that is done is its own child's."""
    done = change.visit.needs.filter(kind__in=DUE, status=Outcome.DONE).select_related("due_item")
    for need in done.order_by("pk"):
        fates = whose(Paper.VACCINE, change.facts())
        yield VisitPaper(Paper.VACCINE, need, paper_words.given(need), fates)


def chart_changes(change: Change) -> Iterator[VisitPaper]:
    """Language, interpreter and access needs that were put on the chart, or wait to be."""
    status = ChartChange.Status.WAITS if change.was is None else ChartChange.Status.STANDS
    rows = ChartChange.objects.filter(visit=change.visit, subject="Patient", status=status)
    if change.was is not None:
        # Also what was written on a record that has been merged into this one since.
        rows = rows.filter(patient__in=merged_here(change.was.pk))
    for row in rows.order_by("pk"):
        beside = {name: getattr(change.now, name) for name in row.after} if change.now else {}
        replaced = written_over(beside, row.after)
        fates = whose(Paper.CHART, change.facts(differs=bool(replaced)))
        there = {name: getattr(change.was, name) for name in row.after} if is_own(row, change) else row.after
        # A merge may have left it off the old chart: then it stands on the record that the sign-in made.
        yield VisitPaper(
            Paper.CHART,
            row,
            paper_words.chart(row.after),
            fates,
            beside=paper_words.chart(beside) if beside else "",
            before=paper_words.chart(there if there != row.after else row.before),
            replaces=paper_words.chart(replaced) if replaced else "",
        )


def is_own(row: ChartChange, change: Change) -> bool:
    """Whether it stands on the record that the sign-in made, which was merged into the old chart."""
    if change.was is None or row.patient_id == change.was.pk:
        return False
    merge = own_record(change.visit, change.was)
    return merge is not None and row.patient_id == merge.merged_id


def corrections(change: Change) -> Iterator[VisitPaper]:
    """Differences from the old chart that somebody settled, or is asking about."""
    decided = DiscrepancyDecision.objects.filter(
        discrepancy__visit=change.visit, undoes=None, undone_by=None
    ).exclude(discrepancy__status="withdrawn")
    last = {one.discrepancy_id: one for one in decided.select_related("discrepancy").order_by("pk")}
    # Also what was written on a record that has been merged into this one since.
    charts = merged_here(change.was.pk) if change.was is not None and last else []
    for one in last.values():
        kept = one.kind != DiscrepancyDecision.Kind.USE_NEW
        if change.was is None or not kept and paper_words.chart_of(one) not in charts:
            continue
        fates = whose(Paper.CORRECTION, change.facts(is_kept_old=kept))
        words = paper_words.settled(one) if kept else paper_words.correction(one)
        before = "" if kept else paper_words.row_values(one.before)
        yield VisitPaper(Paper.CORRECTION, one.discrepancy, words, fates, before=before)


def wishes(change: Change) -> Iterator[VisitPaper]:
    """The last word of the adult who is here: it stands for those under it, which go where it goes."""
    rows = ChartChange.objects.filter(visit=change.visit, subject="Escort").exclude(status="taken_off")
    said, last = change.visit.sign_in, rows.order_by("at", "pk").last()
    found: list[tuple[Model, str]] = [(last, paper_words.wish(last.after))] if last else []
    if not found and said.remember and not said.is_patient:
        found = [(said, paper_words.wish(paper_words.said_wishes(said)))]
    for row, words in found:
        yield VisitPaper(Paper.WISH, row, words, whose(Paper.WISH, change.facts()))


def answered_needs(change: Change) -> Iterator[VisitPaper]:
    """Needs that a person answered, beside what was given."""
    answered = change.visit.needs.exclude(status__in=[Outcome.OPEN, Outcome.LAPSED])
    for need in answered.exclude(kind__in=DUE, status=Outcome.DONE).order_by("pk"):
        if change.was is None and need.kind not in (Kind.MATCH, Kind.DISCREPANCY):
            continue
        fates = whose(Paper.NEED, change.facts(need=(need.kind, need.key, need.status)))
        yield VisitPaper(Paper.NEED, need, paper_words.answered(need), fates)


def promises(change: Change) -> Iterator[VisitPaper]:
    for row in change.visit.promises.order_by("pk"):
        yield VisitPaper(Paper.PROMISE, row, paper_words.promise(row), whose(Paper.PROMISE, change.facts()))


def notes(change: Change) -> Iterator[VisitPaper]:
    for row in change.visit.excuse_notes.filter(status=Status.ISSUED).order_by("pk"):
        yield VisitPaper(Paper.NOTE, row, paper_words.note(row), whose(Paper.NOTE, change.facts()))
