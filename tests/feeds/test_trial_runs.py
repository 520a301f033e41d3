"""A dry run reports what a real run does, whatever the batch size, and stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checkin.models import Appointment, Clinic, Patient
from tests.feeds.test_fhir_files import booking, patient, related
from tests.feeds.test_fhir_references import shot

pytestmark = pytest.mark.django_db

PEOPLE = "MRN,First,Last,DOB,Phone\n" + "".join(f"{at},N{at},Fam{at},2016-05-01,\n" for at in range(1, 5))
RUNS: dict[str, dict[str, Any]] = {
    "patients again": {
        "a.csv": PEOPLE,
        "b.csv": "MRN,First,Last,DOB,Phone\n1,N1,Fam1,2016-05-01,312-555-0101\n"
        "1,N1,Fam1,2016-05-01,312-555-0101\n"
        "2,N2,Other,2016-05-01,\n1,Zoe,Stone,2011-01-01,\n"
        "3,N3,Stone,2016-05-01,\n3,N3,Fam3,2014-01-01,\n",
    },
    "appointments": {
        "a.csv": PEOPLE,
        "b.csv": "MRN,appointment id,start,status,location\n1,x1,2026-11-27 10:00,booked,\n"
        "1,x1,2026-11-27 10:00,cancelled,\n2,x1,2026-11-27 10:00,booked,\n1,x1,2026-11-28 10:00,booked,\n"
        "1,,2026-11-28 11:00,booked,\n1,,2026-11-28 11:00,cancelled,\n3,x2,2026-11-27 10:00,,Nowhere\n"
        "9,x3,2026-11-27 10:00,,\n1,x5,,cancelled,\n",
    },
    "vaccines": {
        "a.csv": PEOPLE,
        "b.csv": "MRN,vaccine,given_on,immunization_id,status\n1,MMR,2010-01-01,,\n1,MMR,2017-01-01,,\n"
        "1,MMR,2017-01-01,,\n2,Polio,2017-01-01,v1,\n3,Polio,2017-01-01,v1,\n2,Polio,2017-01-01,v1,entered-in-error\n"
        "2,Polio,2017-01-01,v1,\n",
        "c.csv": "MRN,name,due_on,status\n"
        "1,Flu,2026-12-01,due\n1,Flu,2026-12-01,withdrawn\n1,Flu,2026-12-01,due\n",
    },
    "guardians": {
        "a.csv": PEOPLE,
        "b.csv": "MRN,name,relationship,phone\n1,Ann,Mother,312-555-0111\n1,Ann,Mother,312-555-0199\n"
        "1,Ann B,Mother,312-555-0199\n2,Ann,Mother,312-555-0199\n2,Ann,Mother,312-555-0199\n",
    },
    "fhir, what belongs to it first": {
        "a.ndjson": [
            shot("Patient/1", occurrenceDateTime="2010-01-01"),
            shot("Patient/1", id="i2"),
            shot("Patient/2", id="i3"),
            related(patient={"reference": "Patient/2"}),
            booking(participant=[{"actor": {"reference": "Patient/1"}}]),
        ],
        "b.ndjson": [
            patient(id="1", contact=[{"name": {"text": "Ana Ruiz"}}]),
            patient(id="2", name=[{"text": "Ivy Bell"}]),
            patient(id="1", gender="male"),
            patient(id="1", name=[{"text": "Mia King"}], birthDate="2011-01-01"),
            shot("Patient/2", id="i4", status="entered-in-error"),
        ],
    },
}


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("name", RUNS)
def test_dry_run_reports_what_the_real_run_does(
    load: Callable[..., Any], brook: Clinic, name: str, batch: int, is_known: bool
) -> None:
    brook.locations.create(name="West")
    if is_known:
        load("known.csv", "MRN,First,Last,DOB\n1,N1,Fam1,2016-05-01\n2,N2,Fam2,2016-05-01\n")
    before = list(Patient.objects.order_by("pk").values())
    load.batch, load.is_trial = batch, True
    told, kinds = load.files(RUNS[name]), load.summary.counts
    aside, changes = load.rejected(), load.summary.changes
    assert list(Patient.objects.order_by("pk").values()) == before
    assert not Appointment.objects.exists()
    load.is_trial = False
    assert load.files(RUNS[name]) == told
    assert (load.summary.counts, load.rejected(), load.summary.changes) == (kinds, aside, changes)
