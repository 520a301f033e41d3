"""Whom the clinic asks for a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checkin.actions import second_factors
from checkin.actions.refusals import Refused
from checkin.rules.roles import StaffAct
from checkin.rules.second_factors import SecondFactorFor
from checkin.web.access import StaffRequest, staff_required


class SecurityForm(forms.Form):
    second_factor_for = forms.ChoiceField(
        label="Who must log in with a second factor",
        choices=SecondFactorFor.choices,
        widget=forms.RadioSelect,
    )
    own_networks = forms.CharField(
        label="The clinic's own networks",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, here: str, **facts: Any) -> None:
        super().__init__(*args, **facts)
        networks = self.fields["own_networks"]
        networks.help_text = (
            f"Such as 203.0.113.0/24, one on a line. You are at {here} now. "
            "They count for the second choice only."
        )
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("save", "Save changes"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.SECURE_CLINIC)
def edit_security(request: StaffRequest) -> HttpResponse:
    clinic, here = request.clinic, get_adapter().get_client_ip(request)
    now = {"second_factor_for": clinic.second_factor_for, "own_networks": "\n".join(clinic.own_networks)}
    form = SecurityForm(request.POST if request.method == "POST" else None, initial=now, here=here)
    if form.is_valid() and _save_security(request, form):
        messages.success(request, "Saved.")
        return redirect("settings:security")
    status = 400 if form.is_bound else 200
    return render(request, "settings/security.html", {"form": form}, status=status)


def _save_security(request: StaffRequest, form: SecurityForm) -> bool:
    """Return whether it was saved; else the form says why not."""
    said = form.cleaned_data
    try:
        second_factors.set_second_factor_rule(
            clinic=request.clinic,
            asked_of=said["second_factor_for"],
            own_networks=said["own_networks"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("own_networks", str(refusal))
        return False
    return True
