"""Integrity: what can be proved about an archive, to whom, and what cannot.

Layers, each checked without trust in the one below it: the triggers of the file; the digests and identities of the
events; the Merkle tree (RFC 9162) over all of them; checkpoints (C2SP ``tlog-checkpoint``) that sign its root; bundles
that carry events with their proofs to people who have neither the archive nor this package.

What is promised, against whom
------------------------------

* **A disk or a crash.** What an append acknowledged is on the disk, whole; what it did not is not there, or whole.
  A full disk is an error that leaves nothing half written. A changed byte is found by ``verify``, unless it stands
  where the file holds no data. A disk that lied about what it had written loses events at the end, whole ones, which
  ``verify --against`` a checkpoint finds.
* **A file that is replaced while it is open.** Whoever has it open is told at the next call, and no append to a file
  that has lost its name is acknowledged. Overwriting the bytes of an open file (``cp`` onto it) is not such a
  replacement: nothing is promised of that.
* **A person with an editor or the sqlite3 shell.** UPDATE, DELETE and REPLACE are refused. Who drops the triggers is
  found by every opening of the archive; who changes, takes out, renumbers or reorders events is found by ``verify``.
* **Somebody who rewrites the whole file, tree and all.** Found by whoever kept a checkpoint: an older state of this
  log is either a beginning of the file, or the file is another log (``verify --against``). So publish checkpoints:
  print them, mail them, give them to those who would attack the archive. Without one kept apart from the file a
  thorough rewriting cannot be told from the truth.
* **Us.** Nobody needs to believe the archive or run this package: ``export-verifier`` writes one Python file that
  checks a bundle with the standard library alone, and its formats are public ones that other people's tools read.
* **Our own mistakes.** The signer signs only what continues what it signed before. A backup gets its name only when it
  verifies. A redaction takes a body away and leaves every root and proof as it was.

What is not promised
--------------------

* That what is recorded is true, or was recorded when it says: ``recorded`` is the archive's own clock. A checkpoint
  proves that its events were there when the checkpoint was published, and nothing about before.
* Against a thief of the signing key: he signs what he likes. The key file is for its owner alone and is not
  encrypted; keep it apart from the archive. A theft shows when two checkpoints contradict each other; then make a new
  key and say since when the old one counts no more.
* Against a host that never publishes a checkpoint, or shows one history to you and another to others. Compare
  checkpoints with each other over a way that the host does not control.
* Against somebody who deletes everything. Keep backups.
* Secrecy. The file, its backups and bundles are readable by whoever has them. Redaction cannot reach what left the
  archive before: copies, bundles, backups.
* File systems over a network. SQLite's locks do not hold on many of them: keep an archive that is being written on a
  local disk, and send copies.
* A second SQLite library in the process that writes (apsw, adbc, connectorx, ...), or a plain ``open`` of the file
  there: either drops our locks (:mod:`kzarchive.log.neighbours`). Give such tools a copy.
* ``verify --quick`` does not look at what follows from the bodies: columns, indexes, ids. ``verify`` does.

Where a changed byte does not matter
------------------------------------

The test of every single byte of the smallest archive names the regions: in SQLite's 100-byte header the numbers that
say which version wrote the file and when (18-19, 24-27, 40-43, 92-99), what is reserved or without effect (44-46,
48-51, 56-58, 72-91); and in each page the bytes between cells that hold no data.
"""
