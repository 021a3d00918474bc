"""Who may do what, as architecture's table has it."""

import pytest

from rules.duties import FOR_OWN_PARTY, PERMITTED, SEEN_BY, Act, PersonRole, Sight, may

TABLE = {
    Act.SUBMIT_REQUEST: "SRO ARO officer",
    Act.WITHDRAW_REQUEST: "SRO ARO officer",
    Act.NOTIFY_CERTIFICATE: "SRO ARO officer",
    Act.WITHDRAW_NOTIFICATION: "SRO ARO officer",
    Act.APPROVE_REQUEST: "officer",
    Act.REJECT_REQUEST: "officer",
    Act.REVOKE_CERTIFICATE: "officer",
    Act.PLACE_MPID_HOLD: "officer",
    Act.LIFT_MPID_HOLD: "officer",
    Act.PROPOSE: "officer",
    Act.CONFIRM_PROPOSAL: "officer",
    Act.WITHDRAW_PROPOSAL: "officer",
    Act.REFUSE_PROPOSAL: "officer",
    Act.REVIEW_PROPOSAL: "officer",
    Act.CLOSE_PROPOSAL: "officer",
    Act.SET_ENFORCEMENT: "officer",
    Act.POSTPONE_ENFORCEMENT: "officer",
    Act.SIGN_IN: "SRO ARO officer auditor",
    Act.END_APPOINTMENT: "SRO officer",
    Act.CONFIRM_DEVICE: "SRO ARO officer auditor",
    Sight.REGISTER: "SRO ARO officer auditor",
    Sight.MESSAGE_CHECK: "SRO ARO officer",
    Sight.PROPOSALS: "officer auditor",
    Sight.EVIDENCE: "officer auditor",
    Sight.JOBS: "officer auditor",
    Act.ADD_DAY_OFF: "officer",
    Act.TAKE_BACK_DAY_OFF: "officer",
    Sight.WORKING_DAYS: "officer auditor",
    Act.RETRY_EFFECT: "officer",
    Sight.BACKGROUND_WORK: "officer auditor",
    Sight.MAIL: "officer auditor",
    Act.FILE_DOCUMENT: "officer",
    Sight.DOCUMENTS: "officer auditor",
}


@pytest.mark.parametrize("what", [*Act, *Sight])
@pytest.mark.parametrize("role", list(PersonRole))
def test_each_role_may_do_and_see_exactly_what_the_table_says(what, role):
    assert may(role, what) is (role.value in TABLE.get(what, "").split())


def test_no_sight_has_the_name_of_an_act_and_each_is_somebodys():
    assert not {*Act} & {*Sight}
    assert set(SEEN_BY) == set(Sight)


def test_an_auditor_changes_nothing():
    acts = {act for act, roles in PERMITTED.items() if PersonRole.AUDITOR in roles}
    assert acts == {Act.SIGN_IN, Act.CONFIRM_DEVICE}


def test_an_officer_acts_for_a_party_only_where_it_is_asked_whose():
    shared = {
        act for act, roles in PERMITTED.items() if {PersonRole.OFFICER, PersonRole.ARO} <= roles
    }
    assert shared - {Act.SIGN_IN, Act.CONFIRM_DEVICE} == FOR_OWN_PARTY
