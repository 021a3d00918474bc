"""May this Party have this certificate: Authorised Subscriber, User ID and Remote Party Role.

Another Party's User ID and one that nobody has give the same words, so that nothing is learned
of other Parties by asking.
"""

from rules.certificates.facts import KnownUserId, RequestFacts
from rules.certificates.request_rules.unread import unread_eui64, unread_role
from rules.roles import ENTITLED_ROLES, REMOTE_PARTY_ROLES, XML_SIGN, UserRole
from rules.rule import Outcome, Rule, failed_for, not_applicable, not_checked, passed
from rules.sentences import Told


def _subscriber(facts: RequestFacts) -> Outcome:
    if not facts.party.is_authorised_subscriber:
        return failed_for("not-authorised-subscriber", party=facts.party.name)
    return passed(f"{facts.party.name} is an Authorised Subscriber.")


def own_user_id(facts: RequestFacts) -> KnownUserId | None:
    """Return the register's User ID for the request's EUI-64 where it is the applicant's own."""
    user_id = facts.user_id
    if user_id is None or user_id.party_reference != facts.party.reference:
        return None
    # Facts that were gathered for another EUI-64 entitle nobody.
    return user_id if user_id.eui64 == facts.reading.eui64 else None


def _user_id(facts: RequestFacts) -> Outcome:
    eui64 = facts.reading.eui64
    if eui64 is None:
        return unread_eui64(facts.reading)
    if own_user_id(facts) is None:
        return failed_for("eui64-not-a-user-id-of-the-party", eui64=eui64, party=facts.party.name)
    return passed(f"The EUI-64 {eui64} is a User ID of {facts.party.name}.")


def _role(facts: RequestFacts) -> Outcome:
    code = facts.reading.remote_party_role
    if code is None:
        return unread_role(facts.reading)
    category = facts.party.category
    entitled = ENTITLED_ROLES[category]
    if code not in entitled:
        return failed_for(
            "role-not-for-category",
            role=_named(code),
            category=category.value,
            allowed=tuple(_named(role) for role in sorted(entitled)),
        )
    return passed(f"A Party of the category {category.value} may have the role {_named(code)}.")


def _named(code: str) -> str:
    return f"{REMOTE_PARTY_ROLES[code].name} ({code})"


def _solr_contingency(facts: RequestFacts) -> Outcome:
    if facts.reading.eui64 is None:
        return unread_eui64(facts.reading)
    user_id = own_user_id(facts)
    if user_id is None:
        return not_checked("the EUI-64 is not a User ID of the Party")
    if UserRole.SOLR_CONTINGENCY not in user_id.user_roles:
        return not_applicable("The User ID does not have the User Role SolrContingency.")
    code = facts.reading.remote_party_role
    if code is None:
        return unread_role(facts.reading)
    if code != XML_SIGN:
        return failed_for("solr-contingency-not-xmlsign", user_id=user_id.eui64, role=_named(code))
    return passed("The User Role SolrContingency may have an xmlSign (87) certificate.")


ENTITLEMENT_RULES: tuple[Rule[RequestFacts], ...] = (
    Rule(
        id="APPM-2.3.1-subscriber",
        title="The Party is an Authorised Subscriber",
        cites="SEC Appendix M, 2.3.1.3",
        reasons={
            "not-authorised-subscriber": Told(
                says="{party} is not an Authorised Subscriber for Organisation Certificates; ask "
                "the DCC's SMKI Registration Authority to complete its application.",
                do="Ask the DCC's SMKI Registration Authority to complete the Party's "
                "application.",
            ),
        },
        check=_subscriber,
    ),
    Rule(
        id="APPM-2.3.1-user-id",
        title="The EUI-64 is a User ID of the Party",
        cites="SEC Appendix M, 2.3.1.3",
        reasons={
            "eui64-not-a-user-id-of-the-party": Told(
                says="The EUI-64 {eui64} is not registered as a User ID of {party}; use one of "
                "its own User IDs, or have this one registered first.",
                do="Use one of the Party's own User IDs, or have this EUI-64 registered as one "
                "first.",
            ),
        },
        check=_user_id,
    ),
    Rule(
        id="APPM-2.3.1-role",
        title="The Remote Party Role is one that the Party may have",
        cites="SEC Appendix M, 2.3.1.3 and Appendix F (Organizational Unit)",
        reasons={
            "role-not-for-category": Told(
                says="The Remote Party Role {role} is not one that a Party of the category "
                "{category} may subscribe for; it may have {allowed:or}.",
                do="Ask for a Remote Party Role that a Party of this category may have.",
            ),
        },
        check=_role,
    ),
    Rule(
        id="MP134B-2-xmlsign",
        title="A User ID with the User Role SolrContingency has xmlSign certificates only",
        cites="MP134B business requirement 2",
        reasons={
            "solr-contingency-not-xmlsign": Told(
                says="The User ID {user_id} has the User Role SolrContingency, for which only "
                "xmlSign (87) certificates are issued, not {role}; write 87 as the "
                "organizationalUnitName.",
                do="Write 87, which is xmlSign, as the organizationalUnitName.",
            ),
        },
        check=_solr_contingency,
    ),
)
