"""Holds the checker to the DCC's own templates, signed by the DCC's own tool.

`make conformance` runs it on an empty database of its own. Exit status 0 only when every message
was decided as the published matrix has it and every mutation refused for its own reason.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
django.setup()

from django.core.management import call_command  # noqa: E402 -- Django comes first

from registry.arrangements.acts.reference_data import load_reference_data  # noqa: E402
from registry.certificates.acts.certificates import revoke_certificate  # noqa: E402
from registry.demonstration.loading import load_demonstration  # noqa: E402
from registry.feed.reads.snapshot import load_snapshot  # noqa: E402
from registry.models import OrganisationCertificate, Person  # noqa: E402
from rules.identifiers import Eui64  # noqa: E402
from rules.register.snapshot import Snapshot  # noqa: E402
from rules.service_requests.checker import decide  # noqa: E402
from rules.service_requests.decision import Decision  # noqa: E402
from rules.service_requests.question import (  # noqa: E402
    DeviceFacts,
    Generation,
    Question,
)
from rules.workflow import RevocationReason  # noqa: E402
from tests.conformance.expectations import expect, read_matrix  # noqa: E402
from tests.conformance.mutations import MUTATIONS, REVOKED  # noqa: E402
from tests.conformance.packages import (  # noqa: E402
    SIGN_WRAP,
    TEMPLATES,
    MissingError,
    fetch,
    java,
)
from tests.conformance.signing import Signed, SigningError, sign_all  # noqa: E402
from tests.conformance.subscribers import SUBMITTERS, Subscriber, subscribe  # noqa: E402

PROJECT = Path(__file__).resolve().parent.parent.parent
MATRIX = PROJECT / "rules" / "data" / "service-request-variants.csv"
DOWNLOADS = PROJECT / ".data" / "conformance"


def main() -> int:
    """Run it all and return the exit status: 0 as expected, 1 not, 2 something is missing."""
    try:
        program = java()
        templates = fetch(TEMPLATES, DOWNLOADS) / "templates"
        tool = fetch(SIGN_WRAP, DOWNLOADS) / "dist" / "tool.jar"
    except MissingError as missing:
        say(f"make conformance: {missing}")
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="ra-conformance-") as folder:
            return run(program, templates, tool, Path(folder))
    except SigningError as fault:
        say(f"the DCC's tool did not sign {fault}")
        return 1


def run(program: str, templates: Path, tool: Path, folder: Path) -> int:
    """Subscribe, sign, decide, change and decide again; return the exit status."""
    call_command("migrate", verbosity=0)
    load_reference_data(at=now())
    load_demonstration(at=now())
    subscribers = {eui64: subscribe(Eui64(eui64), folder=folder, at=now()) for eui64 in SUBMITTERS}
    say(f"{len(subscribers)} User IDs hold a certificate that was issued and notified")
    snapshot = load_snapshot()
    work = [
        (path, expect(path.read_text(encoding="utf-8"), read_matrix(MATRIX)))
        for path in sorted(templates.glob("*.XML"))
    ]
    signed = list(
        progress(sign_all(work, subscribers=subscribers, java=program, tool=tool), len(work))
    )
    wrong = [
        *decide_all(signed, snapshot),
        *decide_unregistered(signed, snapshot),
        *decide_mutations(signed, snapshot, subscribers),
    ]
    revoke_all()
    wrong += decide_revoked(signed, load_snapshot())
    for line in wrong[:20]:
        say(line)
    counts = Counter(item.expected.decision for item in signed)
    ways = [*(mutation.name for mutation in MUTATIONS), REVOKED[0]]
    sys.stdout.write(
        f"{len(signed)} templates signed by the DCC's tool: {counts['process']} processed, "
        f"{counts['cease']} ceased, for a Device of either generation; none let pass where nobody "
        "is registered and that is asked; refused for their reason: "
        + ", ".join(f"{len(signed)} with {way}" for way in ways)
        + f"; {len(wrong)} not as expected\n"
    )
    return 1 if wrong else 0


def decide_all(signed: list[Signed], snapshot: Snapshot) -> list[str]:
    """Decide every message as it was signed, for a Device of either generation for which its
    sender is registered; return what is not as expected."""
    return [
        f"{item.template.name} for {generation}: {answer.decision} {answer.reason}, "
        f"expected {item.expected.decision} {item.expected.reason}"
        for item in signed
        for generation in Generation
        for answer in [ask(item, item.message, snapshot, generation=generation)]
        if (answer.decision, answer.reason) != (item.expected.decision, item.expected.reason)
    ]


def decide_unregistered(signed: list[Signed], snapshot: Snapshot) -> list[str]:
    """Decide every message for a Device for which somebody else is registered, or for which that
    was not said; return what is not as SECMP0107 has it."""
    wrong = []
    for item in signed:
        for generation in Generation:
            for registered, reason in (
                (frozenset(), "not-registered-for-device"),
                (None, "registration-not-supplied"),
            ):
                facts = DeviceFacts(registered_user_ids=registered)
                answer = ask(item, item.message, snapshot, generation=generation, device=facts)
                must = (item.expected.decision, item.expected.reason)
                if must == ("process", None) and item.expected.asks_registration(generation):
                    must = ("cease", reason)
                if (answer.decision, answer.reason) != must:
                    wrong.append(
                        f"{item.template.name} for {generation}, registered {registered}: "
                        f"{answer.decision} {answer.reason}, expected {must}"
                    )
    return wrong


def decide_mutations(
    signed: list[Signed], snapshot: Snapshot, subscribers: dict[str, Subscriber]
) -> list[str]:
    """Decide every message changed in every way; return what is not refused for its reason."""
    wrong = []
    for item in signed:
        by = subscribers[item.expected.user_id]
        other = next(one for one in subscribers.values() if one is not by)
        for mutation in MUTATIONS:
            changed = mutation.apply(item.message, by, other)
            if changed == item.message:
                wrong.append(f"{item.template.name}: {mutation.name} changed nothing")
                continue
            answer = ask(item, changed, snapshot)
            wrong += refused(item, mutation.name, mutation.reason, answer)
    return wrong


def decide_revoked(signed: list[Signed], snapshot: Snapshot) -> list[str]:
    """Decide every message once its certificate has been revoked."""
    return [
        line
        for item in signed
        for line in refused(item, *REVOKED, ask(item, item.message, snapshot))
    ]


def refused(item: Signed, what: str, reason: str, answer: Decision) -> list[str]:
    """Return a line where an answer is no refusal for this reason, else none."""
    if (answer.decision, answer.reason) == ("cease", reason):
        return []
    return [
        f"{item.template.name}, {what}: {answer.decision} {answer.reason}, expected cease {reason}"
    ]


def ask(
    item: Signed,
    message: bytes,
    snapshot: Snapshot,
    *,
    generation: Generation = Generation.SMETS2_PLUS,
    device: DeviceFacts | None = None,
) -> Decision:
    """Decide one message at this moment; its sender is registered unless said otherwise."""
    own = DeviceFacts(registered_user_ids=frozenset({Eui64(item.expected.user_id)}))
    question = Question(
        message=message,
        generation=generation,
        received_at=now(),
        device=own if device is None else device,
    )
    return decide(question, snapshot)


def revoke_all() -> None:
    """Revoke every certificate, as an officer."""
    officer = Person.objects.get(email="officer1@dcc.example")
    for certificate in OrganisationCertificate.objects.all():
        revoke_certificate(
            certificate.pk,
            actor=officer,
            reason=RevocationReason.CESSATION_OF_OPERATION,
            note="The conformance run is over.",
            at=now(),
        )


def progress(signed: Iterable[Signed], total: int) -> Iterable[Signed]:
    """Show on a terminal how far the signing is."""
    for number, item in enumerate(signed, 1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\rsigning {number} of {total}")
        yield item
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def say(line: str) -> None:
    """Say something that is not the answer."""
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
