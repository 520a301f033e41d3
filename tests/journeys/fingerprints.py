"""A fingerprint reader for a browser: Chromium's virtual authenticator."""

from __future__ import annotations

from playwright.sync_api import Page


def add_fingerprint_reader(page: Page) -> None:
    """Give this page's machine a reader that keeps passkeys and always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def name_address(address: str) -> str:
    """Return the address by a name: a passkey belongs to a name, not to an IP address."""
    return address.replace("127.0.0.1", "localhost")
