"""Words that families left, for who runs the clinic: read them, and say what was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import after_word_answers as actions
from checkin.actions import audit
from checkin.actions.boards import Refused
from checkin.actions.writing import write
from checkin.models import AfterWord
from checkin.queries import after_words as reads
from checkin.queries.promises import colleagues
from checkin.rules import claims
from checkin.rules.roles import Act
from checkin.web.access import StaffRequest, may, staff_required
from checkin.web.desk.reach import number


def panel(request: StaffRequest) -> dict[str, Any]:
    """All words for the page of promises; nothing for who may not answer them."""
    if not may(request, Act.ANSWER_WORD):
        return {"words": None}
    at = timezone.now()
    words = reads.listed(request.clinic, at=at)
    owed = sum(one.is_owed for one in words)
    unread = sum(one.standing == "unread" for one in words)
    return {
        "words": words,
        "words_owed": owed,
        "words_unread": unread,
        "faces": reads.faces(request.clinic, at=at),
    }


@require_safe
@staff_required(Act.ANSWER_WORD)
def word(request: StaffRequest, word_id: int) -> HttpResponse:
    found = get_word_or_404(request, word_id)
    with write():
        audit.seen(subject=found, by=request.user, at=timezone.now(), patient_id=found.visit.patient_id)
    return page(request, found)


def page(request: StaffRequest, found: AfterWord, *, note: str = "", told: str = "") -> HttpResponse:
    context = {
        "row": reads.left_word(found, clinic=request.clinic, at=timezone.now()),
        "word": found,
        "note": note,
        "told": told,
        "owners": colleagues(request.clinic),
    }
    return render(request, "desk/word.html", context, status=409 if told else 200)


@require_POST
@staff_required(Act.ANSWER_WORD)
def read_word(request: StaffRequest, word_id: int) -> HttpResponse:
    found = get_word_or_404(request, word_id)
    actions.read_word(word=found, by=request.user, at=timezone.now())
    messages.success(request, f"Read: {found.visit.token}.")
    return back()


@require_POST
@staff_required(Act.ANSWER_WORD)
def answer_word(request: StaffRequest, word_id: int) -> HttpResponse:
    found = get_word_or_404(request, word_id)
    note, chosen = claims.clean(request.POST.get("note")), request.POST.get("owner")
    owner = request.clinic.staff.filter(pk=number(chosen) or 0).first() if chosen else None
    try:
        if chosen and owner is None:
            raise Refused(actions.NO_OWNER)
        actions.answer_word(word=found, note=note, owner=owner, by=request.user, at=timezone.now())
    except Refused as refusal:
        return page(request, get_word_or_404(request, word_id), note=note, told=refusal.sentence)
    messages.success(request, f"Answered: {found.visit.token}.")
    return back()


def back() -> HttpResponse:
    return redirect(f"{reverse('desk:promises')}#words")


def get_word_or_404(request: StaffRequest, word_id: int) -> AfterWord:
    words = request.clinic.after_words.with_people()
    return get_object_or_404(words.prefetch_related("readings__by", "told"), pk=word_id)
