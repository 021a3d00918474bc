"""A web worker is told to end, and told again before it has taken it in."""

import subprocess
import sys

PROGRAM = """
import signal
import sys

told = []
signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))

from portal import ending

ending.watch_for_the_end()
assert not ending.is_ending()
steps = again_at = 0

def look(frame, event, argument):
    global steps
    if frame.f_code.co_filename == "<string>" or "told" not in names_from(frame):
        return look
    steps += 1
    if steps == again_at:
        sys.settrace(None)
        signal.raise_signal(signal.SIGTERM)
    return look

def names_from(frame):
    names = set()
    while frame is not None:
        names.add(frame.f_code.co_name)
        frame = frame.f_back
    return names

while steps >= again_at:
    steps, again_at = 0, again_at + 1
    told.clear()
    sys.settrace(look)
    signal.raise_signal(signal.SIGTERM)
    sys.settrace(None)
    print(again_at, steps, len(told), flush=True)
    assert ending.is_ending()
"""
"""Tells the process to end, and again at the first, the second … step of its own handler."""


def test_a_worker_told_to_end_while_it_takes_that_in_goes_on_to_end() -> None:
    # Gunicorn tells a worker that it wants rid of once a second, and at once when another ends.
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    *again, never = [[int(word) for word in line.split()] for line in done.stdout.splitlines()]
    assert again
    assert {times for _, _, times in again} == {2}
    assert never[2] == 1
