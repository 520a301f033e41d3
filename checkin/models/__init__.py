"""Facts. Django finds a model only if it is imported here."""

from checkin.models.after_words import AfterWord, AfterWordAnswer, AfterWordReading, AfterWordTold
from checkin.models.audit import AuditEvent
from checkin.models.base import Immutable, ImmutableModel
from checkin.models.chart_changes import ChartChange
from checkin.models.clinic import BoardVersion, Clinic, Location
from checkin.models.consent import ConsentRecord, StandingProxy
from checkin.models.devices import Device
from checkin.models.discrepancies import Discrepancy, DiscrepancyDecision
from checkin.models.due_items import DueItem, Immunization
from checkin.models.excuse_notes import ExcuseNote, NoteCounter
from checkin.models.look_alikes import LookAlike
from checkin.models.matches import MatchDecision
from checkin.models.needs import Need, NeedAnswer
from checkin.models.paper_moves import PaperMove, PatientMerge
from checkin.models.people import Escort, Guardian, Patient, PatientIdentifier, Source
from checkin.models.promises import (
    ClosedDay,
    Promise,
    PromiseAttempt,
    PromiseEscalation,
    PromiseHandover,
)
from checkin.models.reasons import ReasonReading
from checkin.models.schedule import Appointment
from checkin.models.second_concerns import ToldFamily
from checkin.models.staff import Role, Staff
from checkin.models.visits import (
    Channel,
    Match,
    Move,
    SignIn,
    SignInReplay,
    Visit,
)
from checkin.models.worries import Presence, WorryStep

__all__ = [
    "AfterWord",
    "AfterWordAnswer",
    "AfterWordReading",
    "AfterWordTold",
    "Appointment",
    "AuditEvent",
    "BoardVersion",
    "Channel",
    "ChartChange",
    "Clinic",
    "ClosedDay",
    "ConsentRecord",
    "Device",
    "Discrepancy",
    "DiscrepancyDecision",
    "DueItem",
    "Escort",
    "ExcuseNote",
    "Guardian",
    "Immutable",
    "ImmutableModel",
    "Immunization",
    "Location",
    "LookAlike",
    "Match",
    "MatchDecision",
    "Move",
    "Need",
    "NeedAnswer",
    "NoteCounter",
    "PaperMove",
    "Patient",
    "PatientIdentifier",
    "PatientMerge",
    "Presence",
    "Promise",
    "PromiseAttempt",
    "PromiseEscalation",
    "PromiseHandover",
    "ReasonReading",
    "Role",
    "SignIn",
    "SignInReplay",
    "Source",
    "Staff",
    "StandingProxy",
    "ToldFamily",
    "Visit",
    "WorryStep",
]
