"""What the router, the one function that carries the model, costs to start."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.lambda_host.host import Deployed, LambdaHost
from local.system import System

pytestmark = pytest.mark.ministack
HEADROOM = 0.5  # of the function's memory: a batch of long messages needs some too


def test_the_router_starts_in_time_and_within_its_memory(
    system: System, packaged: Callable[[str], Deployed], capsys: pytest.CaptureFixture[str]
) -> None:
    function = packaged("router")
    with LambdaHost(function, system.endpoint) as router:
        first = router.invoke({"Records": []})
        again = router.invoke({"Records": []})
        peak = router.peak_megabytes()
    with capsys.disabled():
        print(
            f"\nrouter: loaded in {router.init_milliseconds:.0f} ms, first batch (model included) {first.milliseconds:.0f} ms, "
            f"next {again.milliseconds:.0f} ms, at most {peak:.0f} MB of {function.memory} MB"
        )
    assert not first.failed, first.body
    assert router.init_milliseconds + first.milliseconds < function.timeout * 1000
    assert peak < HEADROOM * function.memory
