"""What the launcher says when it cannot go on.

EmbeddedError            one clear line for the person at the terminal
├── ChildDiedError       a service ended by itself; carries the end of its log
└── StopRequestedError   somebody asked for the end (Ctrl-C, SIGTERM)
"""

NO_DATABASE = 3
"""The exit status of the preparation that says: my last line is all there is to say."""


class EmbeddedError(Exception):
    """The services cannot be started or go on; the text says why and what to do."""


class ChildDiedError(EmbeddedError):
    """A service that must live ended by itself."""


class StopRequestedError(EmbeddedError):
    """A signal asked for the end."""
