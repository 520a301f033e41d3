"""Notes for school and for work."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import connection, models

from checkin.models.visits import Visit
from checkin.rules import excuse_notes as excuse_note_rules
from checkin.rules import name_keys
from checkin.rules.excuse_notes import HandedNote, NoteEdits, NoteKind, NoteStatus, NoteValues
from checkin.rules.need_settings import NeedSettings
from checkin.rules.visit_steps import VisitState


class NoteCounter(models.Model):
    """The last number that a clinic gave to a note. Numbers are never reused."""

    clinic = models.OneToOneField(
        "Clinic", on_delete=models.CASCADE, primary_key=True, related_name="note_counter"
    )
    last = models.PositiveIntegerField(default=0)

    @classmethod
    def next_number(cls, clinic_id: int) -> int:
        """Return the next number, in the caller's transaction."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO checkin_notecounter (clinic_id, last) VALUES (%s, 1) "
                "ON CONFLICT (clinic_id) DO UPDATE SET last = checkin_notecounter.last + 1 RETURNING last",
                [clinic_id],
            )
            number: int = cursor.fetchone()[0]
        return number


class ExcuseNoteQuerySet(models.QuerySet["ExcuseNote"]):
    def standing(self) -> Self:
        """Return drafts and issued notes: those that are not void."""
        return self.filter(status__in=[NoteStatus.DRAFT, NoteStatus.ISSUED])

    def numbered(self) -> Self:
        """Return every note that was ever handed out, void or not."""
        return self.exclude(status=NoteStatus.DRAFT)

    def issued_between(self, start: dt.datetime, end: dt.datetime) -> Self:
        """Return notes issued from `start` to before `end` and not void, by number."""
        return self.filter(status=NoteStatus.ISSUED, issued_at__gte=start, issued_at__lt=end).order_by(
            "number"
        )


class ExcuseNote(models.Model):
    """A school note about the child, or a work note about the escort. It gets a number when it is issued.

    It has no column for a diagnosis, a reason, a vaccine, a record number or a birth date.
    """

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="excuse_notes")
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, related_name="excuse_notes")
    kind = models.CharField(max_length=8, choices=NoteKind.choices)
    status = models.CharField(max_length=8, choices=NoteStatus.choices, default=NoteStatus.DRAFT)
    number = models.PositiveIntegerField(null=True, blank=True)
    code = models.CharField(
        max_length=40,
        unique=True,
        default=excuse_note_rules.make_note_code,
        help_text="for /verify/: at least 128 bits",
    )
    language = models.CharField(max_length=8, default="en", help_text="beside English")
    person_name = models.CharField(max_length=excuse_note_rules.NOTE_NAME_LIMIT)
    name_spelling = models.CharField(
        max_length=excuse_note_rules.NOTE_NAME_LIMIT,
        blank=True,
        help_text="the name as the school or employer writes it",
    )
    seen_on = models.DateField()
    seen_from = models.TimeField()
    seen_to = models.TimeField(null=True, blank=True)
    excused_from = models.DateField()
    excused_to = models.DateField()
    return_on = models.DateField(null=True, blank=True)
    limits = models.CharField(
        max_length=excuse_note_rules.NOTE_LIMITS_LIMIT, blank=True, help_text="of activity: no sports until …"
    )
    issuer = models.CharField(max_length=200, blank=True)
    issuer_role = models.CharField(max_length=20, blank=True, help_text="of the issuer, when it was issued")
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=excuse_note_rules.NOTE_VOID_REASON_LIMIT, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")

    objects = ExcuseNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=NoteKind.values), name="note_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(status__in=NoteStatus.values), name="note_status_is_known"
            ),
            models.UniqueConstraint(fields=["clinic", "number"], name="note_number_once_per_clinic"),
            models.UniqueConstraint(
                fields=["visit", "kind"],
                condition=models.Q(status__in=["draft", "issued"]),
                name="note_one_standing_per_visit",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft", number=None) | ~models.Q(status="draft"),
                name="note_draft_has_no_number",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft")
                | (models.Q(number__isnull=False, issued_at__isnull=False) & ~models.Q(person_name="")),
                name="note_issued_has_number_and_name",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="void")
                | (models.Q(voided_at__isnull=False) & ~models.Q(void_reason="")),
                name="note_void_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(excused_to__gte=models.F("excused_from")), name="note_excused_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(return_on=None) | models.Q(return_on__gte=models.F("seen_on")),
                name="note_return_after_seen",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "issued_at"], name="note_by_issue")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or '(draft)'}"

    def edits(self) -> NoteEdits:
        return NoteEdits(**{name: getattr(self, name) for name in excuse_note_rules.EDITABLE_NOTE_FIELDS})

    def values(self) -> NoteValues:
        """Return what is printed. Reads the clinic, so load it with the note."""
        return NoteValues(
            **{name: getattr(self, name) for name in excuse_note_rules.EDITABLE_NOTE_FIELDS},
            kind=NoteKind(self.kind),
            school_language=excuse_note_rules.choose_school_language(self.clinic.region),
            clinic_name=self.clinic.name,
            clinic_phone=self.clinic.phone,
            clinic_address=self.clinic.address,
            seen_on=self.seen_on,
            issuer=self.issuer,
            issuer_role=self.issuer_role,
            issued_on=self.clinic.local_date(self.issued_at) if self.issued_at else None,
            number=self.number,
            code=self.code,
        )

    @classmethod
    def unsaved(cls, visit: Visit, kind: str, edits: NoteEdits) -> Self:
        """Return a draft that has no row yet."""
        what = {name: getattr(edits, name) for name in excuse_note_rules.EDITABLE_NOTE_FIELDS}
        return cls(
            clinic=visit.clinic,
            visit=visit,
            kind=kind,
            code="",
            seen_on=visit.arrived_at.astimezone(visit.clinic.zone).date(),
            **what,
        )


