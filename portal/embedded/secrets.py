"""The demonstration's own secret key, made on the first start and kept."""

import os
import secrets
from pathlib import Path


def secret_key(data_dir: Path) -> str:
    """Return the key kept in the data folder, making it where there is none."""
    path = data_dir / "secret-key"
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        pass
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(64))
    try:
        # Two that start at once agree on the first one's.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text("ascii")
