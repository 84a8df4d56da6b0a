"""Signatures, the single-use proofs they are made with, and recorded exceptions to separation of duties."""
