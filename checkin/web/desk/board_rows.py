"""Rows of the board as HTML. Each is rendered once and cached; pages only join them."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.core.cache import caches
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils import translation
from django.utils.safestring import mark_safe

from checkin.models import Clinic, MatchState, SignInChannel, Visit
from checkin.models.understanding import typed_language_tag
from checkin.queries import board as board_queries
from checkin.queries import preferences as preference_queries
from checkin.rules.ages import age_words
from checkin.rules.confidential_visits import NEUTRAL_MARK
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.local_formats import weekday_and_date_words
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.shown_preferences import ShownPreference
from checkin.rules.urgent_signs import UrgentSource
from checkin.rules.visit_steps import (
    VISIT_STEP_KEYS,
    VISIT_STEP_VERBS,
    WAITING_VISIT_STATES,
    VisitState,
    next_visit_state,
)
from checkin.web import page_versions
from checkin.web.desk.need_chips import MOST_CHIPS_SHOWN, NeedChip, build_visit_chips
from checkin.web.locations import reverse_with_id

_BOARD_LANGUAGE = "en"


class _RowStep(NamedTuple):
    to: str
    words: str
    key: str
    address: str


class _Responder(NamedTuple):
    """Who is going to a child that cannot wait, or is asked to: the name, and the words after it."""

    name: str
    then: str

    @property
    def words(self) -> str:
        return f"{self.name}{self.then}"


class _BoardRow(NamedTuple):
    """Everything a row shows, as text."""

    visit: Visit
    token: str
    state: str
    address: str
    turn: int
    raised: int
    urgent_label: str
    goes: _Responder | None
    take: str
    since: int
    clock: str
    day: dt.date | None
    """Its day, if that is not today: such visits are shown separately."""
    day_words: str
    booked: str
    child: str
    about: str
    brought_by: str
    relationship: str
    hint: str
    chips: list[NeedChip]
    more: int
    needs: str
    note: str
    is_read: bool
    """Whether somebody has read what the family typed at the kiosk."""
    likes: list[ShownPreference]
    language: str
    """The language tag of what the family typed, if that is not the board's."""
    sealed: str
    """The address of what is sealed, if there is anything."""
    clinician: str
    """With whom they are booked."""
    step: _RowStep


def _row_cache_key(clinic: Clinic, visit_id: int, version: int, today: dt.date) -> str:
    """Includes what else a row depends on.

    Ages change at midnight, rows have links with the URL prefix, and an administrator may change the region
    or time zone, by which times are written.
    """
    place = f"{_BOARD_LANGUAGE}-{clinic.region}-{clinic.time_zone}"
    return f"{visit_id}-{version}-{place}-{today:%Y%m%d}-{get_script_prefix()}"


def load_board_rows(
    clinic: Clinic, found: Sequence[board_queries.OpenVisit], *, at: dt.datetime
) -> list[str]:
    """Return the rows of these visits, in order. Reads and renders only uncached ones."""
    today = clinic.local_date(at)
    keys = {pk: _row_cache_key(clinic, pk, version, today) for pk, version, *_ in found}
    kept = caches["rows"].get_many(keys.values())
    missing = [pk for pk in keys if keys[pk] not in kept]
    fresh = {visit.pk: visit for visit in board_queries.list_board_visits(clinic, missing)}
    written = _render_board_rows(clinic, fresh.values(), today=today)
    # A visit that changed between the two queries comes with its newer row.
    return [row for pk in keys if (row := kept.get(keys[pk]) or written.get(pk))]


def _render_board_rows(clinic: Clinic, visits: Iterable[Visit], *, today: dt.date) -> dict[int, str]:
    """Render and cache rows; return them by visit id."""
    template = get_template("desk/_row.html")
    written = {}
    for visit in visits:
        visit.clinic = clinic
        written[visit.pk] = template.render({"row": _build_board_row(visit, today=today)}).strip()
        caches["rows"].set(_row_cache_key(clinic, visit.pk, visit.board_version, today), written[visit.pk])
    return written


def render_changed_rows(clinic: Clinic, visits: Iterable[Visit], *, at: dt.datetime) -> list[str]:
    """Return the rows of these visits; for those that left, a row that removes them."""
    today = clinic.local_date(at)
    some = list(visits)
    keys = {one.pk: _row_cache_key(clinic, one.pk, one.board_version, today) for one in some}
    rows = caches["rows"].get_many(keys.values())
    missing = [one for one in some if one.is_open and keys[one.pk] not in rows]
    written = _render_board_rows(clinic, missing, today=today)
    return [
        (written.get(one.pk) or rows[keys[one.pk]]) if one.is_open else _departed_row(one) for one in some
    ]


def _row_day_heading(date: dt.date, *, today: dt.date, region: str) -> str:
    """Return the heading for visits of another day. A clock that was fast can leave some in the future."""
    written = weekday_and_date_words(date, region)
    if date > today:
        return f"Dated {written}"
    return f"Since yesterday, {written}" if date == today - dt.timedelta(days=1) else f"Since {written}"


class _BoardDay(NamedTuple):
    """The rows of one other day, under its heading."""

    date: str
    words: str
    rows: str


def split_rows_by_day(rows: Iterable[str]) -> tuple[list[str], list[_BoardDay]]:
    """Split rows into today's and those of other days, latest first. Each row names its own day."""
    today: list[str] = []
    others: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        found = _ROW_DAY.match(row)
        (others[found[1], found[2]] if found else today).append(row)
    days = [_BoardDay(date, words, mark_safe("\n".join(some))) for (date, words), some in others.items()]  # noqa: S308
    return today, sorted(days, reverse=True)


