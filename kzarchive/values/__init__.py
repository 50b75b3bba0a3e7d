"""Values: what is asserted, by whom, where it is written and when; no I/O, no SQL, no serialisation."""
