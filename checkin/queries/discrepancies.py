"""Reads for the discrepancies page: typed next to recorded, by visit, for a person to decide."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch

from checkin.models import Clinic, Discrepancy, DiscrepancyDecision, Patient, Visit
from checkin.models.discrepancies import DiscrepancyQuerySet
from checkin.models.entry_wording import corrected_patient_id
from checkin.models.hidden_addresses import hide_discrepancy_address, hide_typed_address
from checkin.queries import patient_dossiers
from checkin.queries.match_comparisons import MarkedLine, date_words_or_blank, unmarked_lines
from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules import name_keys, sign_in_claims
from checkin.rules.phones import format_phone

_DiscrepancyField, _DiscrepancyDecisionKind, _DiscrepancyStatus = (
    Discrepancy.Field,
    DiscrepancyDecision.Kind,
    Discrepancy.Status,
)
_MOST_OPEN_DISCREPANCIES = 80
_MOST_SETTLED_DISCREPANCIES = 20


@dataclass(slots=True)
class DiscrepancyItem:
    """One discrepancy: both sides with differing letters marked, and what each choice will do."""

    row: Discrepancy
    typed: list[MarkedLine]
    recorded: list[MarkedLine]
    as_typed: str
    use_new: str
    cannot: str
    called: str
    newest: DiscrepancyDecision | None
    standing: DiscrepancyDecision | None
    other: Visit | None = None
    of: str = ""
    """The name on the record that it is about, even if the visit is another child's now."""
    after: int = 0
    """The id of the next discrepancy on the page; 0 if this is the last."""

    @property
    def typed_words(self) -> str:
        return _join_line_texts(self.typed)

    @property
    def recorded_words(self) -> str:
        return _join_line_texts(self.recorded)

    @property
    def did(self) -> str:
        """The choice that was made, in words."""
        if self.row.field == _DiscrepancyField.SIGN_IN:
            return "seen"
        if self.standing is not None and self.standing.kind == _DiscrepancyDecisionKind.USE_NEW:
            return (
                "kept as what they are called" if "preferred_name" in self.standing.after else "used the new"
            )
        return "kept the old"

    @property
    def is_open(self) -> bool:
        return self.row.status in (_DiscrepancyStatus.OPEN, _DiscrepancyStatus.ASKING)


@dataclass(slots=True)
class VisitDiscrepancies:
    """One visit with its discrepancies."""

    visit: Visit
    items: list[DiscrepancyItem] = field(default_factory=list)


def list_open_discrepancies(clinic: Clinic, location_id: int, *, today: dt.date) -> list[VisitDiscrepancies]:
    """Return open discrepancies at this front desk, by visit: today's visits by turn, then the others."""
    rows = _select_discrepancies(clinic, location_id).open()
    now = rows.filter(visit__local_date=today).order_by("visit__turn_at", "visit_id", "pk")
    # Not only earlier days: a clock that ran ahead dates visits after today.
    others = rows.exclude(visit__local_date=today).order_by("-visit__arrived_at", "visit_id", "pk")
    found = list(now[:_MOST_OPEN_DISCREPANCIES])
    return _group_discrepancies_by_visit(
        clinic, found + list(others[: _MOST_OPEN_DISCREPANCIES - len(found)])
    )


def list_discrepancies_settled_today(
    clinic: Clinic, location_id: int, *, today: dt.date
) -> list[VisitDiscrepancies]:
    """Return today's settled discrepancies, by visit, the latest decision first."""
    rows = _select_discrepancies(clinic, location_id).filter(
        status=_DiscrepancyStatus.SETTLED, visit__local_date=today
    )
    return _group_discrepancies_by_visit(
        clinic, rows.order_by("-settled_at", "-pk")[:_MOST_SETTLED_DISCREPANCIES]
    )


