"""The people who work here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Lower

from checkin.rules.emergency_access import EMERGENCY_ACTS
from checkin.rules.passwords import normalize_password, password_spellings
from checkin.rules.roles import Role, StaffAct, may_role_act, role_refusal
from checkin.rules.staff_accounts import pick_username, username_key

if TYPE_CHECKING:
    from checkin.models.desk_locks import DeskSession
    from checkin.models.emergency_access import EmergencyAccess


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, *, username: str, password: str | None = None, **fields: object) -> Staff:
        """Create a member of staff; without a password nobody can log in as them."""
        person = self.model(username=self.model.normalize_username(username), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Staff:
        """Return the person with this username, whatever its case. Raises Staff.DoesNotExist."""
        found = self.find_by_username(username or "")
        if found is None:
            raise self.model.DoesNotExist
        return found

    def find_by_username(self, typed: str, *, only_active: bool = False) -> Staff | None:
        """Return the person with this username, in any case and way to write its letters; None if nobody.

        The database is not asked: SQLite ignores the case of A to Z only.
        """
        people = self.filter(is_active=True) if only_active else self.all()
        username = pick_username(list(people.values_list("username", flat=True)), typed)
        return None if username is None else self.select_related("clinic").get(username=username)

    def has_username(self, username: str) -> bool:
        """Return whether somebody has this username, in whatever case."""
        key = username_key(username)
        return any(username_key(one) == key for one in self.values_list("username", flat=True))


class Staff(AbstractBaseUser):
    """A person who logs in. Never shared, never deleted: when they leave, `is_active` is False."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="staff")
    location = models.ForeignKey(
        "Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    has_shortcut_keys = models.BooleanField(
        default=True, db_default=True, help_text="single-letter keys at the desk, on each machine"
    )

    last_seen_at = models.DateTimeField(
        null=True, blank=True, help_text="written every few minutes at most; a log-in is in last_login"
    )

    pin = models.CharField(
        max_length=128,
        blank=True,
        default="",
        db_default="",
        help_text="hashed; unlocks a desk, never logs in",
    )

    desk: DeskSession | None = None
    """The login with which this person asks, while a request is answered."""

    emergency: EmergencyAccess | None = None
    """Their emergency access that is open while a request is answered."""

    objects = StaffManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        constraints = [
            # With two of them, a login that ignores case finds neither.
            models.UniqueConstraint(Lower("username"), name="staff_username_is_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="staff_role_is_known"),
        ]

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(None if raw_password is None else normalize_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        spellings = password_spellings(raw_password or "")
        return any(super(Staff, self).check_password(one) for one in spellings)

    @classmethod
    def active(cls, pk: int | None) -> Staff | None:
        """Return the person with this id if they may still log in; else None."""
        return cls.objects.filter(pk=pk, is_active=True).first() if pk else None

    @property
    def seen_at(self) -> dt.datetime | None:
        """When they last used the program, to a few minutes; None if never."""
        return max(filter(None, (self.last_login, self.last_seen_at)), default=None)

    def may_act(self, act: StaffAct) -> bool:
        """Return whether this person may do it, by their role or by an emergency access that is open."""
        return may_role_act(self.role, act) or (self.emergency is not None and act in EMERGENCY_ACTS)

    def explain_refusal(self, act: StaffAct, *, is_read: bool = False) -> str:
        """Return why this person may not do it and who may. `is_read`: a page was only opened."""
        return role_refusal(self.role, act, is_read=is_read, in_emergency=self.emergency is not None)

    @property
    def gets_notices(self) -> bool:
        """Whether this person's open pages ask what they must know now: an administrator's do not."""
        return any(may_role_act(self.role, act) for act in (StaffAct.READ_CHARTS, StaffAct.READ_EMERGENCIES))

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


Visitor = Staff | AnonymousUser
