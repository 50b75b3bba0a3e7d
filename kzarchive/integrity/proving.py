"""What a log proves of itself: inclusion, consistency, its head, and the head under its signer's key."""

from kzarchive.integrity.checkpoints import Checkpoint, TreeHead
from kzarchive.integrity.proofs import ConsistencyProof, InclusionProof
from kzarchive.integrity.signer import Signer
from kzarchive.log.leaves import leaf_of
from kzarchive.log.protocol import EventLog


def inclusion_proof(log: EventLog, position: int, size: int | None = None) -> InclusionProof:
    """Returns the proof that an event stands in the log of the first ``size`` events; None = all.

    Raises:
        UsageError: There is no such event, or no such size.
        LogError: The log is damaged.
    """
    size = log.head if size is None else size
    path = log.inclusion(position, size)
    return InclusionProof(position, leaf_of(log.get(position)), size, log.root(size), path)


def consistency_proof(log: EventLog, old: int, new: int | None = None) -> ConsistencyProof:
    """Returns the proof that the log of the first ``new`` events begins with the first ``old`` ones; None = all.

    Raises:
        UsageError: There are no such sizes.
        LogError: The log is damaged.
    """
    new = log.head if new is None else new
    return ConsistencyProof(old, log.root(old), new, log.root(new), log.consistency(old, new))


def tree_head(log: EventLog, origin: str, size: int | None = None) -> TreeHead:
    """Returns the head of the log at a size, without a signature; None = of all events.

    Raises:
        InvalidProof: The origin is not allowed.
        UsageError: There is no such size.
        LogError: The log is damaged.
    """
    size = log.head if size is None else size
    return TreeHead(origin, size, log.root(size))


def checkpoint(log: EventLog, signer: Signer) -> Checkpoint:
    """Returns a checkpoint over all events of the log.

    Raises:
        SigningRefused: The log does not continue what the key signed before.
        LogError: The log is damaged.
        StorageError: The checkpoint cannot be kept beside the key.
    """
    size = log.head
    return signer.sign(size, log.root(size), lambda old, new: consistency_proof(log, old, new))
