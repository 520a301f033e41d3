"""What was typed and not sent is kept for its author, a few and not for long."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from checkin.actions import unsent_forms
from checkin.management.commands import escalate
from checkin.models import Staff, UnsentForm
from checkin.models.unsent_forms import MOST_UNSENT_FORMS, UNSENT_FORM_KEPT


def keep(person: Staff, *, minutes_ago: float = 0, name: str = "Leo") -> UnsentForm:
    return unsent_forms.keep_unsent_form(
        form_id=uuid.uuid4().hex,
        staff_id=person.pk,
        at=timezone.now() - dt.timedelta(minutes=minutes_ago),
        action="/sign-in/",
        fields=[["child_given_name", name]],
    )


def test_the_last_two_make_room_and_another_persons_stay(dana: Staff, max_: Staff) -> None:
    of_another = keep(max_, minutes_ago=20)
    kept = [keep(dana, minutes_ago=10 - nth) for nth in range(MOST_UNSENT_FORMS + 2)]
    assert set(UnsentForm.objects.all()) == {of_another, *kept[:3], *kept[-2:]}


def test_what_is_too_old_takes_no_room(dana: Staff) -> None:
    for _ in range(MOST_UNSENT_FORMS):
        keep(dana, minutes_ago=UNSENT_FORM_KEPT.total_seconds() / 60)
    kept = [keep(dana) for _ in range(MOST_UNSENT_FORMS)]
    assert set(UnsentForm.objects.all()) == set(kept)


def test_one_is_discarded_by_its_author_alone(dana: Staff, max_: Staff) -> None:
    kept = keep(dana)
    assert not unsent_forms.discard_unsent_form(form_id=kept.pk.hex, staff_id=max_.pk)
    assert not unsent_forms.discard_unsent_form(form_id="no number", staff_id=dana.pk)
    assert unsent_forms.discard_unsent_form(form_id=kept.pk.hex, staff_id=dana.pk)
    assert not UnsentForm.objects.exists()


def test_the_watch_deletes_what_nobody_sent_in_time(
    dana: Staff, tuesday: Any, django_assert_num_queries: Any
) -> None:
    keep(dana, minutes_ago=UNSENT_FORM_KEPT.total_seconds() / 60)
    waiting = keep(dana, minutes_ago=29)
    turns = iter([True, False])
    escalate.Command().watch(lambda: next(turns), pause=lambda _seconds: None)
    assert UnsentForm.objects.get() == waiting
    with django_assert_num_queries(1):
        assert unsent_forms.delete_old_unsent_forms(at=timezone.now()) == 0


def test_an_erasure_deletes_them_all(dana: Staff, max_: Staff) -> None:
    keep(dana)
    keep(max_)
    assert unsent_forms.delete_every_unsent_form() == 2
    assert not UnsentForm.objects.exists()
