"""Convert FHIR R4 Immunization and ImmunizationRecommendation."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from checkin.feeds.fhir_parts import (
    ResourceContext,
    ResourcePassedOver,
    fhir_object_or_empty,
    fhir_objects,
    fhir_text,
)
from checkin.feeds.fhir_references import read_resource_key, read_resource_patient
from checkin.rules import record_rows, vaccines
from checkin.rules.record_rows import (
    FHIR_ID,
    BadRow,
    DueItemItem,
    ImmunizationItem,
    ImportOutcome,
    RecordItem,
)

_CVX_SYSTEMS = {"http://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292"}
_DUE_DATE_CODES = ("30980-7", "30981-5")
"""LOINC codes: date vaccine due; else the earliest date to give it."""
IMMUNIZATION_NOT_DONE = "Immunization (not-done)"


def _vaccine_name_and_code(concept: object) -> tuple[str, str]:
    """Return (name, CVX code) of a vaccine; either may be empty."""
    codings = fhir_objects(fhir_object_or_empty(concept).get("coding"))
    cvx = next(
        (
            fhir_text(coding.get("code"))
            for coding in codings
            if fhir_text(coding.get("system")) in _CVX_SYSTEMS
        ),
        "",
    )
    shown = next(filter(None, (fhir_text(coding.get("display")) for coding in codings)), "")
    name = record_rows.read_record_text(
        fhir_text(fhir_object_or_empty(concept).get("text")) or shown, "name", called="vaccine"
    )
    return name, record_rows.read_record_text(cvx, "code", called="vaccine's code")


def read_immunization_resource(resource: dict[str, object], context: ResourceContext) -> Sequence[RecordItem]:
    """Return an Immunization as items. Raises BadRow, or ResourcePassedOver for one that we do not store."""
    status = fhir_text(resource.get("status"))
    if status == "not-done" or resource.get("notGiven") is True or resource.get("wasNotGiven") is True:
        return [_read_not_done_immunization(resource, context)]
    if not status:
        raise BadRow("It has no status.")
    belongs = read_resource_key(resource, context) | read_resource_patient(resource, context)
    if not vaccines.read_status_word(status, vaccines.IMMUNIZATION_STATUSES, called="an immunization"):
        return [_read_withdrawn_immunization(resource, context, belongs)]
    name, cvx = _vaccine_name_and_code(resource.get("vaccineCode"))
    if not name and not cvx:
        raise BadRow("It does not say which vaccine.")
    try:
        vaccines.refuse_none_given(name, cvx)
    except BadRow:
        raise ResourcePassedOver(IMMUNIZATION_NOT_DONE) from None
    values = {"name": name, "code": cvx, "given_on": _read_day_given(resource, context)}
    said_of_it = {column: value for column, value in values.items() if value}
    holder = belongs["origin"][1] or vaccines.content_key_part(name, cvx)
    is_shared = context.feed.is_shared(belongs["key"], holder)
    return [ImmunizationItem(values=said_of_it, is_shared=is_shared, **belongs)]


def _read_not_done_immunization(resource: dict[str, object], context: ResourceContext) -> ImmunizationItem:
    """Return an item that removes the same vaccine if it is on file as given under this identifier."""
    known = read_resource_key(resource, context)
    name, cvx = _vaccine_name_and_code(resource.get("vaccineCode"))
    is_shared = context.feed.is_shared(
        known["key"], known["origin"][1] or vaccines.content_key_part(name, cvx)
    )
    if not known["key"][1] or is_shared or not (name or cvx) or not resource.get("patient"):
        raise ResourcePassedOver(IMMUNIZATION_NOT_DONE)
    values = {column: value for column, value in (("name", name), ("code", cvx)) if value}
    return ImmunizationItem(
        values=values, withdrawn=True, is_not_done=True, **known, **read_resource_patient(resource, context)
    )


def _read_withdrawn_immunization(
    resource: dict[str, object], context: ResourceContext, belongs: dict[str, Any]
) -> ImmunizationItem:
    """Return what was entered in error: by its identifier, or by its content as far as it can be read."""
    name, cvx = _vaccine_name_and_code(resource.get("vaccineCode"))
    values: dict[str, object] = {"name": name, "code": cvx}
    with contextlib.suppress(BadRow, ResourcePassedOver):
        values["given_on"] = _read_day_given(resource, context)
    said_of_it = {column: value for column, value in values.items() if value}
    return ImmunizationItem(values=said_of_it, withdrawn=True, **belongs)


def _read_day_given(resource: dict[str, object], context: ResourceContext) -> dt.date:
    """Return the day. Raises ResourcePassedOver for a month, a year or text, and BadRow for anything else."""
    said = fhir_text(resource.get("occurrenceDateTime")) or fhir_text(resource.get("date"))
    said = said or fhir_text(resource.get("occurrenceString"))
    if not said:
        raise BadRow("It does not say when it was given.")
    house = context.house
    try:
        date = vaccines.read_clinic_day(said, zone=house.zone, called="day it was given")
    except BadRow:
        if vaccines.is_partial_date(said) or "occurrenceString" in resource:
            raise ResourcePassedOver("Immunization (day not known)") from None
        raise
    return vaccines.check_day_given(date, today=house.today)


def read_recommendation_resource(
    resource: dict[str, object], context: ResourceContext
) -> Sequence[RecordItem]:
    """Return one item per vaccine in the list. Vaccines that a list no longer names are no longer due."""
    belongs, known = read_resource_patient(resource, context), read_resource_key(resource, context)
    system, value = known["key"]
    listed = (system, f"{value}#") if value else ("", "")
    seen: Counter[str] = Counter()
    items: list[DueItemItem] = []
    unread: list[DueItemItem] = []
    for entry in fhir_objects(resource.get("recommendation")):
        which = vaccines.content_key_part(*_recommended_vaccine(entry))
        seen[which] += 1
        try:
            item = _read_recommended_item(entry, resource, context)
        except BadRow as bad:
            unread.append(DueItemItem(outcome=ImportOutcome.REJECTED, reason=bad.sentence))
            continue
        if value:
            suffix = which if seen[which] == 1 else f"{which}#{seen[which]}"
            item.key = system, record_rows.read_record_text(f"{value}#{suffix}", "value", called="identifier")
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
        raise ResourcePassedOver("ImmunizationRecommendation (empty)")
    for item in items if unread else ():
        # The unread entry may be a vaccine that was due before, so nothing counts as dropped from the list.
        item.listed = ("", "")
    return [*items, *unread]


def _recommended_vaccine(entry: dict[str, object]) -> tuple[str, str]:
    """Return (name, CVX code) of what is recommended; the name may be a disease."""
    found = [
        _vaccine_name_and_code(concept)
        for concept in (
            *fhir_objects(entry.get("vaccineCode")),
            fhir_object_or_empty(entry.get("targetDisease")),
        )
    ]
    cvx = next(filter(None, (code for _, code in found)), "")
    return next(filter(None, (said for said, _ in found)), "") or (f"CVX {cvx}" if cvx else ""), cvx


def _read_recommended_item(
    entry: dict[str, object], resource: dict[str, object], context: ResourceContext
) -> DueItemItem:
    name, cvx = _recommended_vaccine(entry)
    if not name:
        raise BadRow("It does not say which vaccine.")
    forecast = fhir_object_or_empty(entry.get("forecastStatus"))
    codes = [fhir_text(coding.get("code")) for coding in fhir_objects(forecast.get("coding"))]
    status = next(filter(None, [*codes, fhir_text(forecast.get("text"))]), "")
    if not status:
        raise BadRow(f"It does not say whether {name[:60]} is due.")
    due = vaccines.read_status_word(status, vaccines.FORECAST_STATUSES, called="a recommendation")
    values: dict[str, object] = {"kind": "vaccine", "name": name, "code": cvx}
    if due:
        said = _read_recommended_date(entry) or fhir_text(resource.get("date"))
        if not said:
            raise BadRow(f"It does not say when {name[:60]} is due.")
        values["due_on"] = vaccines.read_clinic_day(said, zone=context.house.zone, called="date due")
    return DueItemItem(withdrawn=not due, values={name: value for name, value in values.items() if value})


def _read_recommended_date(entry: dict[str, object]) -> str:
    """Return the date criterion that says when it is due; "" if there is none."""
    found: dict[str, str] = {}
    for criterion in fhir_objects(entry.get("dateCriterion")):
        for coding in fhir_objects(fhir_object_or_empty(criterion.get("code")).get("coding")):
            found.setdefault(fhir_text(coding.get("code")), fhir_text(criterion.get("value")))
    return next(filter(None, (found.get(code) for code in _DUE_DATE_CODES)), "") or ""