def list_discrepancies_of_visit(visit: Visit) -> list[DiscrepancyItem]:
    """Return one visit's discrepancies, open ones first, without withdrawn ones."""
    rows = (
        _select_discrepancies(visit.clinic, visit.location_id)
        .filter(visit=visit)
        .exclude(status=_DiscrepancyStatus.WITHDRAWN)
    )
    groups = _group_discrepancies_by_visit(visit.clinic, rows.order_by("pk"))
    items = groups[0].items if groups else []
    return sorted(items, key=lambda one: not one.is_open)


def _select_discrepancies(clinic: Clinic, location_id: int) -> DiscrepancyQuerySet:
    decisions = DiscrepancyDecision.objects.select_related("by", "undone_by").order_by("pk")
    return (
        clinic.discrepancies.at_location(location_id)
        .select_related("visit__sign_in", "visit__patient", "visit__escort", "visit__location")
        .prefetch_related(Prefetch("decisions", queryset=decisions, to_attr="told"))
    )


def _group_discrepancies_by_visit(clinic: Clinic, rows: Iterable[Discrepancy]) -> list[VisitDiscrepancies]:
    """Return the rows grouped by visit, in order.

    Runs up to three queries, up to two more per standing “use the new”, and one per settled address.
    """
    found = [hide_discrepancy_address(row) for row in rows]
    others = _find_other_visits_named(clinic, found)
    groups: dict[int, VisitDiscrepancies] = {}
    for row in found:
        row.visit.clinic = row.visit.location.clinic = clinic
        row.visit = hide_typed_address(row.visit)
        group = groups.setdefault(row.visit_id, VisitDiscrepancies(row.visit))
        group.items.append(_make_discrepancy_item(row, group.visit, others))
    items = [one for group in groups.values() for one in group.items]
    for one, following in itertools.pairwise(items):
        one.after = following.row.pk
    return list(groups.values())


def _find_other_visits_named(clinic: Clinic, rows: Iterable[Discrepancy]) -> dict[int, Visit]:
    """Return, by id, the visits at which a child is already signed in."""
    ids = {row.other_visit_id for row in rows if row.other_visit_id is not None}
    if not ids:
        return {}
    return {visit.pk: visit for visit in clinic.visits.filter(pk__in=ids).select_related("location")}


def _make_discrepancy_item(row: Discrepancy, visit: Visit, others: dict[int, Visit]) -> DiscrepancyItem:
    claim = replace(patient_dossiers.restore_sign_in_claim(visit.sign_in), cut=tuple(visit.sign_in.cut))
    change = discrepancy_rules.build_discrepancy_change(
        row.field, claim, today=visit.local_date, day_first=visit.clinic.day_first
    )
    typed, recorded = _discrepancy_sides(row, visit)
    told: list[DiscrepancyDecision] = row.told  # type: ignore[attr-defined]  # prefetched
    stands = [one for one in told if one.is_standing]
    given = claim.child_given_name if row.field == _DiscrepancyField.NAME and visit.patient else ""
    standing = stands[-1] if stands else None
    return DiscrepancyItem(
        row=row,
        of=_discrepancy_record_name(standing, visit),
        typed=typed,
        recorded=recorded,
        as_typed=row.typed
        if row.field == _DiscrepancyField.BIRTH_DATE and row.typed not in _join_line_texts(typed)
        else "",
        use_new="" if change.problem or not visit.patient else _use_new_effect(row, visit, change),
        cannot=change.problem or ("" if visit.patient else "Match this visit to a child first."),
        called=given,
        newest=told[-1] if told else None,
        standing=standing,
        other=others.get(row.other_visit_id or 0),
    )


def _discrepancy_record_name(standing: DiscrepancyDecision | None, visit: Visit) -> str:
    """Return the name on the record that the decision wrote, or else on the visit's record."""
    written = standing if standing is not None and standing.kind == _DiscrepancyDecisionKind.USE_NEW else None
    patient_id = corrected_patient_id(written) if written else visit.patient_id
    if patient_id is None or patient_id == visit.patient_id:
        return visit.patient.name if visit.patient else str(visit.token)
    return Patient.objects.get(pk=patient_id).name


