"""The development OCA killed between its file writes: one hierarchy, one answer, whole files."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from registry.gateways.development_oca import DevelopmentOca
from rules.certificates.making import build_request
from tests.factories import a_key, an_eui64
from tests.faults.killing import each_death

# The instrument watches the database too, although nothing here goes to it.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.slow,
]


def a_request():
    return build_request(a_key(), eui64=an_eui64(), remote_party_role="87")


def test_killed_anywhere_while_it_makes_its_hierarchy_and_answers_it_is_one_oca_afterwards(
    tmp_path, count_of_deaths
):
    lives = []

    def a_life():
        lives.append((DevelopmentOca(tmp_path / str(len(lives))), a_request()))
        oca, request = lives[-1]
        return lambda: oca.issue(request, reference="CSR-000001")

    deaths = 0
    for _ in each_death(a_life):
        oca, request = lives[-1]
        left = list((tmp_path / str(len(lives) - 1)).glob("issued/*.der"))
        answers = [path.read_bytes() for path in left]

        certificate = oca.issue(request, reference="CSR-000001")
        assert answers in ([], [certificate]), "what was there whole is the answer"
        assert oca.issue(request, reference="CSR-000001") == certificate

        folder = tmp_path / str(len(lives) - 1)
        root = x509.load_pem_x509_certificate((folder / "devroot.pem").read_bytes())
        issuing = x509.load_der_x509_certificate(oca.issuing_certificate())
        root.verify_directly_issued_by(root)
        issuing.verify_directly_issued_by(root)
        x509.load_der_x509_certificate(certificate).verify_directly_issued_by(issuing)
        for name, of in (("devroot", root), ("devoca", issuing)):
            key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            assert key.public_key() == of.public_key()
            assert (folder / f"{name}.key").stat().st_mode & 0o777 == 0o600
        assert not list(folder.rglob("*.part"))
        deaths += 1
    assert deaths >= 30
    count_of_deaths("development OCA", deaths)


def test_a_register_set_back_that_uses_a_reference_again_gets_its_own_certificate(tmp_path):
    """A restored backup or an emptied database counts its references from where it stands."""
    oca = DevelopmentOca(tmp_path)
    before, after = a_request(), a_request()
    first = oca.issue(before, reference="CSR-000001")
    second = oca.issue(after, reference="CSR-000001")
    assert [x509.load_der_x509_certificate(der).public_key() for der in (first, second)] == [
        x509.load_der_x509_csr(der).public_key() for der in (before, after)
    ]
    assert oca.issue(before, reference="CSR-000001") == first
