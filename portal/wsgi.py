"""What a WSGI server serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

_django = get_wsgi_application()

# They need the models, which are there only now.
from portal.ending import watch_for_the_end  # noqa: E402
from portal.intake import KnownHeaders, PlainContentType  # noqa: E402
from registry.feed.reads.snapshot_holder import start_holding  # noqa: E402
from registry.gateways.duis_schema import duis_schema  # noqa: E402

application = KnownHeaders(PlainContentType(_django))

# One that cannot be used is a fault now, rather than at each question.
duis_schema()
# Each worker loads this for itself; the first question need not wait for the register then.
start_holding()
watch_for_the_end()
