"""`make demo`: the whole product on this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from local import company
from local.emulators.process import EmulatorFailed
from local.peers import call
from local.seed import write_articles
from local.shop.opening import ARTICLES, load
from local.system import System, web_is_built

WIDTH = 78
OFFLINE = "Messages are not translated, but for the company's own texts (--translate pretends to)."
PRETENDED = "Translations are pretended: local/translate/phrases.yaml is all that is known."
DRAFTS = """  Drafts come from a pretended large model: it copies sentences of articles and understands nothing.
  curl -X PUT --data obedient {url}/mode      has it obey whatever customers write; others: throttled, garbage, honest
"""


def describe(system: System) -> str:
    logins = "\n".join(f"    {p.login:<8} {p.password:<18} {p.role:<14} {p.name}" for p in company.PEOPLE)
    return f"""
{"=" * WIDTH}
  Agent console      {system.console}/console/
  Shop with widget   {system.console}/shop/
  Channel sandbox    {system.sandbox}/

  Sign in to the console as
{logins}

  1. Sign in as mia and go online.
  2. Write as a customer in the sandbox or the shop ("I want to speak to a person").
  3. Accept and answer in the console. Ctrl-C here ends and cleans up everything.

  The shop's own system knows the people in WhatsApp's phone by their numbers. Ask as Ann Smith where SB-10198 is, change the address
  of SB-10214, send back SB-10133. Its orders and products are in local/shop/demo.yaml.
  What it knows is in local/shop/articles: ask whether a tea has caffeine, or how to get rust out of a cast iron teapot.

  {PRETENDED if system.translate else OFFLINE}
{"=" * WIDTH}
"""


def bring_customers(system: System) -> None:
    """The shop's customers write by WhatsApp: the phone of the sandbox has them to choose from."""
    for customer in reversed(load().books.customers.values()):  # the last one made is shown first
        who = {"customer": "".join(c for c in customer.phone if c.isdigit()), "name": customer.name}
        call("POST", f"{system.sandbox}/api/customers", {"channel": "whatsapp", "account": company.WHATSAPP["account"], **who})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="of the emulator")
    parser.add_argument("--pages-port", type=int, default=8080)
    parser.add_argument("--sandbox-port", type=int, default=8090)
    parser.add_argument("--large-model", action="store_true", help="agents may have drafts by a pretended large model")
    parser.add_argument("--translate", action="store_true", help="pretend to translate: some phrases of the twelve languages")
    given = parser.parse_args()
    if not web_is_built():
        print("the web pages are not built; run: make web", file=sys.stderr)
        return 2
    system = System(
        port=given.port, pages_port=given.pages_port, sandbox_port=given.sandbox_port, tell=lambda s: print(s, flush=True),
        large_model=given.large_model,
        translates=given.translate,
    )  # fmt: skip
    asked = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: asked.set())
    try:
        with system:
            bring_customers(system)
            write_articles(system.services, ARTICLES)
            print(describe(system), flush=True)
            if system.model is not None:
                print(DRAFTS.format(url=system.model.url), flush=True)
            asked.wait()
            print("stopping and cleaning up ...", flush=True)
    except EmulatorFailed as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
