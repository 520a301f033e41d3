"""How passkeys and authenticator apps name us and our people."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter

_PRODUCT = "Brought By"


class StaffMFAAdapter(DefaultMFAAdapter):
    """Names the program, never an e-mail address, and words refusals our way."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This is not the code that your app shows now. Type the one it shows now.",
        "cannot_generate_recovery_codes": "Add a passkey or an authenticator app first.",
    }

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)

    def get_totp_issuer(self) -> str:
        return _PRODUCT

    def _get_site_name(self) -> str:
        return _PRODUCT

    def generate_authenticator_name(self, *_: Any) -> str:
        return "Passkey"
