"""A person's second factors, and whom the clinic asks for one."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.conf import settings

from checkin.actions import audit, own_sessions, staff
from checkin.actions.clinic_changes import change_clinic
from checkin.actions.permissions import NotAllowed, require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Staff
from checkin.rules import staff_accounts
from checkin.rules.factor_secrets import WrongFactorKey, decrypt_secret, encrypt_secret, is_encrypted_with
from checkin.rules.roles import StaffAct
from checkin.rules.second_factors import SecondFactorFor, read_networks

_NOT_A_NETWORK = "“{}” is no network: write one such as 203.0.113.0/24, or one address such as 203.0.113.7."

_SECRETS_OF_FACTORS = ("secret", "seed")
"""In an authenticator's data: an app's key, and what recovery codes follow from."""
_NO_KEY_READS_IT = (
    "Some secrets cannot be read with FACTOR_KEY or FACTOR_KEY_FALLBACKS, so nothing was changed. Add the "
    "key that they were stored with to FACTOR_KEY_FALLBACKS, and run this again."
)

_ACTION_OF_CHANGE = {
    "added": "staff.second_factor_added",
    "removed": "staff.second_factor_removed",
    "replaced": "staff.second_factor_replaced",
    "read": "staff.recovery_codes_read",
    "downloaded": "staff.recovery_codes_downloaded",
}


def reset_second_factor(*, person: Staff, by: Staff | None, at: dt.datetime) -> int:
    """Remove all passkeys, apps and recovery codes of this person, and log them out everywhere.

    Returns how many were removed. They set up new ones at their next login, if the clinic asks for one.
    `by` is None from the command line. Raises NotAllowed, also about an account with more rights than theirs
    or their own.
    """
    require_permission(StaffAct.MANAGE_STAFF, by)
    with write_in_turn():
        staff.lock_staff_account(person=person, by=by)
        if by and person.pk == by.pk:
            raise NotAllowed(staff_accounts.OWN_FACTORS)
        theirs = Authenticator.objects.filter(user=person)
        kinds = sorted(theirs.values_list("type", flat=True))
        theirs.delete()
        audit.write_audit_event(
            action="staff.second_factor_reset",
            subject=person,
            at=at,
            by=by,
            clinic_id=person.clinic_id,
            kinds=kinds,
        )
        own_sessions.end_sessions(person=person, by=by, at=at)
    return len(kinds)


def set_second_factor_rule(
    *,
    clinic: Clinic,
    by: Staff | None,
    at: dt.datetime,
    asked_of: str | None = None,
    own_networks: str | None = None,
) -> Clinic:
    """Set whom the clinic asks for a second factor, and its own networks as typed; None leaves one as it is.

    `by` is None from the command line. Raises Refused.
    """
    require_permission(StaffAct.SECURE_CLINIC, by)
    wanted: dict[str, object] = {}
    if asked_of is not None:
        if asked_of not in SecondFactorFor.values:
            raise Refused(f"“{asked_of[:20]}” is not one of {', '.join(SecondFactorFor.values)}.")
        wanted["second_factor_for"] = asked_of
    if own_networks is not None:
        try:
            wanted["own_networks"] = read_networks(own_networks)
        except ValueError as problem:
            raise Refused(_NOT_A_NETWORK.format(str(problem)[:50])) from None
    return change_clinic(clinic=clinic, wanted=wanted, by=by, at=at)


def record_factor_change(*, person: Staff, kind: str, change: str, at: dt.datetime) -> None:
    """Write to the audit trail that this person added, removed or replaced a factor of theirs, or read codes.

    `kind`: totp, webauthn or recovery_codes. `change`: added, removed, replaced, read or downloaded.
    """
    with write_in_turn():
        audit.write_audit_event(
            action=_ACTION_OF_CHANGE[change],
            subject=person,
            at=at,
            by=person,
            clinic_id=person.clinic_id,
            kind=kind,
        )


def list_factor_keys() -> list[str]:
    """Return the keys that read the secrets of factors; the first one encrypts."""
    return [settings.FACTOR_KEY, *settings.FACTOR_KEY_FALLBACKS]


def encrypt_factors() -> int:
    """Encrypt with FACTOR_KEY what another key encrypted; return how many factors. Raises Refused.

    For after the key was changed: until then FACTOR_KEY_FALLBACKS must keep the old one.
    """
    count = 0
    with write_in_turn():
        for factor in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
            old = {name: factor.data[name] for name in _SECRETS_OF_FACTORS if name in factor.data}
            if all(is_encrypted_with(stored, settings.FACTOR_KEY) for stored in old.values()):
                continue
            factor.data |= {name: _encrypt_again(stored) for name, stored in old.items()}
            factor.save(update_fields=["data"])
            count += 1
    return count


def _encrypt_again(stored: str) -> str:
    try:
        return encrypt_secret(decrypt_secret(stored, list_factor_keys()), list_factor_keys())
    except WrongFactorKey:
        raise Refused(_NO_KEY_READS_IT) from None
