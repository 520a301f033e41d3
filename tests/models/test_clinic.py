"""A clinic's region and what is derived from it change together."""

from __future__ import annotations

from typing import NoReturn

import pytest
from django.db import OperationalError

from checkin.models import Clinic, Patient
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_region_rebuilds_the_phone_keys() -> None:
    brook = make.clinic()
    made = make.patient(brook, phone="020 7946 0958").phone_key
    Patient.objects.update(phone_key="as read elsewhere")
    brook.region = "GB"
    brook.save()
    assert Patient.objects.get().phone_key == made


def test_a_region_whose_phone_keys_could_not_be_rebuilt_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next attempt must see that the region is new, or the old keys would stay."""

    def fail(**_: object) -> NoReturn:
        raise OperationalError("the disk is full")

    brook = make.clinic()
    monkeypatch.setattr("checkin.models.clinic.rebuild_phone_keys", fail)
    brook.region = "GB"
    with pytest.raises(OperationalError):
        brook.save()
    assert Clinic.objects.get().region == "US"
