"""What was typed beside what is recorded, visit by visit, for a person to decide."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch, QuerySet

from checkin.models import Clinic, Discrepancy, DiscrepancyDecision, Patient, Visit
from checkin.models import lookup as records
from checkin.models.paper_words import chart_of
from checkin.queries.comparing import Line, day, plain
from checkin.rules import claims, discrepancies, names
from checkin.rules.visits import State

Field, Kind, Status = Discrepancy.Field, DiscrepancyDecision.Kind, Discrepancy.Status
MOST_OPEN = 80
MOST_SETTLED = 20
OTHER_VISIT = "visit "


@dataclass(slots=True)
class Item:
    """One difference: both sides with the differing letters marked, and what each choice will do."""

    row: Discrepancy
    typed: list[Line]
    recorded: list[Line]
    as_typed: str
    use_new: str
    cannot: str
    called: str
    newest: DiscrepancyDecision | None
    standing: DiscrepancyDecision | None
    other: Visit | None = None
    of: str = ""
    """Whose record it is about: the one that was written, also where the visit is another child's now."""
    after: int = 0
    """The next difference on the page, to go on to; 0 where this is the last."""

    @property
    def did(self) -> str:
        """What was chosen, as it is said afterwards."""
        if self.row.field == Field.SIGN_IN:
            return "seen"
        if self.standing is not None and self.standing.kind == Kind.USE_NEW:
            return (
                "kept as what they are called" if "preferred_name" in self.standing.after else "used the new"
            )
        return "kept the old"

    @property
    def is_open(self) -> bool:
        return self.row.status in (Status.OPEN, Status.ASKING)


@dataclass(slots=True)
class Group:
    """One visit with its differences."""

    visit: Visit
    items: list[Item] = field(default_factory=list)


def waiting(clinic: Clinic, location_id: int, *, today: dt.date) -> list[Group]:
    """Everything open at this front desk: today's families by turn, then what older visits left open."""
    rows = with_all(clinic, location_id).filter(status__in=[Status.OPEN, Status.ASKING])
    now = rows.filter(visit__local_date=today).order_by("visit__turn_at", "visit_id", "pk")
    older = rows.filter(visit__local_date__lt=today).order_by("-visit__arrived_at", "visit_id", "pk")
    found = list(now[:MOST_OPEN])
    return grouped(clinic, found + list(older[: MOST_OPEN - len(found)]))


def settled_today(clinic: Clinic, location_id: int, *, today: dt.date) -> list[Group]:
    """Today's visits with what was decided of them, the latest first."""
    rows = with_all(clinic, location_id).filter(status=Status.SETTLED, visit__local_date=today)
    return grouped(clinic, rows.order_by("-settled_at", "-pk")[:MOST_SETTLED])


def of_visit(visit: Visit) -> list[Item]:
    """All of one visit's, open ones first; what is no longer so is left out."""
    rows = with_all(visit.clinic, visit.location_id).filter(visit=visit).exclude(status=Status.WITHDRAWN)
    groups = grouped(visit.clinic, rows.order_by("pk"))
    items = groups[0].items if groups else []
    return sorted(items, key=lambda one: not one.is_open)


def with_all(clinic: Clinic, location_id: int) -> QuerySet[Discrepancy]:
    decisions = DiscrepancyDecision.objects.select_related("by", "undone_by").order_by("pk")
    rows = clinic.discrepancies.filter(visit__location_id=location_id)
    return (
        rows.exclude(visit__state=State.ENTERED_IN_ERROR)
        .select_related("visit__sign_in", "visit__patient", "visit__escort", "visit__location")
        .prefetch_related(Prefetch("decisions", queryset=decisions, to_attr="told"))
    )


def grouped(clinic: Clinic, rows: Iterable[Discrepancy]) -> list[Group]:
    """By visit, in the order they came; three queries with the other visits that are named."""
    found = list(rows)
    others = other_visits(clinic, found)
    groups: dict[int, Group] = {}
    for row in found:
        row.visit.clinic = row.visit.location.clinic = clinic
        group = groups.setdefault(row.visit_id, Group(row.visit))
        group.items.append(item(row, group.visit, others))
    items = [one for group in groups.values() for one in group.items]
    for one, following in itertools.pairwise(items):
        one.after = following.row.pk
    return list(groups.values())


def other_visits(clinic: Clinic, rows: Iterable[Discrepancy]) -> dict[str, Visit]:
    """The visits that a second sign-in of the same child names, by the words that name them."""
    said = {row.recorded for row in rows if row.field == Field.SIGN_IN}
    ids = [one.removeprefix(OTHER_VISIT) for one in said if one.startswith(OTHER_VISIT)]
    if not ids:
        return {}
    named = clinic.visits.filter(pk__in=[int(one) for one in ids if one.isdecimal()])
    visits = named.select_related("location")
    return {f"{OTHER_VISIT}{visit.pk}": visit for visit in visits}


