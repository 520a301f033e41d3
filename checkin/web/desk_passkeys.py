"""Unlock a desk with a passkey of the person who is logged in there.

It must verify its person, by a fingerprint, a face or a PIN of its own: a security key that is left in the
machine opens nothing by a mere touch.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.webauthn.internal import auth
from fido2.webauthn import UserVerificationRequirement

_CHALLENGE_SESSION_KEY = "desk_passkey"
"""Session key: the challenge that the next answer must be for. Not allauth's, which is one for all pages."""
LONGEST_PASSKEY_ANSWER = 8 * 1024
"""In characters. A passkey's answer has about one thousand."""


def begin_passkey_unlock(request: Any) -> dict[str, Any]:
    """Return what the browser asks a passkey; the session keeps the challenge, for one answer."""
    options, state = auth.get_server().authenticate_begin(
        credentials=auth.get_credentials(request.user),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[_CHALLENGE_SESSION_KEY] = state
    return dict(options)


def is_passkey_right(request: Any, answer: str) -> bool:
    """Return whether a passkey of this person answered the challenge, which ends with it."""
    state = request.session.pop(_CHALLENGE_SESSION_KEY, None)
    credentials = auth.get_credentials(request.user)
    if not state or not credentials or len(answer) > LONGEST_PASSKEY_ANSWER:
        return False
    try:
        auth.get_server().authenticate_complete(state, credentials, json.loads(answer))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):  # no such passkey, or no answer
        return False
    return True
