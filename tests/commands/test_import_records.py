from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_django
from django.core.management import CommandError, call_command
from django.db import connection

from checkin.models import Appointment, AuditEvent, Clinic, Guardian, Immunization, Location, Patient

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "docs/samples"
SHARED = ROOT.parent / "shared/data"


@pytest.fixture(autouse=True)
def _own_folder(settings: pytest_django.Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"


@pytest.fixture
def desk() -> Location:
    clinic = Clinic.objects.create(name="Hazel House", time_zone="America/Chicago")
    return Location.objects.create(clinic=clinic, name="Main desk")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def command(*paths: object, **options: object) -> str:
        call_command("import_records", *map(str, paths), **options)
        return capsys.readouterr().out

    return command


def shared(folder: str) -> Path:
    """Return data that only some machines have, or skip."""
    path = SHARED / folder
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing, and under CI it must not be.")
        pytest.skip(f"LEFT OUT: {path} is not here")
    return path


def test_samples_are_imported_completely_and_reimport_unchanged(
    desk: Location, run: Callable[..., str]
) -> None:
    shown = run(SAMPLES)
    assert "patients: 5 made, 0 changed, 0 unchanged, 0 rejected" in shown
    assert "guardians: 7 made, 0 changed, 0 unchanged, 0 rejected" in shown
    assert "appointments: 5 made, 0 changed, 0 unchanged, 0 rejected" in shown
    assert "immunizations: 4 made, 0 changed, 0 unchanged, 0 rejected" in shown
    assert "due items: 4 made, 0 changed, 1 unchanged, 0 rejected" in shown
    assert (Patient.objects.count(), Guardian.objects.count(), Appointment.objects.count()) == (5, 7, 5)
    again = run(SAMPLES)
    assert "patients: 0 made, 0 changed, 5 unchanged, 0 rejected" in again
    assert "guardians: 0 made, 0 changed, 7 unchanged, 0 rejected" in again
    assert "appointments: 0 made, 0 changed, 5 unchanged, 0 rejected" in again
    assert "immunizations: 0 made, 0 changed, 4 unchanged, 0 rejected" in again
    assert "due items: 0 made, 0 changed, 5 unchanged, 0 rejected" in again


def test_import_is_audited(desk: Location, run: Callable[..., str]) -> None:
    run(SAMPLES / "patients.csv")
    assert AuditEvent.objects.get().action == "records.imported"


def test_rejects_are_named_and_the_exit_code_is_still_0(
    desk: Location, run: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("patient_id,given_name,family_name\n7,,\n8,Leo,Ruiz\n")
    shown = run(tmp_path / "a.csv")
    assert "patients: 1 made, 0 changed, 0 unchanged, 1 rejected" in shown
    assert f"each with its reason: {tmp_path}/var/rejects/a.rejects.csv" in shown


def test_missing_file_gets_one_sentence_and_the_others_are_imported(
    desk: Location, run: Callable[..., str]
) -> None:
    with pytest.raises(CommandError, match=r"none\.csv cannot be read: No such file or directory\."):
        run(SAMPLES / "none.csv", SAMPLES / "patients.csv")
    assert Patient.objects.count() == 3


def test_folder_without_records_is_reported_before_anything_is_imported(
    desk: Location, run: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="There are no files in .*empty that end in .csv"):
        run(SAMPLES / "patients.csv", tmp_path / "empty")
    assert not Patient.objects.exists()


def test_missing_clinic_says_to_create_one_first(run: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="There is no clinic yet"):
        run(SAMPLES)


def test_clinic_must_be_given_if_there_are_two(desk: Location, run: Callable[..., str]) -> None:
    other = Clinic.objects.create(name="Other House")
    Location.objects.create(clinic=other, name="Desk")
    with pytest.raises(CommandError, match="by --clinic: there are Hazel House, Other House"):
        run(SAMPLES)
    with pytest.raises(CommandError, match="no clinic “Third”: there are Hazel House, Other House"):
        run(SAMPLES, clinic="Third")
    run(SAMPLES / "patients.csv", clinic="other house")
    assert set(Patient.objects.values_list("clinic", flat=True)) == {other.pk}


def test_unknown_location_lists_the_existing_ones(desk: Location, run: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="Hazel House has no location “Attic”: there are Main desk"):
        run(SAMPLES, location="Attic")
    run(SAMPLES, location="main desk")
    assert set(Appointment.objects.values_list("location", flat=True)) == {desk.pk}


def test_heading_and_encoding_can_be_given(desk: Location, run: Callable[..., str], tmp_path: Path) -> None:
    rows = "Account,First Name,Last Name\n7,José,Ruiz\n"
    (tmp_path / "a.csv").write_bytes(rows.encode("mac_roman"))
    with pytest.raises(CommandError, match="no encoding “klingon”"):
        run(tmp_path / "a.csv", encoding="klingon")
    with pytest.raises(CommandError, match="HEADING=COLUMN"):
        run(tmp_path / "a.csv", map=["Account"])
    with pytest.raises(CommandError, match="patient_id is missing"):
        run(tmp_path / "a.csv")
    run(tmp_path / "a.csv", map=["Account=patient_id"], encoding="mac-roman", source="Main EHR")
    assert Patient.objects.get().name == "José Ruiz"


def test_two_files_with_one_name_get_separate_reject_files(
    desk: Location, run: Callable[..., str], tmp_path: Path
) -> None:
    for folder in "xy":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_text("patient_id,given_name,family_name\n7,,\n")
    shown = run(tmp_path / "x", tmp_path / "y")
    assert "a.rejects.csv" in shown
    assert "a-2.rejects.csv" in shown


def test_every_synthea_minor_is_imported_once_and_reimports_unchanged(
    desk: Location, run: Callable[..., str]
) -> None:
    folder = shared("synthea-minors")
    shown = run(folder)
    assert "patients: 12 made, 0 changed, 0 unchanged, 0 rejected" in shown
    assert "immunizations: 231 made, 0 changed, 0 unchanged, 0 rejected" in shown
    assert Immunization.objects.filter(is_influenza=True).count() == 48
    before, given = list(Patient.objects.order_by("pk").values()), set(Immunization.objects.values_list())
    again = run(folder)
    assert "patients: 0 made, 0 changed, 12 unchanged, 0 rejected" in again
    assert "immunizations: 0 made, 0 changed, 231 unchanged, 0 rejected" in again
    assert list(Patient.objects.order_by("pk").values()) == before
    assert set(Immunization.objects.values_list()) == given
    assert all(patient["birth_date"] and patient["family_key"] for patient in before)
    assert not Patient.objects.filter(identifiers__system__contains="ssn").exists()


@pytest.mark.parametrize(
    ("name", "rows"), [("dataset1.csv", 1000), ("dataset2.csv", 5000), ("dataset3.csv", 5000)]
)
def test_every_row_of_the_febrl_sets_is_imported_or_rejected(
    desk: Location, run: Callable[..., str], settings: pytest_django.Settings, name: str, rows: int
) -> None:
    run(shared("febrl") / name)
    rejects = settings.VAR / "rejects" / name.replace(".csv", ".rejects.csv")
    put_aside = len(rejects.read_text().splitlines()) - 1 if rejects.exists() else 0
    assert Patient.objects.count() + put_aside == rows
    assert put_aside <= rows / 10


def test_dry_run_reports_what_would_change_and_changes_nothing(
    desk: Location, run: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("MRN,First,Last,DOB\n1,Leo,Ruiz,2018-03-14\n2,Ivy,Bell,2017-01-01\n")
    run(tmp_path / "a.csv")
    before = list(Patient.objects.values()), list(AuditEvent.objects.values())
    (tmp_path / "a.csv").write_text(
        "MRN,First,Last,DOB\n1,Leo,Ruiz,2018-03-15\n2,Zoe,Ash,2019-01-01\n3,Al,Ash,2016-01-01\n"
    )
    shown = run(tmp_path / "a.csv", dry_run=True)
    assert "patients: 1 made, 1 changed, 0 unchanged, 1 rejected" in shown
    assert "a.csv line 2: birth date 2018-03-14 → 2018-03-15" in shown
    assert "nothing was kept" in shown
    assert "a.rejects.csv" in shown
    assert (list(Patient.objects.values()), list(AuditEvent.objects.values())) == before


def test_dry_run_counts_match_the_import(desk: Location, run: Callable[..., str]) -> None:
    def counts(shown: str) -> list[str]:
        return [line for line in shown.splitlines() if " made, " in line]

    trial = counts(run(SAMPLES, dry_run=True))
    assert not Patient.objects.exists()
    assert trial == counts(run(SAMPLES))
    assert counts(run(SAMPLES, dry_run=True)) == counts(run(SAMPLES))


def test_dry_run_knows_patients_that_an_earlier_batch_would_have_made(
    desk: Location, run: Callable[..., str], tmp_path: Path
) -> None:
    rows = "".join(f"{number},Leo,Ruiz,2018-03-14\n" for number in range(1001))
    again = "5,Ruby,Bell,2012-01-01\n6,Leo,Ruiz,2018-03-14\n"
    (tmp_path / "a.csv").write_text(f"MRN,First,Last,DOB\n{rows}{again}")
    # Another row for 5 was rejected, so this mother's child is unknown.
    guardians = "".join(f"{number},Ana Ruiz,mother\n" for number in (5, 6, 5000))
    (tmp_path / "b.csv").write_text(f"MRN,Name,Relationship\n{guardians}")
    shown = run(tmp_path / "a.csv", tmp_path / "b.csv", dry_run=True)
    assert "patients: 1,000 made, 0 changed, 1 unchanged, 2 rejected" in shown
    assert "guardians: 1 made, 0 changed, 0 unchanged, 2 rejected" in shown


def test_imported_look_alikes_of_existing_records_are_counted_and_named(
    desk: Location, run: Callable[..., str], tmp_path: Path
) -> None:
    """Q17: repeating an import without the number system silently duplicated everybody."""
    rows = "given_name,family_name,birth_date\n7,Emma,Johnson,2017-04-04\n8,Leo,Ruiz,2018-03-14\n"
    (tmp_path / "a.csv").write_text(
        "patient_id," + rows.replace("\n7,", "\n7,mrn,").replace("\n8,", "\n8,mrn,")
    )
    (tmp_path / "a.csv").write_text(
        "patient_id,patient_id_system,given_name,family_name,birth_date\n"
        "7,mrn,Emma,Johnson,2017-04-04\n8,mrn,Leo,Ruiz,2018-03-14\n"
    )
    (tmp_path / "b.csv").write_text("patient_id," + rows)
    assert "Look-alikes" not in run(tmp_path / "a.csv")
    shown = run(tmp_path / "b.csv")
    assert "Look-alikes: 2 records of this import are like somebody on file:" in shown
    emma, twin = Patient.objects.filter(given_name="Emma").order_by("pk")
    born = "born 2017-04-04"
    assert f"Emma Johnson, {born} (record {twin.pk}) is like Emma Johnson, {born} (record {emma.pk})" in shown
    assert "Look-alikes" not in run(tmp_path / "b.csv")


def test_database_without_tables_gets_one_sentence(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", lambda *_: [])
    with pytest.raises(CommandError, match="has no tables yet: run `manage.py migrate` first"):
        run(SAMPLES)
