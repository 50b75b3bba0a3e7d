"""Upcasters: old bodies come to the newest form one version at a time; a gap is found when the set is built."""

import pytest

from kzarchive.errors import InvalidEvent, LogError, UsageError
from kzarchive.values.events import EVENT_TYPES, AgentRegistered, UnknownEvent
from kzarchive.values.sources import Agent, AgentKind
from kzarchive.wire import codec
from kzarchive.wire.upcasters import Upcasters


def renamed(body):
    return {"names" if key == "name" else key: value for key, value in body.items()}


def listed(body):
    return body | {"names": [body["names"]]}


THREE = Upcasters({"agent": 3, "place": 1}, {("agent", 1): renamed, ("agent", 2): listed})


def test_the_steps_are_applied_in_turn_from_the_version_of_the_body():
    assert THREE.apply("agent", 1, {"name": "Aino"}) == {"names": ["Aino"]}
    assert THREE.apply("agent", 2, {"names": "Aino"}) == {"names": ["Aino"]}
    assert THREE.apply("agent", 3, {"names": ["Aino"]}) == {"names": ["Aino"]}


def test_the_given_body_is_not_changed():
    def careless(body):
        body["names"] = [body.pop("name")]
        return body

    stored = {"name": "Aino"}

    assert Upcasters({"agent": 2}, {("agent", 1): careless}).apply("agent", 1, stored) == {"names": ["Aino"]}
    assert stored == {"name": "Aino"}


@pytest.mark.parametrize(
    ("kind", "version", "known"),
    [("agent", 1, True), ("agent", 3, True), ("agent", 4, False), ("agent", 0, False), ("state", 1, False)],
)
def test_a_version_is_known_up_to_the_newest(kind, version, known):
    assert THREE.knows(kind, version) is known


@pytest.mark.parametrize(("kind", "version"), [("agent", 4), ("agent", 0), ("state", 1)])
def test_an_unknown_version_cannot_be_brought_anywhere(kind, version):
    with pytest.raises(UsageError) as caught:
        THREE.apply(kind, version, {})
    assert str(caught.value) == f"expected a known type and version, got {kind}/{version}"


@pytest.mark.parametrize(
    ("newest", "steps", "missing", "surplus"),
    [
        ({"agent": 3}, [("agent", 1)], [("agent", 2)], []),
        ({"agent": 3}, [("agent", 2)], [("agent", 1)], []),
        ({"agent": 2}, [("agent", 1), ("agent", 2)], [], [("agent", 2)]),
        ({"agent": 1}, [("agent", 0)], [], [("agent", 0)]),
        ({"agent": 1}, [("place", 1)], [], [("place", 1)]),
    ],
)
def test_a_chain_without_one_step_for_each_old_version_is_refused(newest, steps, missing, surplus):
    with pytest.raises(UsageError) as caught:
        Upcasters(newest, dict.fromkeys(steps, listed))
    assert str(caught.value) == f"expected one step from each old version: missing {missing}, not needed {surplus}"


def test_the_codec_knows_every_event_type_in_its_newest_version():
    assert codec.UPCASTERS.newest == {kind.type: kind.version for kind in EVENT_TYPES}


class TestThroughTheCodec:
    """A release in which agent.registered has a second version: the first had one name."""

    OLD = b'{"actor":"archive","agent":{"kind":"person","name":"Aino","slug":"mayor"}}'

    @pytest.fixture(autouse=True)
    def second_version(self, monkeypatch):
        def step(body):
            agent = dict(body["agent"])
            return body | {"agent": {"names": [agent.pop("name")], **agent}}

        upcasters = Upcasters(codec.UPCASTERS.newest | {"agent.registered": 2}, {("agent.registered", 1): step})
        monkeypatch.setattr(codec, "UPCASTERS", upcasters)

    def test_an_old_body_is_read_as_an_event_of_today(self):
        aino = Agent(slug="mayor", kind=AgentKind.PERSON, names=("Aino",))

        assert codec.decode("agent.registered", 1, self.OLD) == AgentRegistered(actor="archive", agent=aino)
        assert codec.structure_event("agent.registered", 1, codec.loads(self.OLD)) == AgentRegistered(
            actor="archive", agent=aino
        )

    def test_a_body_of_a_later_version_stays_unknown(self):
        assert codec.decode("agent.registered", 3, self.OLD) == UnknownEvent(
            type="agent.registered", version=3, body=self.OLD
        )

    @pytest.mark.parametrize("body", [b'{"actor":"archive"}', b'{"agent":[]}', b'{"agent":5}', b"[]", b"5"])
    def test_a_damaged_old_body_is_no_event(self, body):
        with pytest.raises(LogError, match=r"^expected a body of agent.registered/1, got b"):
            codec.decode("agent.registered", 1, body)

    def test_a_field_that_the_step_lets_through_is_not_dropped(self):
        with pytest.raises(LogError, match=r"^expected a body of agent.registered/1, got b.*: Extra fields .*: age$"):
            codec.decode("agent.registered", 1, self.OLD.replace(b'"kind"', b'"age":40,"kind"'))

    def test_an_old_body_from_elsewhere_that_no_step_can_read_is_refused(self):
        with pytest.raises(InvalidEvent) as caught:
            codec.structure_event("agent.registered", 1, {"actor": "archive"}, where="line 2.body")
        assert str(caught.value) == "line 2.body: expected a body of agent.registered/1, got another: KeyError('agent')"
