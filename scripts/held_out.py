"""Which documents are never counted or trained on: kept to tune and to score."""

from __future__ import annotations

import hashlib

SHOWS = ("rfc", "afk", "brainscience", "spotlight")
EVERY = 20  # of corpora without shows, one document in this many


def number(identity: str) -> int:
    """A number that belongs to a document's id and to nothing else."""
    return int(hashlib.sha1(identity.encode()).hexdigest(), 16)


def held_out(identity: str) -> bool:
    """Whether a document is held out: whole shows by name, elsewhere by a hash of the id."""
    if any(f"/{show}/" in f"/{identity}/" for show in SHOWS):
        return True
    return not identity.startswith("thechangelog") and number(identity) % EVERY == 0


def for_tuning(identity: str) -> bool:
    """Whether a held-out document may tune weights; the others are for scoring alone."""
    return number(identity) // EVERY % 2 == 0
