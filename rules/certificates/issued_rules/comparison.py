"""Who issued the certificate, and whether it is what was asked for (SEC L11.5)."""

from typing import Final

from rules.certificates import keys, profiles
from rules.certificates.issued_rules.facts import IssuedFacts, unread, unread_extension
from rules.certificates.structures import Name, NameAttribute
from rules.rule import Outcome, Rule, failed_for, passed
from rules.sentences import Told
from rules.words import listed, quoted

_STRING_TYPES: Final = frozenset({"UTF8String", "PrintableString"})
"""As RFC 5280, 4.1.2.4 has an issuer's name written."""


def _issuing_certificate(facts: IssuedFacts) -> Outcome:
    issuing = facts.issuing_certificate
    if issuing.subject is None or issuing.point is None or issuing.subject_key_identifier is None:
        return failed_for("issuing-certificate-unreadable")
    return passed(f"The issuing OCA is {issuing.subject_text}.")


def _issuer(facts: IssuedFacts) -> Outcome:
    issuer, expected = facts.certificate.issuer, facts.issuing_certificate.subject
    if issuer is None or expected is None:
        return unread(facts, "issuer")
    if not _same_name(issuer, expected):
        return failed_for(
            "certificate-issuer-differs", issuer=_written(issuer), expected=_written(expected)
        )
    return passed(f"The issuer is {issuer.text}.")


def _same_name(one: Name, other: Name) -> bool:
    # By value, not by octets (RFC 5280, 7.1): DCC issuing certificates write their own name in
    # PrintableStrings, and the certificates they issue write it in UTF8Strings.
    return _values(one) == _values(other)


def _values(name: Name) -> list[list[tuple[str, str | bytes]]]:
    return [[(a.oid, a.text if _is_plain(a) and a.text else a.der) for a in r] for r in name.rdns]


def _is_plain(attribute: NameAttribute) -> bool:
    return attribute.string_type in _STRING_TYPES


def _written(name: Name) -> str:
    """Return a name, with its types where they are other than those of an issuer's name."""
    others = dict.fromkeys(a.string_type for a in name.attributes if not _is_plain(a))
    types = f" (in {listed(list(others))})" if others else ""
    return f"{quoted(name.text)}{types}"


def _signature(facts: IssuedFacts) -> Outcome:
    certificate, point = facts.certificate, facts.issuing_certificate.point
    algorithm = certificate.outer_signature_algorithm
    if certificate.signature is None or certificate.signed is None or point is None:
        return unread(facts, "signature or the issuing OCA's key")
    if algorithm is None or algorithm.oid != profiles.ECDSA_WITH_SHA256:
        return unread(facts, "signature")
    fault = keys.signature_fault(certificate.signature, is_p256=True)
    if fault is not None:
        return failed_for("certificate-signature-malformed", detail=fault)
    if not keys.verifies(point, signature=certificate.signature, data=certificate.signed):
        return failed_for("certificate-signature-invalid")
    return passed("The certificate's signature verifies with the issuing OCA's key.")


def _subject(facts: IssuedFacts) -> Outcome:
    subject, asked = facts.certificate.subject, facts.request.subject
    if subject is None:
        return unread(facts, "subject")
    if asked is None or subject.der != asked.der:
        return failed_for(
            "certificate-subject-differs",
            subject=quoted(subject.text),
            asked=quoted(asked.text if asked is not None else "unreadable"),
        )
    return passed("The certificate's subject is exactly the one asked for.")


def _public_key(facts: IssuedFacts) -> Outcome:
    found = facts.certificate.spki_sha256
    if found is None:
        return unread(facts, "public key")
    if found != facts.request.spki_sha256:
        return failed_for(
            "certificate-public-key-differs",
            key=f"{found[:16]}…",
            asked=f"{(facts.request.spki_sha256 or 'unreadable')[:16]}…",
        )
    return passed("The certificate's public key is the request's.")


def _key_usage(facts: IssuedFacts) -> Outcome:
    usage, asked = facts.certificate.key_usage, facts.request.key_usage
    if usage is None:
        return unread_extension(facts, profiles.KEY_USAGE)
    if asked is None or usage.bits != asked.bits:
        return failed_for(
            "certificate-key-usage-differs",
            key_usage=usage.name or "not a single one",
            asked=str(asked.name) if asked is not None else "none",
        )
    return passed(f"The certificate's keyUsage is {usage.name}, as asked for.")


COMPARISON_RULES: tuple[Rule[IssuedFacts], ...] = (
    Rule(
        id="APPB-B-issuing-certificate",
        title="The issuing OCA's own certificate can be read",
        cites="SEC Appendix B, Annex B; a fact the other rules need",
        reasons={
            "issuing-certificate-unreadable": Told(
                says="The issuing OCA's own certificate has no readable subject, P-256 key or key "
                "identifier; put the right one in place.",
                do="Have the operator put the right certificate of the issuing OCA in place.",
            ),
        },
        check=_issuing_certificate,
    ),
    Rule(
        id="APPB-B-issuer",
        title="The issuer is the issuing OCA",
        cites="SEC Appendix B, Annex B (Issuer); RFC 5280, 4.1.2.4 and 7.1",
        reasons={
            "certificate-issuer-differs": Told(
                says="The certificate names {issuer} as its issuer, and the issuing OCA is "
                "{expected}.",
                do="Have the certificate issued again by the issuing OCA, under its own name.",
            ),
        },
        check=_issuer,
    ),
    Rule(
        id="APPB-B-signature",
        title="The certificate's signature verifies with the issuing OCA's key",
        cites="SEC Appendix B, Annex B (Signature); RFC 5280, 4.1.1.3",
        reasons={
            "certificate-signature-malformed": Told(
                says="The certificate's signature is not an ECDSA signature in DER: {detail}.",
                do="Have the OCA issue the certificate again with an ECDSA signature in DER.",
            ),
            "certificate-signature-invalid": Told(
                says="The certificate's signature does not verify with the issuing OCA's key; it "
                "was changed or is not this OCA's.",
                do="Have the certificate issued again by the issuing OCA, signed with its own "
                "key.",
            ),
        },
        check=_signature,
    ),
    Rule(
        id="L11.5-subject",
        title="The certificate's subject is exactly the one asked for",
        cites="SEC L11.5; SEC Appendix M, 2.3.1.5",
        reasons={
            "certificate-subject-differs": Told(
                says="The certificate's subject {subject} is not exactly the one asked for, "
                "{asked}.",
                do="Have the OCA issue the certificate again with exactly the subject that was "
                "asked for.",
            ),
        },
        check=_subject,
    ),
    Rule(
        id="L11.5-public-key",
        title="The certificate's public key is the request's",
        cites="SEC L11.5; SEC Appendix M, 2.3.1.5",
        reasons={
            "certificate-public-key-differs": Told(
                says="The certificate's public key ({key}) is not the request's ({asked}).",
                do="Have the OCA issue the certificate again for the public key of the request.",
            ),
        },
        check=_public_key,
    ),
    Rule(
        id="L11.5-key-usage",
        title="The certificate's keyUsage is the one asked for",
        cites="SEC L11.5; SEC Appendix M, 2.3.1.5",
        reasons={
            "certificate-key-usage-differs": Told(
                says="The certificate's keyUsage is {key_usage}, and {asked} was asked for.",
                do="Have the OCA issue the certificate again with the keyUsage that was asked "
                "for.",
            ),
        },
        check=_key_usage,
    ),
)
