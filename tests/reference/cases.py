"""Whole cases: a message, a register, and what is asked; and how to tell what a case is."""

from dataclasses import dataclass

from hypothesis import strategies as st

from rules.identifiers import Eui64
from rules.register.checkpoints import DSP, Checkpoint
from rules.register.snapshot import Snapshot
from rules.service_requests.question import DeviceFacts, Generation, Question
from tests.reference.checker import SIZE_LIMIT
from tests.reference.choosing import MOMENTS, mostly
from tests.reference.messages import PATHS, Sent, messages
from tests.reference.registers import USER_IDS, Change, changed, changes
from tests.rules.service_requests.vectors_registration import ALPHA
from tests.rules.service_requests.world import OTHER_PARTYS_USER_ID, USER_ID

_BETA = Checkpoint("s1sp:BETA")


@dataclass(frozen=True)
class Case:
    """One message to decide, against the right register with a few changes."""

    question: Question
    changes: list[Change]
    size_limit: int = SIZE_LIMIT
    is_changed: bool = False
    """Whether the message was changed after it was signed."""

    @property
    def snapshot(self) -> Snapshot:
        return changed(self.changes)

    def account(self) -> str:
        """Tell what was asked, and in what the register is not as it should be."""
        question = self.question
        return "\n".join(
            (
                f"{question.generation} at {question.checkpoint}, {question.device}",
                f"as of {question.received_at.isoformat()}, about now: {question.is_about_now}",
                *(f"{change.make.__name__}{change.what}" for change in self.changes),
                question.message.decode(errors="backslashreplace"),
            )
        )


@st.composite
def questions(draw: st.DrawFn, sent: Sent) -> Question:
    generation = Generation.SMETS1 if sent.is_smets1 else Generation.SMETS2_PLUS
    return Question(
        message=sent.message,
        generation=generation,
        received_at=draw(mostly(MOMENTS[0], *MOMENTS[1:], of=1)),
        is_about_now=draw(st.booleans()),
        checkpoint=draw(st.sampled_from([DSP, DSP, ALPHA, _BETA])),
        device=draw(devices(sent)),
    )


@st.composite
def devices(draw: st.DrawFn, sent: Sent) -> DeviceFacts:
    """What the asker says of the Device: mostly what lets the message pass."""
    whose = sent.supplier if sent.signer != USER_ID else sent.originator
    who = [frozenset({whose}), frozenset({whose, OTHER_PARTYS_USER_ID})]
    # Where there are exceptions to registration, it is mostly somebody else who is registered.
    weight = 1 if sent.srv in {"6.15.1", "8.7.2", "8.12.2"} else 3
    others = [None, frozenset[Eui64](), frozenset({OTHER_PARTYS_USER_ID}), frozenset(USER_IDS)]
    return DeviceFacts(
        registered_user_ids=draw(st.sampled_from(who * weight + others)),
        s1sp=draw(st.sampled_from([None, "ALPHA", "BETA"])),
        hub_import_supplier_ids=draw(st.sampled_from([None, *who, *others])),
        certificate_owner=draw(st.sampled_from([whose] * 6 + [None] * 3 + list(USER_IDS))),
        notified_critical_supplier_id=draw(mostly(None, whose, *USER_IDS, of=2)),
    )


@st.composite
def cases(draw: st.DrawFn, paths: tuple[str, ...] = tuple(PATHS)) -> Case:
    """A case whose message goes one of some ways (`tests.reference.messages.PATHS`)."""
    sent = draw(messages(paths))
    limit = draw(mostly(SIZE_LIMIT, len(sent.message), len(sent.message) - 1, of=40))
    about = changes(sent.signer, sent.supplier, sent.srv)
    return Case(draw(questions(sent)), draw(about), limit, sent.is_changed)
