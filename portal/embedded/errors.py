"""What the launcher says when it cannot go on.

EmbeddedError            one clear line for the person at the terminal
├── ChildDiedError       a service ended by itself; carries the end of its log
└── StopRequestedError   somebody asked for the end (Ctrl-C, SIGTERM)
"""

NO_DATABASE = 3
"""Exit status of the preparation which means that its last line is the whole error message."""


class EmbeddedError(Exception):
    """The services cannot be started or go on; the text says why and what to do."""


class ChildDiedError(EmbeddedError):
    """A service that must live ended by itself."""


class StopRequestedError(EmbeddedError):
    """A signal asked for the end."""
