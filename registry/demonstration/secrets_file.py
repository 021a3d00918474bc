"""How to sign in as the demonstration's people: a file of mode 0600 in the data folder."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from registry.errors import NotFoundError, RegistryError


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationSecrets:
    """The one password of all, and each person's TOTP secret in hexadecimal by e-mail address."""

    password: str
    totp_keys: dict[str, str]


def secrets_path() -> Path:
    """Return where the secrets lie."""
    return Path(settings.DATA_DIR) / "demonstration.json"


def read_secrets() -> DemonstrationSecrets:
    """Return the secrets of this installation's demonstration.

    Raises:
        NotFoundError: There is no demonstration here.
        RegistryError: The file is not what was written.
    """
    path = secrets_path()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return DemonstrationSecrets(
            password=str(stored["password"]), totp_keys=dict(stored["totp_keys"])
        )
    except FileNotFoundError:
        raise NotFoundError("demonstration; `make run` makes one") from None
    except (ValueError, KeyError, TypeError) as fault:
        raise RegistryError(
            "demonstration-secrets-unreadable",
            f"The demonstration's secrets in {path} cannot be read; remove the file and start "
            "again, and new ones will be made.",
        ) from fault


def write_secrets(secrets: DemonstrationSecrets) -> None:
    """Write the secrets so that the file is there whole or not at all, for its owner alone."""
    path = secrets_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"password": secrets.password, "totp_keys": secrets.totp_keys}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
