"""Rows of the board as HTML: each is formatted once, kept, and from then on only joined."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from django.core.cache import caches
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils import translation
from django.utils.safestring import mark_safe

from checkin.models import Channel, Clinic, Match, Visit
from checkin.queries import board, preferences
from checkin.rules import claims, clocks
from checkin.rules.ages import age_words
from checkin.rules.preferences import Preference
from checkin.rules.visits import KEYS, VERBS, WAITING, State, next_step
from checkin.rules.worries import Source
from checkin.web import page_marks
from checkin.web.desk.chips import SHOWN, Chip, chips
from checkin.web.locations import address_of

LANGUAGE = "en"


class Step(NamedTuple):
    to: str
    words: str
    key: str
    address: str


class Row(NamedTuple):
    """Everything a row shows, as the words it shows."""

    visit: Visit
    token: str
    state: str
    address: str
    turn: int
    raised: int
    worry: str
    goes: str
    take: str
    since: int
    clock: str
    day: dt.date | None
    """The day it is of, where that is not today: such visits stand apart."""
    day_words: str
    booked: str
    child: str
    about: str
    brought_by: str
    relationship: str
    hint: str
    chips: list[Chip]
    more: int
    needs: str
    note: str
    likes: Preference | None
    step: Step


def key(visit_id: int, version: int, today: dt.date) -> str:
    """Ages and birthdays change at midnight, so a row is kept for its day; and for the addresses on it."""
    return f"{visit_id}-{version}-{LANGUAGE}-{today:%Y%m%d}-{get_script_prefix()}"


def standing(clinic: Clinic, found: Sequence[tuple[int, int]], *, at: dt.datetime) -> list[str]:
    """The rows of these visits (id, version), in order. Only what is not kept yet is read and written."""
    today = clinic.local_date(at)
    keys = {pk: key(pk, version, today) for pk, version in found}
    kept = caches["rows"].get_many(keys.values())
    missing = [pk for pk in keys if keys[pk] not in kept]
    fresh = {visit.pk: visit for visit in board.visits(clinic, missing)}
    written = written_rows(clinic, fresh.values(), today=today)
    # A visit that moved on between the two queries comes with its newer row.
    return [row for pk in keys if (row := kept.get(keys[pk]) or written.get(pk))]


def written_rows(clinic: Clinic, visits: Iterable[Visit], *, today: dt.date) -> dict[int, str]:
    """Rows by visit id, written and kept."""
    template = get_template("desk/_row.html")
    written = {}
    for visit in visits:
        visit.clinic = clinic
        written[visit.pk] = template.render({"row": row_of(visit, today=today)}).strip()
        caches["rows"].set(key(visit.pk, visit.board_version, today), written[visit.pk])
    return written


def changed(clinic: Clinic, visits: Iterable[Visit], *, at: dt.datetime) -> list[str]:
    """The rows of these visits, and for those that have left a word that they are gone."""
    today = clinic.local_date(at)
    some = list(visits)
    rows = caches["rows"].get_many([key(one.pk, one.board_version, today) for one in some])
    missing = [one for one in some if one.is_open and key(one.pk, one.board_version, today) not in rows]
    written = written_rows(clinic, missing, today=today)
    return [
        (written.get(one.pk) or rows[key(one.pk, one.board_version, today)]) if one.is_open else gone(one)
        for one in some
    ]


def day_words(date: dt.date, *, today: dt.date) -> str:
    """What stands over the visits of another day. A clock that ran ahead leaves some of a day to come."""
    written = f"{date:%A}, {clocks.date_words(date)}"
    if date > today:
        return f"Dated {written}"
    return f"Since yesterday, {written}" if date == today - dt.timedelta(days=1) else f"Since {written}"


class Day(NamedTuple):
    """The rows of one day that is over, under its words."""

    date: str
    words: str
    rows: str


def split_by_day(rows: Iterable[str]) -> tuple[list[str], list[Day]]:
    """Today's rows, and those of other days, latest day first. A kept row says itself which day it is of."""
    today: list[str] = []
    others: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        found = OF_DAY.match(row)
        (others[found.groups()] if found else today).append(row)  # type: ignore[index]
    days = [Day(date, words, mark_safe("\n".join(some))) for (date, words), some in others.items()]  # noqa: S308
    return today, sorted(days, reverse=True)


