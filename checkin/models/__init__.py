"""Facts. Django finds a model only if it is imported here."""

from checkin.models.audit import AuditEvent
from checkin.models.base import Immutable, ImmutableModel
from checkin.models.clinic import BoardVersion, Clinic, Location
from checkin.models.devices import Device
from checkin.models.discrepancies import Discrepancy
from checkin.models.people import Escort, Guardian, Patient, PatientIdentifier, Source
from checkin.models.schedule import Appointment
from checkin.models.staff import Role, Staff
from checkin.models.visits import (
    Channel,
    Match,
    MatchDecision,
    Move,
    SignIn,
    SignInReplay,
    Visit,
)

__all__ = [
    "Appointment",
    "AuditEvent",
    "BoardVersion",
    "Channel",
    "Clinic",
    "Device",
    "Discrepancy",
    "Escort",
    "Guardian",
    "Immutable",
    "ImmutableModel",
    "Location",
    "Match",
    "MatchDecision",
    "Move",
    "Patient",
    "PatientIdentifier",
    "Role",
    "SignIn",
    "SignInReplay",
    "Source",
    "Staff",
    "Visit",
]
