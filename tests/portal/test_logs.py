"""Each event is one line; each line of one request carries its id."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent

# In a process of its own: the form of the log is set once for a whole process.
WRITES_LINES = """
import logging, logging.config, structlog
from portal.logs import logging_config
logging.config.dictConfig(logging_config(form="json", level="INFO"))
with structlog.contextvars.bound_contextvars(request_id="one"):
    logging.getLogger("registry").warning("a plain line of `%s`", "ours")
    structlog.get_logger("portal").info("a bound line", reference="R-1")
    try:
        1 / 0
    except ZeroDivisionError:
        logging.getLogger("registry").exception("a fault")
logging.getLogger("registry").debug("too fine")
"""


def test_lines_for_machines_are_json_with_the_id_of_the_request() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITES_LINES],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line["level"], line["request_id"]) for line in lines] == [
        ("a plain line of `ours`", "warning", "one"),
        ("a bound line", "info", "one"),
        ("a fault", "error", "one"),
    ]
    assert lines[1]["reference"] == "R-1"
    assert lines[2]["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert all(line["timestamp"].endswith("Z") for line in lines)
