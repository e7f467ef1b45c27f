"""The WSGI entry point, for granian and every other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamnhin.config.settings")

application = get_wsgi_application()
