"""Relationship suggestions, the same at the desk and on the tablet."""

from __future__ import annotations

from django.utils.translation import gettext as _

from checkin.models import Clinic


def suggest_relationships(clinic: Clinic) -> list[str]:
    """Return words to choose from, each once: the clinic's own first, then the most common.

    In the active language. They only fill the box, which takes any other words too.
    """
    usual = [
        _("Mother"),
        _("Father"),
        _("Grandmother"),
        _("Grandfather"),
        _("Aunt"),
        _("Uncle"),
        _("Sister"),
        _("Brother"),
        _("Stepmother"),
        _("Stepfather"),
        _("Mom's partner"),
        _("Dad's partner"),
        _("Sitter"),
        _("Foster parent"),
        _("Guardian"),
        _("Godparent"),
        _("Family friend"),
        _("Neighbor"),
        _("Caseworker"),
    ]
    own = [word for word in clinic.relationship_suggestions if isinstance(word, str) and word.strip()]
    once: dict[str, str] = {}
    for word in [*own, *usual]:
        once.setdefault(word.casefold(), word)
    return list(once.values())