def _discrepancy_sides(row: Discrepancy, visit: Visit) -> tuple[list[MarkedLine], list[MarkedLine]]:
    """Return the typed and the recorded side, each as lines of (text, is different)."""
    if row.field == _DiscrepancyField.SIGN_IN:
        return unmarked_lines(row.typed), []
    typed, recorded = row.typed, row.recorded
    if row.field == _DiscrepancyField.BIRTH_DATE:
        read = sign_in_claims.read_typed_birth_date(
            typed, today=visit.local_date, day_first=visit.clinic.day_first
        ).date
        typed, recorded = (
            date_words_or_blank(read, visit.clinic.region) or typed,
            date_words_or_blank(_parse_recorded_date(recorded), visit.clinic.region),
        )
    if row.field == _DiscrepancyField.PHONE:
        typed, recorded = (format_phone(one, visit.clinic.region) for one in (typed, recorded))
    several = row.field == _DiscrepancyField.GUARDIAN and ", " in recorded
    if several or not typed or not recorded:
        return unmarked_lines(typed), unmarked_lines(*recorded.split(", ")) if several else unmarked_lines(
            recorded
        )
    if row.field == _DiscrepancyField.PHONE and name_keys.has_digit_in_each(typed, recorded):
        left, right = name_keys.mark_digit_differences(typed, recorded)
        return [left], [right]
    left, right = name_keys.mark_text_differences(typed, recorded)
    if _is_mostly_different(left) or _is_mostly_different(right):
        return [[(typed, True)]], [[(recorded, True)]]
    return [left], [right]


def _is_mostly_different(line: MarkedLine) -> bool:
    """Return whether too little is equal to mark single letters, so that the whole text is marked."""
    same = sum(len(text) for text, different in line if not different)
    return same * 2 < sum(len(text) for text, _ in line)


def _join_line_texts(lines: list[MarkedLine]) -> str:
    return " ".join(text for line in lines for text, _ in line)


def _parse_recorded_date(iso: str) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None


def _use_new_effect(row: Discrepancy, visit: Visit, change: discrepancy_rules.DiscrepancyChange) -> str:
    """Return, in a sentence, what “use the new” will write."""
    patient, columns = visit.patient, change.columns
    assert patient is not None  # noqa: S101
    if row.field == _DiscrepancyField.NAME:
        given = columns.get("given_name", patient.given_name)
        family = columns.get("family_name", patient.family_name)
        return f"The record will say {given} {family}, with {family or 'no name'} as the family name."
    if row.field == _DiscrepancyField.BIRTH_DATE:
        born = _parse_recorded_date(str(columns["birth_date"]))
        return f"The record will say born {date_words_or_blank(born, visit.clinic.region)}."
    if row.field == _DiscrepancyField.PHONE:
        whose = visit.escort.name if visit.escort and visit.escort.name else "who brought them"
        number = format_phone(str(columns["phone"]), visit.clinic.region)
        return f"The number on record of {whose} will be {number}."
    if row.field == _DiscrepancyField.GUARDIAN:
        return f"Adds {columns['name']} as a contact who may not consent until somebody says so."
    kept = "" if patient.address_hidden else ", ".join(filter(None, [patient.city, patient.postcode]))
    stays = f" City and postal code stay: {kept}." if kept else ""
    return f"The address on record will be as typed.{stays}"


def find_last_discrepancy_decision(clinic: Clinic, decision_id: int) -> DiscrepancyDecision | None:
    """Return this decision; None if a later one was made about the same discrepancy, or there is none."""
    found = DiscrepancyDecision.objects.filter(pk=decision_id, discrepancy__clinic=clinic)
    made = found.select_related("discrepancy__visit__patient", "by").first()
    if made is None or made.discrepancy.decisions.filter(pk__gt=made.pk).exists():
        return None
    return made
