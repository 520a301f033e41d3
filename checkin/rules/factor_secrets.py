"""Encrypt the secrets of second factors, so that a copy of the database alone makes nobody's codes.

Each is a Fernet token (AES-128-CBC with HMAC-SHA256) under a key that is outside the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_ENCRYPTED_BEFORE = "fernet:"
"""No key of an app and no seed of recovery codes has a colon, so rows of before are told apart."""


class WrongFactorKey(Exception):
    """None of the keys reads this secret."""


def encrypt_secret(text: str, keys: Sequence[str]) -> str:
    """Return the secret encrypted with the first of the keys."""
    return _ENCRYPTED_BEFORE + _cipher(keys).encrypt(text.encode()).decode()


def decrypt_secret(stored: str, keys: Sequence[str]) -> str:
    """Return the secret; one that was stored before there was a key is returned as it is.

    Raises WrongFactorKey.
    """
    if not stored.startswith(_ENCRYPTED_BEFORE):
        return stored
    try:
        return _cipher(keys).decrypt(stored.removeprefix(_ENCRYPTED_BEFORE)).decode()
    except InvalidToken:
        raise WrongFactorKey from None


def is_encrypted_with(stored: str, key: str) -> bool:
    """Return whether the secret is encrypted, and with this very key."""
    try:
        return stored.startswith(_ENCRYPTED_BEFORE) and bool(decrypt_secret(stored, [key]))
    except WrongFactorKey:
        return False


def _cipher(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys])


def _fernet_key(key: str) -> bytes:
    """Return 32 bytes of it as Fernet takes them, for a key of any length."""
    return base64.urlsafe_b64encode(hmac.new(key.encode(), b"second factors", hashlib.sha256).digest())
