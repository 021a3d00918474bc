"""Vectors of certificates that came back from the OCA."""

from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_issued import GOOD, issued, of
from tests.rules.certificates.vectors_issued_comparison import COMPARISON
from tests.rules.certificates.vectors_issued_form import DER, KIND, STRUCTURE
from tests.rules.certificates.vectors_issued_profile import EXTENSIONS, FIELDS

GOOD_FORMS = [
    issued("good, in DER", of(GOOD), {}),
    issued("good, in PEM", of(b.pem(GOOD, label="CERTIFICATE")), {}),
]

ISSUED_VECTORS = [
    *GOOD_FORMS,
    *KIND,
    *DER,
    *STRUCTURE,
    *FIELDS,
    *EXTENSIONS,
    *COMPARISON,
]
