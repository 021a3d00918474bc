"""What a WSGI server serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()

# It needs the models, which are there only now.
from registry.snapshot_holder import start_holding  # noqa: E402

# Each worker loads this for itself; the first question need not wait for the register then.
start_holding()
