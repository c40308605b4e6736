"""`python -m local.deploy ENDPOINT STACK TEMPLATE [--layer CONTENT_URI=FOLDER]... [--parameter NAME=VALUE]...
[--link-layers]`
"""

import argparse
from pathlib import Path

from local.deploy.stack import DeployFailed, deploy
from local.deploy.template import BadTemplate


def _pairs(values: list[str]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, rest = value.partition("=")
        if not equals:
            raise SystemExit(f"error: {value!r} is not NAME=VALUE")
        pairs[name] = rest
    return pairs


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.deploy", description="Deploys a SAM template to an emulator.")
    parser.add_argument("endpoint")
    parser.add_argument("stack")
    parser.add_argument("template", type=Path)
    parser.add_argument(
        "--layer", action="append", default=[], metavar="CONTENT_URI=FOLDER", help="where a layer's built folder lies"
    )
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--link-layers", action="store_true", help="point to the built layers instead of packing them")
    given = parser.parse_args()
    try:
        outputs = deploy(
            given.template,
            given.stack,
            endpoint=given.endpoint,
            parameters=_pairs(given.parameter),
            layers=_pairs(given.layer),
            link_layers=given.link_layers,
        )
    except (DeployFailed, BadTemplate) as failure:
        raise SystemExit(f"error: {failure}") from None
    for name, value in sorted(outputs.items()):
        print(f"{name} {value}")


if __name__ == "__main__":
    main()
