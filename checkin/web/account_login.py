"""The login page: whether somebody is asked because a session has ended, and whether their typing is kept."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpResponse
from django.urls import reverse

from checkin.web.account_forms import StaffLoginForm
from checkin.web.locations import strip_location_path
from checkin.web.login_throttles import THROTTLED
from checkin.web.single_sign_on import SIGN_ON_PROBLEMS, single_sign_on_name
from checkin.web.unsent_forms import is_form_kept_for, is_staff_browser, read_last_staff


class StaffLoginView(LoginView):
    """Asks for the login. Only a browser in which staff were logged in is told that they no longer are."""

    form_class = StaffLoginForm

    def form_invalid(self, form: StaffLoginForm) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)
        if any(problem.code in THROTTLED for problem in form.non_field_errors().as_data()):
            answer.status_code = 429
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        onward = strip_location_path(str(context.get("redirect_field_value") or ""))
        is_for_typed = onward == strip_location_path(reverse("desk:typed"))
        return {
            **context,
            "single_sign_on": single_sign_on_name(),
            "sign_on_problem": SIGN_ON_PROBLEMS.get(self.request.GET.get("sso", "")),
            "has_session_ended": is_staff_browser(self.request),
            # Another one may wait although the last could not be kept.
            "is_form_kept": is_for_typed and is_form_kept_for(read_last_staff(self.request)),
        }
