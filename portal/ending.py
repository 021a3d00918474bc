"""Knows when a web worker was told to end, so that it holds no request until it is killed."""

import signal
import threading
from types import FrameType

# Not a `threading.Event`: its lock is not to be had a second time by the same thread, and SIGTERM
# comes again while the first is being taken in.
_was_told = False


def is_ending() -> bool:
    """Tell whether this process was told to end."""
    return _was_told


def watch_for_the_end() -> None:
    """From now on, record that SIGTERM came, then pass it to the server's own handler.

    Does nothing where the server has no handler of its own, or outside the main thread, in which
    alone signals can be watched: what is held then ends when its time is up.
    """
    theirs = signal.getsignal(signal.SIGTERM)
    if not callable(theirs) or threading.current_thread() is not threading.main_thread():
        return

    def told(number: int, frame: FrameType | None) -> None:
        global _was_told  # noqa: PLW0603 -- a signal is for the whole process
        _was_told = True
        theirs(number, frame)

    signal.signal(signal.SIGTERM, told)
    # As Gunicorn has it: requests that are being answered are not disturbed.
    signal.siginterrupt(signal.SIGTERM, False)  # noqa: FBT003 -- it takes no keyword
