"""Words for what was written at a visit."""

from __future__ import annotations

import pytest

from checkin.models import Clinic
from checkin.models.entry_wording import guardian_entry_words
from tests import make


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
