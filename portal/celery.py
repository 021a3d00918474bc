"""The Celery application: wakes the workers and keeps the schedule.

The worker uses threads (`CELERY_WORKER_POOL`): its tasks wait for the database and for other
systems, a thread costs a third of the memory of a process, and a worker that is one process can
leave no child behind when it is killed. Its price is that a task cannot be cut off from outside:
tasks set timeouts on what they wait for.
"""

from celery import Celery, signals

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
# For every thread, not only the one that imports this: the web server has several.
app.set_default()
app.autodiscover_tasks(["registry"])


@signals.setup_logging.connect
def _keep_django_logging(**_: object) -> None:
    """Leave the log as the settings have it; Celery would replace it."""
