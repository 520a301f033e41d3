"""A secret is read with any of the keys, encrypted with the first, and with no other."""

from __future__ import annotations

import pytest

from checkin.rules.factor_secrets import WrongFactorKey, decrypt_secret, encrypt_secret, is_encrypted_with


def test_a_secret_is_read_with_its_key_alone() -> None:
    stored = encrypt_secret("JBSWY3DP", ["one", "two"])
    assert "JBSWY3DP" not in stored and stored != encrypt_secret("JBSWY3DP", ["one", "two"])
    assert decrypt_secret(stored, ["three", "one"]) == "JBSWY3DP"
    assert (is_encrypted_with(stored, "one"), is_encrypted_with(stored, "two")) == (True, False)
    for wrong in (stored[:-4] + "xxxx", stored[:20]):
        with pytest.raises(WrongFactorKey):
            decrypt_secret(wrong, ["one"])
    with pytest.raises(WrongFactorKey):
        decrypt_secret(stored, ["two"])


def test_a_secret_of_before_there_was_a_key_is_read_as_it_is() -> None:
    assert decrypt_secret("JBSWY3DP", ["one"]) == "JBSWY3DP"
    assert not is_encrypted_with("JBSWY3DP", "one")
