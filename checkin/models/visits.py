"""A visit opened by a sign-in, and everything that happened to it."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from checkin.models.base import ImmutableModel
from checkin.models.history import Decision, DecisionQuerySet
from checkin.models.visit_conditions import visit_is_open_condition, visit_match_condition
from checkin.rules.sign_in_claims import SIGN_IN_LIMITS, read_typed_birth_date
from checkin.rules.tokens import VisitToken
from checkin.rules.urgent_signs import UrgentSource
from checkin.rules.visit_steps import OPEN_VISIT_STATES, VisitState


class SignInChannel(models.TextChoices):
    """The way in which a sign-in was made."""

    KIOSK = "kiosk", _("Tablet")
    DESK = "desk", _("Front desk")
    PHONE = "phone", _("Own phone")
    FHIR = "fhir", "FHIR"
    HL7 = "hl7", "HL7"


def _typed_text_field(name: str) -> models.CharField[str, str]:
    return models.CharField(max_length=SIGN_IN_LIMITS[name], blank=True)


class SignIn(ImmutableModel):
    """The claim: exactly what was typed, when, and on which device."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="sign_ins")
    location = models.ForeignKey("Location", on_delete=models.PROTECT, related_name="sign_ins")
    key = models.UUIDField()
    channel = models.CharField(max_length=8, choices=SignInChannel.choices)
    device = models.ForeignKey("Device", on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    typed_at = _typed_text_field("typed_at")
    child_given_name = _typed_text_field("child_given_name")
    child_family_name = _typed_text_field("child_family_name")
    child_birth_date = _typed_text_field("child_birth_date")
    escort_name = _typed_text_field("escort_name")
    relationship = _typed_text_field("relationship")
    escort_phone = _typed_text_field("escort_phone")
    reason = _typed_text_field("reason")
    also = _typed_text_field("also")
    notes_wanted = models.JSONField(default=list)
    approach = _typed_text_field("approach")
    language = _typed_text_field("language")
    interpreter = models.BooleanField(default=False)
    interpreter_language = _typed_text_field("interpreter_language")
    access_needs = _typed_text_field("access_needs")
    best_way = _typed_text_field("best_way")
    best_time = _typed_text_field("best_time")
    email = _typed_text_field("email")
    address = _typed_text_field("address")
    guardian_name = _typed_text_field("guardian_name")
    remember = models.BooleanField(default=False, help_text="they want their preferences kept for next time")
    help = models.BooleanField(default=False)
    is_patient = models.BooleanField(default=False)
    worried = models.BooleanField(default=False, help_text="the child is getting worse, they said")
    unreadable = models.TextField(blank=True)
    cut = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    continues = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="continued_by",
        help_text="cut short by a tap",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "key"], name="sign_in_key_once_per_clinic"),
            models.CheckConstraint(
                condition=models.Q(channel__in=["kiosk", "desk", "phone", "fhir", "hl7"]),
                name="sign_in_channel_is_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def child_name(self) -> str:
        return " ".join(filter(None, [self.child_given_name, self.child_family_name]))

    def find_visit(self) -> Visit:
        """Return the visit that it made or is part of: a visit names the last of its sign-ins only."""
        own: Visit | None = getattr(self, "visit", None)
        return own or Visit.objects.get(sign_in__continues=self.continues_id or self.pk)


class MatchState(models.TextChoices):
    """The certainty of which child a visit is for."""

    CERTAIN = "certain", _("Linked")
    PROBABLE = "probable", _("Please confirm")
    UNKNOWN = "unknown", _("New here")
    CONFIRMED = "confirmed", _("Confirmed")
    NEW = "new", _("New patient")


UNSETTLED_MATCH_STATES = (MatchState.PROBABLE, MatchState.UNKNOWN)
"""Somebody must still decide which child this is."""


class VisitQuerySet(models.QuerySet["Visit"]):
    def open(self) -> Self:
        return self.filter(visit_is_open_condition())

    def changed_since(self, version: int) -> Self:
        return self.filter(board_version__gt=version)

    def unmatched(self) -> Self:
        """Return visits whose child nobody has settled yet, whether or not they have left.

        A confidential visit is matched from its own page, where it is opened with a reason.
        """
        unsettled = visit_match_condition(UNSETTLED_MATCH_STATES)
        return self.filter(unsettled, confidential=False).exclude(state=VisitState.ENTERED_IN_ERROR)

    def to_match(self) -> Self:
        """Return visits of families who are here, whose child the desk must still settle."""
        return self.unmatched().open()

    def for_board(self) -> Self:
        """Return visits with everything that a board row shows, in one query, in turn order."""
        shown = ("sign_in", "patient", "escort", "appointment", "called", "taken_by")
        return self.select_related(*shown).order_by("turn_at", "id")

    def shared(self) -> Self:
        """Return the visits whose content other pages, papers and mails may use."""
        return self.filter(confidential=False)

    def confidential(self) -> Self:
        return self.filter(confidential=True)

    def raised(self) -> Self:
        """Return open visits of children who cannot wait."""
        return self.open().filter(raised_at__isnull=False)


class Visit(models.Model):
    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="visits")
    location = models.ForeignKey("Location", on_delete=models.PROTECT, related_name="visits")
    sign_in = models.OneToOneField(SignIn, on_delete=models.PROTECT, related_name="visit")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="visits")
    escort = models.ForeignKey("Escort", on_delete=models.PROTECT, null=True, related_name="visits")
    appointment = models.OneToOneField(
        "Appointment", on_delete=models.PROTECT, null=True, related_name="visit"
    )
    state = models.CharField(max_length=24, choices=VisitState.choices, default=VisitState.ARRIVED)
    state_since = models.DateTimeField()
    arrived_at = models.DateTimeField()
    local_date = models.DateField()
    colour = models.CharField(max_length=12)
    thing = models.CharField(max_length=12)
    token_number = models.PositiveIntegerField(default=1, help_text="1, or which further words: rules.tokens")
    match = models.CharField(max_length=12, choices=MatchState.choices)
    turn_at = models.DateTimeField(help_text="the board is in this order")
    open_discrepancies = models.PositiveSmallIntegerField(default=0)
    chips = models.JSONField(default=list, help_text="open needs for the row: [kind, what it is about]")
    urgent = models.BooleanField(default=False, help_text="said by staff: overrides every consent step")
    confidential = models.BooleanField(default=False, db_default=False, help_text="a mark on it stands")
    unread = models.BooleanField(default=False, help_text="the reason that was typed: nobody has read it yet")
    raised_at = models.DateTimeField(null=True, help_text="since when this child cannot wait")
    raised_by = models.CharField(max_length=8, choices=UrgentSource.choices, blank=True)
    called = models.ForeignKey(
        "Staff", on_delete=models.PROTECT, null=True, related_name="+", help_text="raised and null: everybody"
    )
    taken_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    board_version = models.PositiveBigIntegerField(
        help_text="of the location's board when this row last changed"
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "colour", "thing", "token_number"],
                condition=models.Q(state__in=["arrived", "roomed", "with_clinician", "ready"]),
                name="visit_token_held_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=VisitState.values), name="visit_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(match__in=MatchState.values), name="visit_match_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(raised_at__isnull=False, raised_by__in=UrgentSource.values)
                | models.Q(raised_at=None, raised_by="", called=None, taken_by=None),
                name="visit_raised_says_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(match__in=["probable", "unknown"]) | models.Q(patient__isnull=False),
                name="visit_linked_says_to_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["location", "turn_at"],
                condition=models.Q(state__in=["arrived", "roomed", "with_clinician", "ready"]),
                name="visit_open_by_turn",
            ),
            models.Index(
                fields=["clinic", "raised_at"],
                condition=models.Q(raised_at__isnull=False),
                name="visit_raised",
            ),
            models.Index(fields=["location", "board_version"], name="visit_by_board_version"),
            models.Index(fields=["location", "local_date"], name="visit_by_location_and_day"),
            models.Index(fields=["patient", "-arrived_at"], name="visit_by_patient"),
            models.Index(
                fields=["clinic", "-arrived_at"],
                condition=models.Q(match__in=["probable", "unknown"]),
                name="visit_to_match",
            ),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def token_parts(self) -> VisitToken:
        return VisitToken(self.colour, self.thing, self.token_number)

    @property
    def token(self) -> str:
        return self.token_parts.words()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_VISIT_STATES

    @property
    def is_unsettled(self) -> bool:
        """True if somebody must still decide which child this is."""
        return self.match in UNSETTLED_MATCH_STATES

    @property
    def birth_date(self) -> dt.date | None:
        """The child's birth date on record, or else as typed, read on the day of the visit."""
        if self.patient is not None and self.patient.birth_date:
            return self.patient.birth_date
        typed, day_first = self.sign_in.child_birth_date, self.clinic.day_first
        return read_typed_birth_date(typed, today=self.local_date, day_first=day_first).date


class MoveQuerySet(DecisionQuerySet["Move"]):
    def undoable(self) -> Self:
        """Return standing moves except the arrival. An undo reverses the last of them."""
        return self.standing().exclude(from_state="")


class Move(Decision):
    """One step of a visit. An undo is also a move."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, choices=VisitState.choices)
    gave_back = models.ForeignKey(
        "Appointment",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the appointment that the visit gave back at this step, entered in error",
    )
    had_turn = models.DateTimeField(null=True, help_text="the turn it had until then")

    objects = MoveQuerySet.as_manager()  # type: ignore[misc]  # a class variable, as of any model

    class Meta:
        indexes = [models.Index(fields=["visit", "at"], name="move_by_visit")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_state__in=VisitState.values), name="move_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
