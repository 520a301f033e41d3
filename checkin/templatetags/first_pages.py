"""Lead to the page that a person begins on: `{% with request.user|first_page as first_page %}`."""

from __future__ import annotations

from django import template

from checkin.web.first_pages import FirstPage, find_first_page_of_anybody

register = template.Library()


@register.filter
def first_page(user: object) -> FirstPage:
    return find_first_page_of_anybody(user)
