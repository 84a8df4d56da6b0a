"""Proving, signing, and setting a rule of separation aside."""

from qms.signatures.services.exceptions import (
    end_exception,
    exception_content_hash,
    grant_exception,
    refuse_exception,
)
from qms.signatures.services.proofs import (
    PROOF_LIFE,
    ask_passkey,
    forget_unused,
    make_proof,
    prove_by_passkey,
    prove_by_password,
    refuse_borrowed,
)
from qms.signatures.services.signing import sign

__all__ = [
    "PROOF_LIFE",
    "ask_passkey",
    "end_exception",
    "exception_content_hash",
    "forget_unused",
    "grant_exception",
    "make_proof",
    "prove_by_passkey",
    "prove_by_password",
    "refuse_borrowed",
    "refuse_exception",
    "sign",
]
