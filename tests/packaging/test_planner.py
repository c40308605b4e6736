"""The planner in its own interpreter: a plan is solved by the layer's scipy, and the largest programme fits its memory and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from local.emulators.process import ROOT
from local.lambda_host.host import Deployed, LambdaHost
from local.system import LAYERS, System
from switchboard.adapters.dynamo import projections
from switchboard.application.planning import TOGETHER
from switchboard.domain import events as ev
from switchboard.domain.change import Handled
from tests.packaging.conftest import Host

pytestmark = pytest.mark.ministack
QUICK, SLOW = 240.0, 480.0  # seconds a conversation took each of two agents
COUNT = 40
TIME = 0.25  # of the function's: on Lambda it has a smaller share of a processor than here
HEADROOM = 0.5  # of the function's memory


@pytest.fixture
def at_work(system: System) -> Iterator[str]:
    """The shard of two agents who are online; one has been twice as fast as the other so far."""
    services = system.services
    for agent, seconds in (("mia", QUICK), ("chen", SLOW)):
        services.presence.set_presence(ev.SYSTEM, agent, ev.Presence.ONLINE)
        shard = services.store.agent(agent).shard
        done = Handled(agent, "invoice", complex=False, proved_complex=False, seconds=seconds)
        item = services.tables.handled(projections.handled_pk(shard), projections.handled_sk(done))
        item.update([services.tables.handled.number.set(COUNT), services.tables.handled.seconds.set(COUNT * seconds)])
    yield shard
    for agent in ("mia", "chen"):
        services.presence.set_presence(ev.SYSTEM, agent, ev.Presence.OFFLINE)


def test_a_plan_is_solved_and_published_for_the_router(system: System, host: Host, at_work: str) -> None:
    answer = host("planner").invoke({"source": "aws.events"})
    assert not answer.failed, answer.body
    assert answer.body["agents"] >= 2
    part = system.services.staffing_plans.part(at_work)
    assert part is not None
    version, plan = part
    invoice = plan.classes.index("invoice|0")
    assert plan.seconds["mia"][invoice] < plan.seconds["chen"][invoice]
    # While nothing comes, a slot has its lowest price, and one conversation more is worth what the fastest would need for it.
    assert plan.prices["mia"] == plan.prices["chen"] == 1.0
    assert plan.values[invoice] == pytest.approx(plan.seconds["mia"][invoice], abs=1)

    host("planner").invoke({"source": "aws.events"})
    again = system.services.staffing_plans.part(at_work)
    assert again is not None
    assert again[0] == version + 1, "the next plan follows the last on its ledger"


def test_the_planner_plans_the_largest_company_within_its_time_and_memory(
    system: System, packaged: Callable[[str], Deployed], capsys: pytest.CaptureFixture[str]
) -> None:
    """Also the proof that what is cut out of scipy and numpy is not missed."""
    function = packaged("planner")
    stand_in = replace(function, code=ROOT / "tests/packaging/largest_programme")
    with LambdaHost(stand_in, system.endpoint) as running:
        solved = running.invoke({"agents": TOGETHER, "classes": 40, "known": 20, "seed": 1})
        every_class = running.invoke({"agents": TOGETHER, "classes": 40, "known": 40, "seed": 2})
        peak = running.peak_megabytes()
    with capsys.disabled():
        print(
            f"\nplanner: solver loaded in {running.init_milliseconds:.0f} ms; {TOGETHER} agents and 40 classes solved in "
            f"{solved.milliseconds:.0f} ms where each knows half, {every_class.milliseconds:.0f} ms where all; "
            f"at most {peak:.0f} MB of {function.memory} MB"
        )
    for answer in (solved, every_class):
        assert not answer.failed, answer.body
        assert (answer.body["agents"], answer.body["classes"], answer.body["infeasible"]) == (TOGETHER, 40, 0)
        assert answer.body["dearest"] > 1.0, "a programme in which nobody is busy proves nothing"
        layer = str(LAYERS["layers/planning"])
        assert all(file.startswith(layer) for file in answer.body["packages"])
        assert answer.milliseconds < TIME * function.timeout * 1000
    assert peak < HEADROOM * function.memory
