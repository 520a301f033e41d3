"""The time of a tablet's answer says nothing about the child."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_P = ParamSpec("_P")
_View = Callable[Concatenate[HttpRequest, _P], HttpResponse]


def answer_in_steps(view: _View[_P]) -> _View[_P]:
    """Hold what the view answers, or raises, until the next multiple of `SIGN_IN_STEP_MS` since it began.

    A known child takes other work than an unknown one, and a step is longer than that work. It waits after
    the view, so in no transaction: nobody else waits for it.
    """

    @wraps(view)
    def held(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        began = time.monotonic()
        try:
            return view(request, *args, **kwargs)
        finally:
            time.sleep(seconds_to_hold(time.monotonic() - began, settings.SIGN_IN_STEP_MS / 1000))

    return held


def seconds_to_hold(taken: float, step: float) -> float:
    """Return the seconds from `taken` to the next multiple of `step`; 0 without steps."""
    return -taken % step if step else 0.0
