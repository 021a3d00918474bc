"""How gunicorn serves the portal: `gunicorn --config python:portal.web_server portal.wsgi`."""

# A thread gets a request when it is here, and never waits for a slow client
# (docs/decisions/0010).
worker_class = "portal.serving.worker.PatientWorker"
sendfile = False
threads = 8
# In each process; below 1,024, which is as many files as a process may have on many systems.
worker_connections = 800
timeout = 60
graceful_timeout = 5

# Nobody may tell the server by a header what the address of the portal is (`SCRIPT_NAME`,
# `PATH_INFO`) or how a request came; what a proxy tells is for `portal.intake` to take or drop.
forwarded_allow_ips = ""
forwarder_headers = ""
# A header with an underscore would pass for the one with a hyphen.
header_map = "drop"

# Without the query, which has what people type into filters, and without where they came from.
accesslog = "-"
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s %(M)s ms "%(a)s"'
