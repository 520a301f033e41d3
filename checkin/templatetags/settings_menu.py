"""The menu of the settings: `{% settings_menu as pages %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from checkin.web.settings_pages import SettingsPage, list_settings_pages

register = template.Library()


@register.simple_tag(takes_context=True)
def settings_menu(context: Mapping[str, Any]) -> list[SettingsPage]:
    """Return the settings pages that this person may open."""
    return list_settings_pages(context["request"].user)
