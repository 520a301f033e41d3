"""Promises to families. A promise is never deleted: it has an owner or an outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn, Self

from django.db import models

from checkin.models.base import ImmutableRowError
from checkin.models.handovers import PromiseHandover
from checkin.models.staff import Staff
from checkin.rules import promises as promise_rules
from checkin.rules import visit_feedback as visit_feedback_rules
from checkin.rules.preferences import ContactWay
from checkin.rules.promises import (
    PROMISE_KEEPER_ROLES,
    PROMISE_SHOWN_BEFORE,
    PromiseStatus,
    PromiseTiming,
)
from checkin.rules.roles import Role, StaffAct, list_roles_allowed, may_role_act

if TYPE_CHECKING:
    from checkin.models.visit_feedback import AfterWord

_OWNER_ROLES_EVER = (*PROMISE_KEEPER_ROLES, Role.ADMINISTRATOR.value)
"""Administrators kept promises once: ended ones stay as they were, and open ones go to the managers."""
_PROMISE_NEVER_DELETED = "A promise is never deleted: it ends, and says how."


def _due_by_condition(moment: dt.datetime) -> models.Q:
    return models.Q(best_from__lte=moment) | models.Q(due_at__lte=moment)


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> Self:
        return self.filter(status=PromiseStatus.OPEN)

    def overdue(self, at: dt.datetime) -> Self:
        return self.open().filter(due_at__lte=at)

    def due_or_overdue(self, at: dt.datetime) -> Self:
        """Return open promises that are overdue, or within an hour of their best time or due time."""
        return self.open().filter(_due_by_condition(at + PROMISE_SHOWN_BEFORE))

    def showing(self, at: dt.datetime) -> Self:
        """Return open promises within an hour of their best time or due time: what the board shows.

        Also calls that a family asked for on leaving without giving a number: staff can ask for it while the
        family is still here.
        """
        numberless = models.Q(promised_by=None, reach_at="", way__in=(ContactWay.PHONE, ContactWay.TEXT))
        return self.open().filter(_due_by_condition(at + PROMISE_SHOWN_BEFORE) | numberless)

    def mine(self, person: Staff) -> Self:
        """Return promises owned by this person or by their role."""
        return self.filter(models.Q(owner=person) | models.Q(owner_role=person.role))

    def unowned(self) -> Self:
        """Return open promises that nobody will keep: the owner has left, or nobody has the role."""
        here = Staff.objects.filter(clinic=models.OuterRef("clinic"), is_active=True)
        has_role = models.Exists(here.filter(role=models.OuterRef("owner_role")))
        gone = models.Q(owner__is_active=False) | ~models.Q(owner__role__in=PROMISE_KEEPER_ROLES)
        no_role = ~has_role | ~models.Q(owner_role__in=PROMISE_KEEPER_ROLES)
        nobodys = models.Q(owner__isnull=False) & gone | models.Q(owner__isnull=True) & no_role
        return self.open().filter(nobodys)

    def with_people(self) -> Self:
        """Return promises with everything that a line about one shows, in one query."""
        people = ("owner", "patient", "visit", "location", "promised_by", "ended_by")
        return self.select_related(*people).with_origin()

    def with_origin(self) -> Self:
        """Return promises with what decides who may read them: the origin, and if a manager handed it on."""
        given = PromiseHandover.objects.filter(
            promise=models.OuterRef("pk"), to_owner=models.OuterRef("owner")
        )
        by_manager = given.filter(by__role__in=list_roles_allowed(StaffAct.ANSWER_FEEDBACK))
        found = self.select_related("after_word", "replaces__after_word")
        return found.annotate(owner_was_given_words=models.Exists(by_manager))

    def delete(self) -> NoReturn:
        raise ImmutableRowError(_PROMISE_NEVER_DELETED)


class Promise(models.Model):
    """A promised call-back or follow-up: the person, the way, the due time, the topic and the owner."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="promises")
    location = models.ForeignKey("Location", on_delete=models.PROTECT, related_name="promises")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="promises")
    made_for = models.ForeignKey(
        "Patient",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the record it was made on, whatever that was merged into since",
    )
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, null=True, related_name="promises")
    key = models.UUIDField(help_text="of the form it was made on: a double submit is one promise")
    to_whom = models.CharField(max_length=200)
    way = models.CharField(max_length=12, choices=ContactWay.choices)
    reach_at = models.CharField(max_length=200, blank=True, help_text="number or address, as they gave it")
    voicemail_ok = models.BooleanField(null=True, help_text="None: not asked")
    who_may_answer = models.CharField(max_length=200, blank=True)
    best_from = models.DateTimeField(null=True, blank=True)
    best_words = models.CharField(max_length=200, blank=True, help_text="after 17:00, their own clock")
    about = models.CharField(max_length=2000)
    promised_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="promises")
    owner_role = models.CharField(max_length=20, blank=True, choices=Role.choices)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=PromiseStatus.choices, default=PromiseStatus.OPEN)
    outcome = models.CharField(max_length=500, blank=True)
    next_step = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replacements")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "key"], name="promise_key_once_per_clinic"),
            models.CheckConstraint(
                condition=models.Q(status__in=PromiseStatus.values), name="promise_status_is_known"
            ),
            models.CheckConstraint(condition=models.Q(way__in=ContactWay.values), name="promise_has_a_way"),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~models.Q(status="undone"),
                name="promise_replaced_by_one",
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False, owner_role="")
                | models.Q(owner__isnull=True, owner_role__in=_OWNER_ROLES_EVER),
                name="promise_has_one_owner",
            ),
            models.CheckConstraint(condition=~models.Q(to_whom=""), name="promise_says_to_whom"),
            models.CheckConstraint(
                condition=models.Q(best_from=None) | models.Q(best_from__lt=models.F("due_at")),
                name="promise_best_time_before_due",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", ended_at=None)
                | (~models.Q(status="open") & models.Q(ended_at__isnull=False)),
                name="promise_ended_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="left_word") | ~models.Q(next_step=""),
                name="promise_left_word_says_what_next",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "due_at"], condition=models.Q(status="open"), name="promise_open_by_due"
            ),
            models.Index(fields=["patient", "made_at"], name="promise_by_patient"),
        ]

    def __str__(self) -> str:
        return self.to_whom

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise ImmutableRowError(_PROMISE_NEVER_DELETED)

    def find_replacement(self) -> Promise | None:
        """Return the promise that replaces it, unless that was undone; None if there is none."""
        return self.replacements.exclude(status=PromiseStatus.UNDONE).first()

    @property
    def is_open(self) -> bool:
        return self.status == PromiseStatus.OPEN

    @property
    def whose(self) -> str:
        """Its owner in words: a person's name or a role."""
        return str(self.owner) if self.owner_id else str(Role(self.owner_role).label)

    @property
    def kept(self) -> bool | None:
        return promise_rules.is_promise_kept_in_time(
            status=self.status, due_at=self.due_at, ended_at=self.ended_at
        )

    @property
    def is_of_word(self) -> bool:
        """True if it, or a promise that it replaces, was made from what a family said on leaving."""
        made_of = getattr(self, "after_word", None) is not None
        return made_of or (self.replaces is not None and self.replaces.is_of_word)

    @property
    def status_words(self) -> str:
        return PromiseStatus(self.status).words

    @property
    def number_written(self) -> str:
        """The number that the family wrote on leaving, for a promise that was made from that."""
        word: AfterWord | None = getattr(self, "after_word", None)
        if word is not None:
            return word.phone.strip()
        return self.replaces.number_written if self.replaces is not None else ""

    def about_for(self, person: Staff | None) -> str:
        """Return what it is about, as far as this person may read it; for None, as far as everyone may."""
        return (
            self.about
            if not self.is_of_word or self.may_read_words(person)
            else visit_feedback_rules.WITHHELD_FEEDBACK_SUBJECT
        )

    def may_read_words(self, person: Staff | None) -> bool:
        """Return whether this person may read what a family said on leaving.

        Managers may, and an owner to whom one of them handed the promise.
        """
        if person is None or may_role_act(person.role, StaffAct.ANSWER_FEEDBACK):
            return person is not None
        if self.owner_id != person.pk:
            return False
        if not hasattr(self, "owner_was_given_words"):
            return Promise.objects.with_origin().get(pk=self.pk).may_read_words(person)
        return bool(self.owner_was_given_words)

    def standing(self, at: dt.datetime) -> PromiseTiming:
        return promise_rules.promise_timing(
            status=self.status, best_from=self.best_from, due_at=self.due_at, at=at
        )


def read_promise_origins(promises: Iterable[Promise]) -> list[Promise]:
    """Return these promises, each with the whole chain of promises that it replaces loaded.

    Runs one query per level of the chain, however many promises there are; none if no replaced promise
    replaces another.
    """
    found = list(promises)
    last = [one.replaces for one in found if one.replaces is not None]
    while further := {one.replaces_id for one in last if one.replaces_id is not None}:
        before = Promise.objects.select_related("after_word").in_bulk(further)
        for one in last:
            one.replaces = before.get(one.replaces_id or 0)
        last = list(before.values())
    return found
