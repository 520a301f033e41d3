"""Encrypt the secrets of authenticator apps and recovery codes: they lay readable in the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations

from checkin.rules.factor_secrets import decrypt_secret, encrypt_secret, is_encrypted_with

_SECRETS = ("secret", "seed")


def encrypt(apps: Any, schema_editor: Any) -> None:
    for row in _list_rows(apps):
        for name in _SECRETS:
            stored = row.data.get(name)
            if isinstance(stored, str) and not is_encrypted_with(stored, settings.FACTOR_KEY):
                row.data[name] = encrypt_secret(decrypt_secret(stored, _keys()), _keys())
        row.save(update_fields=["data"])


def decrypt(apps: Any, schema_editor: Any) -> None:
    for row in _list_rows(apps):
        for name in _SECRETS:
            if isinstance(row.data.get(name), str):
                row.data[name] = decrypt_secret(row.data[name], _keys())
        row.save(update_fields=["data"])


def _list_rows(apps: Any) -> Any:
    return apps.get_model("mfa", "Authenticator").objects.filter(type__in=["totp", "recovery_codes"])


def _keys() -> list[str]:
    return [settings.FACTOR_KEY, *settings.FACTOR_KEY_FALLBACKS]


class Migration(migrations.Migration):
    dependencies = [("checkin", "0047_audit_removal"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(encrypt, decrypt)]
