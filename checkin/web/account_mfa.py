"""How passkeys and authenticator apps name us and our people."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import PermissionDenied

from checkin.actions.second_factors import list_factor_keys
from checkin.rules.factor_secrets import WrongFactorKey, decrypt_secret, encrypt_secret

_PRODUCT = "Brought By"
_UNREADABLE = (
    "This server cannot read authenticator apps and recovery codes: it has another FACTOR_KEY than they were "
    "stored with. Nothing is lost. Use a passkey, or tell whoever looks after this program."
)
log = structlog.get_logger(__name__)


class StaffMFAAdapter(DefaultMFAAdapter):
    """Names the program, never an e-mail address, and words refusals our way."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This is not the code that your app shows now. Type the one it shows now.",
        "cannot_generate_recovery_codes": "Add a passkey or an authenticator app first.",
    }

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)

    def encrypt(self, text: str) -> str:
        return encrypt_secret(text, list_factor_keys())

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return decrypt_secret(encrypted_text, list_factor_keys())
        except WrongFactorKey:
            log.error("factor_key_wrong")
            raise PermissionDenied(_UNREADABLE) from None

    def get_totp_issuer(self) -> str:
        return _PRODUCT

    def _get_site_name(self) -> str:
        return _PRODUCT

    def generate_authenticator_name(self, *_: Any) -> str:
        return "Passkey"
