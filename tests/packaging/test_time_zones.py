"""Business hours need the zones of the world, from our own layer: Lambda's machine may have none, or others."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from local.localstack_host.install import LAMBDA_PYTHON
from local.system import LAYERS
from switchboard.domain.hours.countries import ZONES
from tests.template.reading import template

WHERE = template("root")["Globals"]["Function"]["Environment"]["Variables"]["PYTHONTZPATH"]
MOUNTED = "/opt/"  # where Lambda lays the layers
ASK = """
import sys
from zoneinfo import ZoneInfo
from switchboard.domain.errors import Misconfigured
from switchboard.domain.hours.zones import zone_named
try:
    print(len([zone_named(zone, "zone") for zone in sys.argv[1:]]))
except Misconfigured as error:
    print(error)
"""


def asked(environment: Mapping[str, str], *layers: str) -> str:
    """What an interpreter says that has nothing but these layers."""
    path = ":".join(str(LAYERS[f"layers/{layer}"] / "python") for layer in layers)
    zones = sorted({zone for shares in ZONES.values() for zone in shares})
    call = [str(LAMBDA_PYTHON), "-S", "-c", ASK, *zones]
    done = subprocess.run(call, env={"PYTHONPATH": path, **environment}, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_functions_look_for_zones_where_the_layer_is_mounted() -> None:
    assert WHERE.startswith(MOUNTED)
    assert (LAYERS["layers/runtime"] / WHERE.removeprefix(MOUNTED) / "Europe/Berlin").is_file()


def test_every_customers_zone_is_known_though_the_machine_has_none() -> None:
    """That path is not there on this machine, so what is found comes from the package of the layer."""
    zones = {zone for shares in ZONES.values() for zone in shares}
    assert asked({"PYTHONTZPATH": WHERE}, "core", "runtime") == str(len(zones))


def test_without_the_layer_the_set_up_is_at_fault_and_not_the_document() -> None:
    """The proof of the proof: nothing on this machine stands in for the layer's zones."""
    assert "install the package tzdata" in asked({"PYTHONTZPATH": WHERE}, "core")