_ROW_DAY = re.compile(r'<tr [^>]*data-day="([^"]*)" data-day-words="([^"]*)"')


def _departed_row(visit: Visit) -> str:
    return f'<tr id="v{visit.pk}" data-v="{visit.board_version}" data-gone></tr>'


def _build_board_row(visit: Visit, *, today: dt.date) -> _BoardRow:
    row = _build_open_board_row(visit, today=today)
    return _close_board_row(row) if visit.confidential else row


def _close_board_row(row: _BoardRow) -> _BoardRow:
    """Return the row of a confidential visit: its token, step and wait, and nothing that was said."""
    blank: dict[str, Any] = dict.fromkeys(
        ("about", "brought_by", "relationship", "hint", "needs", "note"), ""
    )
    blank |= dict.fromkeys(("booked", "language", "clinician"), "")
    sealed = reverse_with_id("desk:sealed_visit", row.visit.pk)
    return row._replace(child=NEUTRAL_MARK, sealed=sealed, chips=[], more=0, is_read=False, likes=[], **blank)


def _build_open_board_row(visit: Visit, *, today: dt.date) -> _BoardRow:
    clinic, said = visit.clinic, visit.sign_in
    found = build_visit_chips(visit)
    since = visit.arrived_at if visit.state in WAITING_VISIT_STATES else visit.state_since
    appointment = visit.appointment
    # A visit that cannot wait is at the top with today's, whatever its day.
    day = visit.local_date if visit.local_date != today and visit.raised_at is None else None
    return _BoardRow(
        visit=visit,
        token=visit.token,
        state=_row_state_label(visit.state),
        address=reverse_with_id("desk:visit", visit.pk),
        turn=int(visit.turn_at.timestamp()),
        raised=int(visit.raised_at.timestamp() * 1000) if visit.raised_at else 0,
        urgent_label=str(UrgentSource(visit.raised_by).label) if visit.raised_at else "",
        goes=_row_responder(visit),
        take=page_versions.visit_act_address("urgent_take", visit)
        if visit.raised_at and not visit.taken_by_id
        else "",
        since=int(since.timestamp()),
        clock=clinic.time_words(since),
        day=day,
        day_words=_row_day_heading(day, today=today, region=clinic.region) if day else "",
        booked=clinic.time_words(appointment.starts_at) if appointment else "",
        child=_row_child_name(visit),
        about=_row_child_details(visit, today=today),
        brought_by=said.escort_name,
        relationship="" if said.is_patient else said.relationship,
        hint=" — ".join(filter(None, [said.escort_name, said.relationship])),
        chips=found[:MOST_CHIPS_SHOWN],
        more=len(found[MOST_CHIPS_SHOWN:]),
        needs=", ".join(chip.words for chip in found[MOST_CHIPS_SHOWN:]),
        note=next((chip.note for chip in found if chip.note), ""),
        is_read=_is_reason_read(visit),
        likes=preference_queries.list_board_wishes(visit),
        language=typed_language_tag(said),
        sealed=reverse_with_id("desk:sealed_visit", visit.pk) if getattr(visit, "is_sealed", False) else "",
        clinician=put_on_one_line(appointment.with_whom) if appointment else "",
        step=_row_next_step(visit),
    )


def _row_child_name(visit: Visit) -> str:
    """Return the name on record if the child is settled, otherwise the typed one, which may be ""."""
    if visit.patient is not None and not visit.is_unsettled:
        return visit.patient.name
    return visit.sign_in.child_name


def _row_child_details(visit: Visit, *, today: dt.date) -> str:
    """Return the details under the name: age, and how sure we are."""
    patient, said = visit.patient, visit.sign_in
    if patient is not None and not visit.is_unsettled:
        called = f"called {patient.preferred_name}" if patient.preferred_name else ""
        known = "deceased" if patient.is_deceased else age_words(visit.birth_date, today)
        return " · ".join(filter(None, [known, called]))
    if not said.child_name:
        return "would like help" if said.channel == SignInChannel.KIOSK else "no name yet"
    sure = "please confirm" if visit.match == MatchState.PROBABLE else "as typed"
    return " · ".join(filter(None, [age_words(visit.birth_date, today), sure]))


def _is_reason_read(visit: Visit) -> bool:
    """Return whether there was a reason to read and somebody has: only a reading ends `unread`."""
    said = visit.sign_in
    if visit.unread or said.by_id is not None:
        return False
    return bool(said.reason or said.unreadable) or not is_empty_answer(said.also)


def _row_responder(visit: Visit) -> _Responder | None:
    if visit.raised_at is None:
        return None
    if visit.taken_by is not None:
        return _Responder(visit.taken_by.name, " is going")
    return _Responder(visit.called.name if visit.called else "Somebody", ", please go")


def _row_next_step(visit: Visit) -> _RowStep:
    to = next_visit_state(visit.state)
    assert to is not None, "only open visits stand on the board"  # noqa: S101
    return _RowStep(
        to.value, _row_step_verb(to), VISIT_STEP_KEYS[to], page_versions.visit_act_address("move", visit)
    )


# Cached: asked for once per row, always the same, and slower than the rest of the row.


@cache
def _row_state_label(state: str) -> str:
    with translation.override(_BOARD_LANGUAGE):
        return str(VisitState(state).label)


@cache
def _row_step_verb(to: VisitState) -> str:
    with translation.override(_BOARD_LANGUAGE):
        return str(VISIT_STEP_VERBS[to])
