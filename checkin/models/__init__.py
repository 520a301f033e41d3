"""The database models. Django finds a model only if it is imported here."""

from checkin.models.appointments import Appointment
from checkin.models.audit import AuditChain, AuditEvent, AuditEventPatient
from checkin.models.base import ImmutableModel, ImmutableRowError
from checkin.models.care_alerts import CareAlert, CareAlertAnswer, CareAlertVersion
from checkin.models.chart_changes import ChartChange
from checkin.models.clinic import BoardVersion, Clinic, Location
from checkin.models.closed_days import ClosedDay
from checkin.models.confidential_marks import ConfidentialMark
from checkin.models.consent import ConsentRecord, StandingProxy
from checkin.models.desk_locks import DeskSession
from checkin.models.devices import Device
from checkin.models.discrepancies import Discrepancy, DiscrepancyDecision
from checkin.models.due_items import DueItem, Immunization
from checkin.models.emergency_access import EmergencyAccess, EmergencyAccessSeen
from checkin.models.entry_moves import PaperMove, PatientMerge
from checkin.models.escalations import PromiseEscalation
from checkin.models.excuse_notes import ExcuseNote, NoteCounter
from checkin.models.guardians import Guardian
from checkin.models.handovers import PromiseHandover
from checkin.models.look_alikes import LookAlike
from checkin.models.match_decisions import MatchDecision
from checkin.models.needs import Need, NeedAnswer
from checkin.models.people import Escort, Patient, PatientIdentifier, RecordSource
from checkin.models.promise_decisions import PromiseAttempt, PromiseDecision
from checkin.models.promises import Promise
from checkin.models.reasons import ReasonReading
from checkin.models.sealed_readings import SealedReading
from checkin.models.second_concerns import ToldFamily
from checkin.models.sign_in_repeats import SignInReplay
from checkin.models.staff import Staff
from checkin.models.staff_invitations import StaffInvitation
from checkin.models.unsent_forms import UnsentForm
from checkin.models.urgent_signs import Presence, WorryStep
from checkin.models.visit_feedback import (
    AfterWord,
    AfterWordAnswer,
    AfterWordReading,
    AfterWordTold,
)
from checkin.models.visits import MatchState, Move, SignIn, SignInChannel, Visit
from checkin.rules.roles import Role

__all__ = [
    "AfterWord",
    "AfterWordAnswer",
    "AfterWordReading",
    "AfterWordTold",
    "Appointment",
    "AuditChain",
    "AuditEvent",
    "AuditEventPatient",
    "BoardVersion",
    "CareAlert",
    "CareAlertAnswer",
    "CareAlertVersion",
    "ChartChange",
    "Clinic",
    "ClosedDay",
    "ConfidentialMark",
    "ConsentRecord",
    "DeskSession",
    "Device",
    "Discrepancy",
    "DiscrepancyDecision",
    "DueItem",
    "EmergencyAccess",
    "EmergencyAccessSeen",
    "Escort",
    "ExcuseNote",
    "Guardian",
    "Immunization",
    "ImmutableModel",
    "ImmutableRowError",
    "Location",
    "LookAlike",
    "MatchDecision",
    "MatchState",
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
    "PromiseDecision",
    "PromiseEscalation",
    "PromiseHandover",
    "ReasonReading",
    "RecordSource",
    "Role",
    "SealedReading",
    "SignIn",
    "SignInChannel",
    "SignInReplay",
    "Staff",
    "StaffInvitation",
    "StandingProxy",
    "ToldFamily",
    "UnsentForm",
    "Visit",
    "WorryStep",
]
