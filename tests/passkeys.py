"""A passkey without a browser: it registers with a person and answers challenges."""

from __future__ import annotations

import hashlib
import json
import secrets

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from checkin.models import Staff

HOST = "testserver"
_HASH = hashlib.sha256(HOST.encode()).digest()
_FLAG = AuthenticatorData.FLAG


class Passkey:
    def __init__(self, person: Staff) -> None:
        self.number, self.key = secrets.token_bytes(16), ec.generate_private_key(ec.SECP256R1())
        public = ES256.from_cryptography_key(self.key.public_key())
        made = AttestedCredentialData.create(Aaguid.NONE, self.number, public)
        flags = _FLAG.USER_PRESENT | _FLAG.USER_VERIFIED | _FLAG.ATTESTED
        proof = AttestationObject.create("none", AuthenticatorData.create(_HASH, flags, 0, made), {})
        said = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"x", f"https://{HOST}")
        credential = self._wrap({"clientDataJSON": said, "attestationObject": proof})
        self.row = Authenticator.objects.create(
            user=person, type="webauthn", data={"name": "Key", "credential": credential}
        )

    def answer(self, options: dict[str, str], *, verifies: bool = True) -> str:
        """Return its answer to the challenge, as the browser sends it."""
        said = CollectedClientData.create(
            CollectedClientData.TYPE.GET, options["challenge"], f"https://{HOST}"
        )
        flags = _FLAG.USER_PRESENT | (_FLAG.USER_VERIFIED if verifies else _FLAG(0))
        facts = AuthenticatorData.create(_HASH, flags, 1)
        seal = self.key.sign(facts + said.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": said, "authenticatorData": facts, "signature": seal}
        return json.dumps(self._wrap(parts))

    def _wrap(self, parts: dict[str, bytes]) -> dict[str, object]:
        number = websafe_encode(self.number)
        response = {name: websafe_encode(part) for name, part in parts.items()}
        return {
            "id": number,
            "rawId": number,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
