"""The schedule that `celery beat` keeps."""

from pathlib import Path

from celery.beat import PersistentScheduler


class Schedule(PersistentScheduler):
    """Remembers over a restart when each task was last due."""

    schedule_filename: str

    def setup_schedule(self) -> None:
        """Open the file that remembers; a new installation has no folder for it yet."""
        Path(self.schedule_filename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().setup_schedule()
