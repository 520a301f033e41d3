"""`{% csrf_token %}` of every template: Django's field and, for staff, the login and child of the page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from checkin.models import Location, Patient
from checkin.web.access import current_location_id
from checkin.web.page_versions import (
    DRAWN_BESIDE,
    DRAWN_FOR,
    closed_visit_version,
    context_page_version,
    patient_page_version,
)
from checkin.web.unsent_forms import TYPED_BY, typist_marker

register = template.Library()
_HIDDEN_INPUT = '<input type="hidden" name="{}" value="{}">'


@register.simple_tag(takes_context=True, name="csrf_token")
def csrf_token(context: Any, about: object = None) -> SafeString | str:
    """Return the hidden fields. `about`: the visit, if several are on one page; else from the context."""
    field = CsrfTokenNode().render(context)
    request = context.get("request")
    person = getattr(request, "user", None)
    # On a page of the lock, anybody could read who is logged in and keep forms in their name.
    if not field or person is None or not person.is_authenticated or "lock" in context:
        return field
    whose = format_html("{}" + _HIDDEN_INPUT, field, TYPED_BY, typist_marker(person))
    match = request.resolver_match
    if match is None or match.app_name != "desk":
        return whose
    request.clinic = person.clinic
    here = context.get("here")
    place = here.pk if isinstance(here, Location) else current_location_id(request)
    mark = context_page_version(dict.fromkeys(("promise", "visit"), about) if about else context)
    return format_html("{}" + _HIDDEN_INPUT, whose, DRAWN_FOR, mark.at(place).text)


@register.simple_tag
def drawn_beside(patient: Patient) -> SafeString:
    """Return a hidden field with how the page shows a record that the form names by id."""
    return format_html(_HIDDEN_INPUT, DRAWN_BESIDE, record_mark(patient))


@register.filter
def record_mark(patient: Patient) -> str:
    """Return how the page shows this record, for a choice that a script puts into a form."""
    return patient_page_version(patient).text


@register.filter
def page_mark(visit: Any) -> str:
    """Return what a row was drawn for, for a button without a form."""
    return closed_visit_version(visit).text