OF_DAY = re.compile(r'<tr [^>]*data-day="([^"]*)" data-day-words="([^"]*)"')


def gone(visit: Visit) -> str:
    return f'<tr id="v{visit.pk}" data-v="{visit.board_version}" data-gone></tr>'


def row_of(visit: Visit, *, today: dt.date) -> Row:
    zone, said = visit.clinic.zone, visit.sign_in
    found = chips(visit)
    since = visit.arrived_at if visit.state in WAITING else visit.state_since
    appointment = visit.appointment
    # Who cannot wait stands on top with everybody else, whatever day it is.
    day = visit.local_date if visit.local_date != today and visit.raised_at is None else None
    return Row(
        visit=visit,
        token=visit.token,
        state=state_words(visit.state),
        address=address_of("desk:visit", visit.pk),
        turn=int(visit.turn_at.timestamp()),
        raised=int(visit.raised_at.timestamp() * 1000) if visit.raised_at else 0,
        worry=str(Source(visit.raised_by).label) if visit.raised_at else "",
        goes=goes(visit),
        take=page_marks.marked("worry_take", visit) if visit.raised_at and not visit.taken_by_id else "",
        since=int(since.timestamp()),
        clock=f"{since.astimezone(zone):%-H:%M}",
        day=day,
        day_words=day_words(day, today=today) if day else "",
        booked=f"{appointment.starts_at.astimezone(zone):%-H:%M}" if appointment else "",
        child=child(visit),
        about=about(visit, today=today),
        brought_by=said.escort_name,
        relationship="" if said.is_patient else said.relationship,
        hint=" — ".join(filter(None, [said.escort_name, said.relationship])),
        chips=found[:SHOWN],
        more=len(found[SHOWN:]),
        needs=", ".join(chip.words for chip in found[SHOWN:]),
        note=next((chip.note for chip in found if chip.note), ""),
        likes=preferences.of_board(visit),
        step=step(visit),
    )


def child(visit: Visit) -> str:
    """The recorded name where the child is settled, otherwise what was typed; "" where nothing was."""
    if visit.patient is not None and not visit.is_unsettled:
        return visit.patient.name
    return visit.sign_in.child_name


def about(visit: Visit, *, today: dt.date) -> str:
    """The quiet words under the name: age, and how sure we are."""
    patient, said = visit.patient, visit.sign_in
    if patient is not None and not visit.is_unsettled:
        called = f"called {patient.preferred_name}" if patient.preferred_name else ""
        known = "deceased" if patient.is_deceased else age(patient.birth_date, today)
        return " · ".join(filter(None, [known, called]))
    if not said.child_name:
        return "would like help" if said.channel == Channel.KIOSK else "no name yet"
    day_first = visit.clinic.day_first
    typed = claims.birth_date(said.child_birth_date, today=today, day_first=day_first).date
    sure = "please confirm" if visit.match == Match.PROBABLE else "as typed"
    return " · ".join(filter(None, [age(typed, today), sure]))


def goes(visit: Visit) -> str:
    """Who goes to a child that cannot wait, or is asked to."""
    if visit.raised_at is None:
        return ""
    if visit.taken_by is not None:
        return f"{visit.taken_by.name} is going"
    return f"{visit.called.name if visit.called else 'Somebody'}, please go"


def age(birth_date: dt.date | None, today: dt.date) -> str:
    said = age_words(birth_date, today)
    return f"{said} years" if said.isdigit() else said


def step(visit: Visit) -> Step:
    to = next_step(visit.state)
    assert to is not None, "only open visits stand on the board"  # noqa: S101
    return Step(to.value, verb(to), KEYS[to], page_marks.marked("move", visit))


# Asked for once per row and always the same: each costs more than the rest of the row.


@cache
def state_words(state: str) -> str:
    with translation.override(LANGUAGE):
        return str(State(state).label)


@cache
def verb(to: State) -> str:
    with translation.override(LANGUAGE):
        return str(VERBS[to])
