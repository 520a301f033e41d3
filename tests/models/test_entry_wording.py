"""Words for what was written at a visit."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from checkin.actions.sign_in_additions import extend_sign_in
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Location, SignIn, Staff
from checkin.models.entry_wording import guardian_entry_words
from checkin.queries.patient_dossiers import restore_sign_in_claim
from tests import make
from tests.actions.corrected_visits import fresh, relink


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("3125550155", "Rosa Delgado (aunt), (312) 555-0155"),
        ("ask my mother", "Rosa Delgado (aunt), ask my mother"),
        ("", "Rosa Delgado (aunt)"),
    ],
)
def test_a_guardians_phone_is_written_as_everywhere(brook: Clinic, phone: str, words: str) -> None:
    row = make.guardian(make.patient(brook), "Rosa Delgado", phone=phone, relationship="aunt")
    assert guardian_entry_words(row) == words


def test_preferences_of_a_sign_in_that_was_continued_are_still_told(
    front: Location, dana: Staff, as_: Any
) -> None:
    finn, mia = make.patient(front.clinic, "Finn Oneill"), make.patient(front.clinic, "Mia Chen")
    visit = make.visit(front, name="Finn Oneill", email="typed@mail.example", remember=True)
    assert visit.patient == finn
    first, made = visit.sign_in, relink(visit, mia, dana, make.at("9:50"))
    for also in ("an ear", "a cough"):
        more = replace(restore_sign_in_claim(visit.sign_in), also=also, key=uuid.uuid4())
        with write_in_turn():
            assert extend_sign_in(fresh(visit), more, at=make.at("9:55"))
    assert visit.sign_in.continues == first
    assert [one.find_visit() for one in SignIn.objects.all()] == [visit] * 3
    page = as_(dana).get(f"/visits/{visit.pk}/?done={made.pk}")
    assert page.status_code == 200
    assert "Remembered" in page.content.decode()
