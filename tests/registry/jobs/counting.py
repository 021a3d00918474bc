"""A kind of job that counts, leaves a trace of each step, and has an effect in the last one."""

from collections.abc import Callable
from dataclasses import dataclass, field

from registry.jobs.asking import ask
from registry.jobs.kinds import Finished, Going, JobKind, Work, by_name
from registry.models import Job, PassingThing, Person
from rules.duties import Act, Sight
from tests.factories import AT


class KilledError(BaseException):
    """The worker died here: nothing of it gets to tidy up."""


def nothing_more(_work: Work) -> None:
    pass


@dataclass
class Counting:
    """The kind, and what happens in a step before it has counted."""

    meets: Callable[[Work], None] = nothing_more
    name: str = "count"
    started_by: Act | Sight = Sight.REGISTER
    seen_by: Act | Sight = Sight.EVIDENCE
    is_single: bool = False
    tries: int = 3
    met: list[tuple[str, int]] = field(default_factory=list)
    """Every step that was begun, whether or not it counted."""

    @property
    def kind(self) -> JobKind:
        return JobKind(
            name=self.name,
            format=1,
            called="Count",
            started_by=self.started_by,
            seen_by=self.seen_by,
            is_single=self.is_single,
            tries=self.tries,
            step=self._step,
        )

    @property
    def kinds(self):
        return by_name([self.kind])

    def _step(self, work: Work) -> Going | Finished:
        number, until = work.checkpoint or 0, work.given["until"]
        who = Person.objects.get(pk=work.given["person"])
        mark = f"{work.given['mark']}"
        self.met.append((mark, number))
        keep(who, mark, f"step-{number}")
        self.meets(work)
        if number + 1 < until:
            says = f"{number + 1} of {until}"
            return Going(checkpoint=number + 1, done=number + 1, of=until, says=says)
        keep(who, mark, "effect")
        return Finished(report={"counted": until}, done=until, of=until)


def keep(person: Person, mark: str, what: str) -> None:
    PassingThing.objects.create(
        token=f"{mark}/{what}"[:43].ljust(43, "."), person=person, kind=what, kept_at=AT
    )


def counted(kind: JobKind, actor: Person, *, until: int = 3, mark: str = "job", at=AT) -> Job:
    """Ask for a job that counts to a number."""
    given = {"until": until, "person": actor.pk, "mark": mark}
    return ask(kind, actor=actor, at=at, wake=lambda: None, given=given)


def traces(mark: str) -> list[str]:
    """Return what the steps of a job have left, by name."""
    kept = PassingThing.objects.filter(token__startswith=f"{mark}/")
    return sorted(kept.values_list("kind", flat=True))


def all_of(until: int) -> list[str]:
    """Return what a job leaves that was done."""
    return ["effect", *(f"step-{number}" for number in range(until))]
