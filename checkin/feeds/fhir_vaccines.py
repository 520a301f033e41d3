"""FHIR R4 Immunization and ImmunizationRecommendation as rows of ours."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from checkin.feeds.fhir_parts import Context, PassedOver, many, one, word
from checkin.feeds.fhir_references import known_as, whose
from checkin.rules import records, vaccines
from checkin.rules.records import FHIR_ID, BadRow, DueItemItem, ImmunizationItem, Item, Outcome

CVX = {"http://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292"}
DUE_DATES = ("30980-7", "30981-5")
"""LOINC: date vaccine due; else the earliest date to give it."""
NOT_DONE = "Immunization (not-done)"


def named(concept: Any) -> tuple[str, str]:
    """(name, CVX code) of a vaccine; either may be empty."""
    codings = many(one(concept).get("coding"))
    cvx = next((word(coding.get("code")) for coding in codings if word(coding.get("system")) in CVX), "")
    shown = next(filter(None, (word(coding.get("display")) for coding in codings)), "")
    name = records.text(word(one(concept).get("text")) or shown, "name", called="vaccine")
    return name, records.text(cvx, "code", called="vaccine's code")


def read_immunization(resource: dict[str, Any], context: Context) -> Sequence[Item]:
    status = word(resource.get("status"))
    if status == "not-done" or resource.get("notGiven") is True or resource.get("wasNotGiven") is True:
        return [not_done(resource, context)]
    if not status:
        raise BadRow("It has no status.")
    belongs = known_as(resource, context) | whose(resource, context)
    if not vaccines.status(status, vaccines.STATUSES, called="an immunization"):
        return [withdrawal(resource, context, belongs)]
    name, cvx = named(resource.get("vaccineCode"))
    if not name and not cvx:
        raise BadRow("It does not say which vaccine.")
    try:
        vaccines.refuse_none_given(name, cvx)
    except BadRow:
        raise PassedOver(NOT_DONE) from None
    values = {"name": name, "code": cvx, "given_on": given_on(resource, context)}
    said_of_it = {column: value for column, value in values.items() if value}
    holder = belongs["origin"][1] or vaccines.which(name, cvx)
    is_shared = context.feed.is_shared(belongs["key"], holder)
    return [ImmunizationItem(values=said_of_it, is_shared=is_shared, **belongs)]


def not_done(resource: dict[str, Any], context: Context) -> ImmunizationItem:
    """What takes the same vaccine off where it was on file, under this identifier, as given."""
    known = known_as(resource, context)
    name, cvx = named(resource.get("vaccineCode"))
    is_shared = context.feed.is_shared(known["key"], known["origin"][1] or vaccines.which(name, cvx))
    if not known["key"][1] or is_shared or not (name or cvx) or not resource.get("patient"):
        raise PassedOver(NOT_DONE)
    values = {column: value for column, value in (("name", name), ("code", cvx)) if value}
    return ImmunizationItem(
        values=values, withdrawn=True, is_not_done=True, **known, **whose(resource, context)
    )


def withdrawal(resource: dict[str, Any], context: Context, belongs: dict[str, Any]) -> ImmunizationItem:
    """What was entered in error: by its identifier, or by what it says as far as that can be read."""
    name, cvx = named(resource.get("vaccineCode"))
    values: dict[str, Any] = {"name": name, "code": cvx}
    with contextlib.suppress(BadRow, PassedOver):
        values["given_on"] = given_on(resource, context)
    said_of_it = {column: value for column, value in values.items() if value}
    return ImmunizationItem(values=said_of_it, withdrawn=True, **belongs)


def given_on(resource: dict[str, Any], context: Context) -> dt.date:
    """The day. A month, a year or words for it are no fault, but nothing can be reckoned from them."""
    said = word(resource.get("occurrenceDateTime")) or word(resource.get("date"))
    said = said or word(resource.get("occurrenceString"))
    if not said:
        raise BadRow("It does not say when it was given.")
    house = context.house
    try:
        date = vaccines.day(said, zone=house.zone, called="day it was given")
    except BadRow:
        if vaccines.is_partial(said) or "occurrenceString" in resource:
            raise PassedOver("Immunization (day not known)") from None
        raise
    return vaccines.given_on(date, today=house.today)


def read_recommendation(resource: dict[str, Any], context: Context) -> Sequence[Item]:
    """One item for each vaccine of the list. Those that a list names no longer are no longer due."""
    belongs, known = whose(resource, context), known_as(resource, context)
    system, value = known["key"]
    listed = (system, f"{value}#") if value else ("", "")
    seen: Counter[str] = Counter()
    items: list[DueItemItem] = []
    unread: list[DueItemItem] = []
    for entry in many(resource.get("recommendation")):
        which = vaccines.which(*vaccine_of(entry))
        seen[which] += 1
        try:
            item = recommended(entry, resource, context)
        except BadRow as bad:
            unread.append(DueItemItem(outcome=Outcome.REJECTED, reason=bad.sentence))
            continue
        if value:
            suffix = which if seen[which] == 1 else f"{which}#{seen[which]}"
            item.key = system, records.text(f"{value}#{suffix}", "value", called="identifier")
        else:
            holder = (FHIR_ID, f"{belongs['addresses']}{belongs['patient_keys']}{which}")
            item.is_shared = seen[which] > 1 or context.feed.is_shared(holder, known["origin"][1])
        for name, said in belongs.items():
            setattr(item, name, said)
        item.listed, item.origin = listed, known["origin"]
        items.append(item)
    if not items and unread:
        raise BadRow(unread[0].reason)
    if not items:
        raise PassedOver("ImmunizationRecommendation (empty)")
    for item in items if unread else ():
        # What cannot be read may name what was due before: then nothing is taken to be named no longer.
        item.listed = ("", "")
    return [*items, *unread]


def vaccine_of(entry: dict[str, Any]) -> tuple[str, str]:
    """(name, CVX code) of what is recommended; a name may stand for a disease."""
    found = [named(concept) for concept in (*many(entry.get("vaccineCode")), one(entry.get("targetDisease")))]
    cvx = next(filter(None, (code for _, code in found)), "")
    return next(filter(None, (said for said, _ in found)), "") or (f"CVX {cvx}" if cvx else ""), cvx


def recommended(entry: dict[str, Any], resource: dict[str, Any], context: Context) -> DueItemItem:
    name, cvx = vaccine_of(entry)
    if not name:
        raise BadRow("It does not say which vaccine.")
    forecast = one(entry.get("forecastStatus"))
    codes = [word(coding.get("code")) for coding in many(forecast.get("coding"))]
    status = next(filter(None, [*codes, word(forecast.get("text"))]), "")
    if not status:
        raise BadRow(f"It does not say whether {name[:60]} is due.")
    due = vaccines.status(status, vaccines.FORECASTS, called="a recommendation")
    values: dict[str, Any] = {"kind": "vaccine", "name": name, "code": cvx}
    if due:
        said = due_date(entry) or word(resource.get("date"))
        if not said:
            raise BadRow(f"It does not say when {name[:60]} is due.")
        values["due_on"] = vaccines.day(said, zone=context.house.zone, called="date due")
    return DueItemItem(withdrawn=not due, values={name: value for name, value in values.items() if value})


def due_date(entry: dict[str, Any]) -> str:
    """The date criterion that says when it is due; "" where none of those is there."""
    found: dict[str, str] = {}
    for criterion in many(entry.get("dateCriterion")):
        for coding in many(one(criterion.get("code")).get("coding")):
            found.setdefault(word(coding.get("code")), word(criterion.get("value")))
    return next(filter(None, (found.get(code) for code in DUE_DATES)), "") or ""
