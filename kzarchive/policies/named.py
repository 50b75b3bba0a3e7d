"""Named: the entries of ``why`` and ``why_not`` that claims give, with every appearance of their utterances."""

from collections.abc import Sequence

from kzarchive.policies.decision import Decision
from kzarchive.policies.range import strongest
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Role, Rule, Why, WhyNot
from kzarchive.values.making import maker

_why = maker(Why)


def why_of(claim: Claim, part: tuple[Rule, Role]) -> list[Why]:
    """Returns the entries of a claim that plays a part; appearances that say the same support it."""
    return [_why(claim.id, *part), *[_why(identity, Rule.S5, Role.SUPPORT) for identity in claim.agreeing]]


def why_not_of(claim: Claim, rule: Rule, detail: str) -> list[WhyNot]:
    """Returns the entries of a claim that plays none."""
    return [WhyNot(identity, rule, detail) for identity in (claim.id, *claim.agreeing)]


def named(claims: Sequence[Claim], decision: Decision) -> tuple[list[Why], list[WhyNot]]:
    """Returns the entries of claims by the parts that a decision gives them."""
    why, why_not = [], []
    for claim in claims:
        part = decision.roles.get(claim.id)
        if part is not None:
            why.append(_why(claim.id, *part))
            why += [_why(identity, Rule.S5, Role.SUPPORT) for identity in claim.agreeing]
        else:
            rule, words = decision.rejected.get(claim.id, (Rule.S8, "plays no part in this policy's answer"))
            why_not += why_not_of(claim, rule, words)
    return why, why_not


def deciding(claims: Sequence[Claim], decision: Decision) -> list[Claim]:
    """Returns the claims that decide an answer: they state its point or bound it."""
    strong = {claim.id for claim in strongest(claims)}
    return [
        claim
        for claim in claims
        if (role := decision.roles.get(claim.id)) is not None
        and (role[1] in {Role.POINT, Role.BOUND} or (claim.floor and claim.id in strong))
    ]
