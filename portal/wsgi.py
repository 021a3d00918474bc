"""What a WSGI server serves."""

import os

from django.core.wsgi import get_wsgi_application

from registry.snapshot_holder import start_holding

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()

# Each worker loads this for itself; the first question need not wait for the register then.
start_holding()
