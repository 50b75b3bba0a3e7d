"""The targets, by name. Imported when they are wanted, so that a fuzzer can instrument what they import."""

from fuzzing.target import Target
from fuzzing.targets import (
    bodies,
    bundles,
    commands,
    dates,
    files,
    imports,
    lines,
    proofs,
    quantities,
    schemas,
    sheets,
)

MODULES = (dates, quantities, proofs, bodies, lines, bundles, sheets, imports, files, schemas, commands)


def targets() -> dict[str, Target]:
    """Returns every target by its name."""
    return {target.name: target for module in MODULES for target in module.targets()}
