"""The application that the production server serves."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from clinic import waits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

waits.bound_database_waits(settings.DATABASES["default"])
application = get_wsgi_application()
