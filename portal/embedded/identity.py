"""As whom PostgreSQL runs: it refuses to run as root.

As root we give it a user namespace in which it is nobody. It keeps our right to our own files,
so nothing is chowned and no folder is opened to others. Where namespaces are forbidden (many
containers), it runs as an unprivileged user, to whom its data is handed over.
"""

import ctypes
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.errors import EmbeddedError

_NOBODY = 65_534
_CLONE_NEWUSER = 0x1000_0000
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How a child becomes somebody who is not root."""

    user: int | None = None
    """The user id to run as; `None` is our own."""
    prepare: Callable[[], None] | None = None
    """Runs in the child before the program."""

    def hand_over(self, folder: Path) -> None:
        """Give an empty folder to the user, where it is another than ours, and let it pass."""
        if self.user is not None:
            os.chown(folder, self.user, self.user)
            folder.parent.chmod(0o711)


def identity(program: Path, data: Path) -> Identity:
    """Return an identity that can run the program on its data.

    Args:
        program: the server.
        data: its data, which belongs to whoever ran it first; may not be there yet.

    Raises:
        EmbeddedError: when we are root and there is none.
    """
    if os.geteuid() != 0:
        return Identity()
    in_a_namespace = Identity(prepare=become_nobody_in_a_namespace)
    if data.exists():
        owner = data.stat().st_uid
        candidates = [Identity(user=owner) if owner else in_a_namespace]
    else:
        # The owner of the program, when that is not root, can read it for certain.
        others = {program.stat().st_uid: None, _NOBODY: None}
        candidates = [in_a_namespace, *(Identity(user=user) for user in others if user)]
    for candidate in candidates:
        if _runs(program, candidate):
            return candidate
    raise EmbeddedError(
        "PostgreSQL does not run as root, and here no other user can run it: "
        "run this as an ordinary user, or set DATABASE_URL"
    )


def _runs(program: Path, candidate: Identity) -> bool:
    try:
        tried = subprocess.run(  # noqa: S603 - our own binary, no shell
            [program, "--version"],
            user=candidate.user,
            group=candidate.user,
            extra_groups=None if candidate.user is None else (),
            preexec_fn=candidate.prepare,
            capture_output=True,
            check=False,
            cwd="/",
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


def become_nobody_in_a_namespace() -> None:
    """Enter a new user namespace in which we are `nobody`; outside we stay who we are.

    Raises:
        OSError: when the kernel or the container forbids it.
    """
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    # Without this a process may not choose its group.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{_NOBODY} {group} 1")