def first_note_draft(visit: Visit, kind: str) -> NoteEdits:
    """Return the default note of this kind for a visit, before anyone has changed it.

    Reads the visit's sign-in, patient and clinic, so load them with the visit.
    """
    clinic = visit.clinic
    over = visit.state in (VisitState.READY, VisitState.LEFT)
    said, patient = visit.sign_in, visit.patient
    return excuse_note_rules.draft_note_edits(
        arrived=visit.arrived_at.astimezone(clinic.zone),
        left=visit.state_since.astimezone(clinic.zone) if over else None,
        person_name=note_person_name(visit, kind),
        language=said.language or (patient.language if patient is not None else ""),
        school_days=NeedSettings.read(clinic.need_settings).school_weekdays,
    )


def note_person_name(visit: Visit, kind: str) -> str:
    """Return the name for the note: the child's as recorded or else as typed, or the adult's as typed.

    A work note is about the adult, unless the patient came alone.
    """
    if kind == NoteKind.WORK and not visit.sign_in.is_patient:
        return visit.sign_in.escort_name
    if _is_linked_and_settled(visit) and visit.patient is not None:
        return " ".join(filter(None, [visit.patient.given_name, visit.patient.family_name]))
    return visit.sign_in.child_name


def _is_linked_and_settled(visit: Visit) -> bool:
    """Return whether the visit is linked to a patient and the match needs no confirmation."""
    return visit.patient_id is not None and not visit.is_unsettled


def is_note_name_fixed(visit: Visit, kind: str) -> bool:
    """Return whether the note must have the name on record: a school note of a linked visit does."""
    return kind == NoteKind.SCHOOL and _is_linked_and_settled(visit) and bool(note_person_name(visit, kind))


def list_notes_by_kind(visit: Visit) -> list[tuple[NoteKind, str, ExcuseNote | None]]:
    """Return each kind of note, its label, and the visit's current note or draft of it."""
    have = {note.kind: note for note in visit.excuse_notes.standing()}
    return [(kind, str(kind.label), have.get(kind)) for kind in NoteKind]


def list_handed_out_notes(visit: Visit) -> tuple[HandedNote, ...]:
    """Return every note that was handed out at this visit, void or not, by number.

    Reads the visit's sign-in and patient, so load them with the visit.
    """
    given = (
        visit.excuse_notes.numbered()
        .order_by("number")
        .values_list("kind", "number", "status", "person_name")
    )
    return tuple(
        HandedNote(
            kind,
            number,
            status == NoteStatus.VOID,
            name if _is_note_of_another_child(visit, kind, name) else "",
        )
        for kind, number, status, name in given
        if number is not None
    )


def _is_note_of_another_child(visit: Visit, kind: str, name: str) -> bool:
    """Return whether a note with this name is about someone other than the visit's confirmed child."""
    patient = visit.patient
    if (
        patient is None
        or not _is_linked_and_settled(visit)
        or (kind == NoteKind.WORK and not visit.sign_in.is_patient)
    ):
        return False
    given = (patient.given_name, patient.preferred_name)
    known = {name_keys.normalize_text(f"{one} {patient.family_name}") for one in given if one}
    return bool(known) and name_keys.normalize_text(name) not in known


def list_misnamed_notes(visit: Visit) -> list[HandedNote]:
    """Return the visit's valid notes that name another child than the one it is now linked to."""
    return [note for note in list_handed_out_notes(visit) if note.names and not note.is_void]


def find_note_by_code(code: str) -> ExcuseNote | None:
    """Return the note with this code, of any clinic, void or not; never a draft. None if there is none."""
    found = ExcuseNote.objects.numbered().filter(code=code).select_related("clinic") if code else []
    return next(iter(found), None)
