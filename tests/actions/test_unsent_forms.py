"""What was typed and not sent is kept for its author, and not for long."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from checkin.actions import unsent_forms
from checkin.management.commands import escalate
from checkin.models import Staff, UnsentForm
from checkin.models.unsent_forms import UNSENT_FORM_KEPT


def keep(person: Staff, *, minutes_ago: float = 0, name: str = "Leo") -> UnsentForm:
    return unsent_forms.keep_unsent_form(
        form_id=uuid.uuid4().hex,
        staff_id=person.pk,
        at=timezone.now() - dt.timedelta(minutes=minutes_ago),
        action="/sign-in/",
        fields=[["child_given_name", name]],
    )


def test_no_form_makes_room_for_another(dana: Staff, max_: Staff) -> None:
    """Three forms of a stranger before and three after pushed out the one in between."""
    kept = [keep(max_, minutes_ago=20)]
    kept += [keep(dana, minutes_ago=10 - nth, name=f"Child {nth}") for nth in range(9)]
    assert set(UnsentForm.objects.all()) == set(kept)


def test_the_same_form_again_is_kept_once_and_waits_from_then_on(dana: Staff, max_: Staff) -> None:
    kept, again = keep(dana, minutes_ago=20), keep(dana, minutes_ago=1)
    assert again == kept and UnsentForm.objects.get().at > kept.at
    keep(max_)
    assert UnsentForm.objects.count() == 2


def test_what_is_too_old_is_deleted_when_another_is_kept(dana: Staff) -> None:
    keep(dana, minutes_ago=UNSENT_FORM_KEPT.total_seconds() / 60)
    assert UnsentForm.objects.get() != keep(dana) and UnsentForm.objects.count() == 1


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
