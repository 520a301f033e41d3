"""Which confidential visits a kept form is about: its text opens only together with them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve

from checkin.models import Clinic, Visit
from checkin.rules.page_versions import read_page_version
from checkin.web.confidential_visits import may_show_visit, seconds_to_show
from checkin.web.locations import strip_location_path
from checkin.web.page_versions import DRAWN_FOR, visit_id_named
from checkin.web.params import parse_number_param
from checkin.web.unsent_form_fields import unsent_form_context
from checkin.web.unsent_form_subjects import find_form_subject

_PROMISE_FIELDS = ("promise", "replaces", "again")
"""By which the address of a new promise names an older one."""


def _find_confidential_visits(clinic: Clinic, typed: Any) -> list[Visit]:
    """Return the confidential visits that this form is about: by its address, its fields or its page."""
    address = urlsplit(typed["action"])
    sent = [*parse_qsl(address.query), *((name, text) for name, text in typed["fields"])]
    drawn = [mark for name, text in sent if name == DRAWN_FOR and (mark := read_page_version(text))]
    named = _ids_in_path(strip_location_path(address.path))
    visits = {mark.visit for mark in drawn} | {named.get("visit_id"), visit_id_named(clinic, named)}
    visits |= {parse_number_param(text) for name, text in sent if name == "visit"}
    promises = {mark.promise for mark in drawn} | {named.get("promise_id")}
    promises |= {parse_number_param(text) for name, text in sent if name in _PROMISE_FIELDS}
    visits |= {*clinic.promises.filter(pk__in=filter(None, promises)).values_list("visit_id", flat=True)}
    if pk := named.get("feedback_id"):
        visits |= {*clinic.after_words.filter(pk=pk).values_list("visit_id", flat=True)}
    return list(clinic.visits.filter(pk__in=filter(None, visits), confidential=True).order_by("pk"))


def has_form_about(visit: Visit, typed_forms: list[Any]) -> bool:
    """Return whether one of these forms opens together with this confidential visit."""
    return any(visit in _find_confidential_visits(visit.clinic, typed) for typed in typed_forms)


def _ids_in_path(path: str) -> dict[str, int | None]:
    """Return the numbers that the address names; one that no database can hold is left out."""
    try:
        named = resolve(path).kwargs
    except Resolver404:
        return {}
    return {name: parse_number_param(str(value)) for name, value in named.items()}


def describe_unsent_forms(request: Any, typed_forms: list[Any]) -> dict[str, Any]:
    """Return the context of `unsent_forms.html`. Of a form of a closed visit it has only that it waits.

    `visits` are the opened ones among those it shows, for the trail, and `sealed` one of them with the fewest
    seconds left.
    """
    forms: list[dict[str, Any]] = []
    shown: dict[int, Visit] = {}
    for typed in typed_forms:
        visits = _find_confidential_visits(request.user.clinic, typed)
        closed = next((one for one in visits if not may_show_visit(request, one)), None)
        if closed is not None:
            forms.append({"id": typed["id"], "closed": closed, "named": []})
            continue
        shown |= {one.pk: one for one in visits}
        form = unsent_form_context(typed, request.user.clinic)
        about = find_form_subject(request.user.clinic, typed)
        forms.append({**form, "about": about, "named": [*form["named"], *(about.named if about else ())]})
    left = [(seconds_to_show(request, one), pk) for pk, one in shown.items()]
    seconds, pk = min(left, default=(0, 0))
    sealed = {"seconds": seconds, "visit": shown[pk]} if left else None
    return {"forms": forms, "visits": [*shown.values()], "sealed": sealed}