def item(row: Discrepancy, visit: Visit, others: dict[str, Visit]) -> Item:
    claim = replace(records.said(visit.sign_in), cut=tuple(visit.sign_in.cut))
    change = discrepancies.change(row.field, claim, today=visit.local_date, day_first=visit.clinic.day_first)
    typed, recorded = sides(row, visit)
    told: list[DiscrepancyDecision] = row.told  # type: ignore[attr-defined]
    stands = [one for one in told if one.undoes_id is None and getattr(one, "undone_by", None) is None]
    given = claim.child_given_name if row.field == Field.NAME and visit.patient else ""
    standing = stands[-1] if stands else None
    return Item(
        row=row,
        of=record_name(standing, visit),
        typed=typed,
        recorded=recorded,
        as_typed=row.typed if row.field == Field.BIRTH_DATE and row.typed not in words(typed) else "",
        use_new="" if change.problem or not visit.patient else what_it_does(row, visit, change),
        cannot=change.problem or ("" if visit.patient else "Match this visit to a child first."),
        called=given,
        newest=told[-1] if told else None,
        standing=standing,
        other=others.get(row.recorded),
    )


def record_name(standing: DiscrepancyDecision | None, visit: Visit) -> str:
    """The name on the record that was written, or on the visit's."""
    written = standing if standing is not None and standing.kind == Kind.USE_NEW else None
    patient_id = chart_of(written) if written else visit.patient_id
    if patient_id is None or patient_id == visit.patient_id:
        return visit.patient.name if visit.patient else str(visit.token)
    return Patient.objects.get(pk=patient_id).name


def sides(row: Discrepancy, visit: Visit) -> tuple[list[Line], list[Line]]:
    """Both sides as lines of (text, is different)."""
    if row.field == Field.SIGN_IN:
        return plain(row.typed), []
    typed, recorded = row.typed, row.recorded
    if row.field == Field.BIRTH_DATE:
        read = claims.birth_date(typed, today=visit.local_date, day_first=visit.clinic.day_first).date
        typed, recorded = day(read) or typed, day(date_of(recorded))
    several = row.field == Field.GUARDIAN and ", " in recorded
    if several or not typed or not recorded:
        return plain(typed), plain(*recorded.split(", ")) if several else plain(recorded)
    left, right = names.differences(typed, recorded)
    if is_another(left) or is_another(right):
        return [[(typed, True)]], [[(recorded, True)]]
    return [left], [right]


def is_another(line: Line) -> bool:
    """Whether so little is the same that single letters would only be noise: mark the whole of it."""
    same = sum(len(text) for text, different in line if not different)
    return same * 2 < sum(len(text) for text, _ in line)


def words(lines: list[Line]) -> str:
    return " ".join(text for line in lines for text, _ in line)


def date_of(iso: str) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None


def what_it_does(row: Discrepancy, visit: Visit, change: discrepancies.Change) -> str:
    """What using the new will write, said before it is done."""
    patient, columns = visit.patient, change.columns
    assert patient is not None  # noqa: S101
    if row.field == Field.NAME:
        given = columns.get("given_name", patient.given_name)
        family = columns.get("family_name", patient.family_name)
        return f"The record will say {given} {family}, with {family or 'no name'} as the family name."
    if row.field == Field.BIRTH_DATE:
        return f"The record will say born {day(date_of(str(columns['birth_date'])))}."
    if row.field == Field.PHONE:
        whose = visit.escort.name if visit.escort and visit.escort.name else "who brought them"
        return f"The number on record of {whose} will be {columns['phone']}."
    if row.field == Field.GUARDIAN:
        return f"Adds {columns['name']} as a contact who may not consent until somebody says so."
    kept = ", ".join(filter(None, [patient.city, patient.postcode]))
    stays = f" City and postcode stay: {kept}." if kept else ""
    return f"The address on record will be as typed.{stays}"


def last_word(clinic: Clinic, decision_id: int) -> DiscrepancyDecision | None:
    """This decision of the clinic's, unless another has followed it on the same difference."""
    found = DiscrepancyDecision.objects.filter(pk=decision_id, discrepancy__clinic=clinic)
    made = found.select_related("discrepancy__visit__patient", "by").first()
    if made is None or made.discrepancy.decisions.filter(pk__gt=made.pk).exists():
        return None
    return made
