"""How the reference says that something must not be."""


class Fails(Exception):  # noqa: N818 -- a verdict, not an error
    """The first thing that is wrong, where nothing after it can be asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def unless(condition: object, reason: str) -> None:
    """Fail for a reason unless a condition is true."""
    if not condition:
        raise Fails(reason)
