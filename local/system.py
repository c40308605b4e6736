"""The whole product on this machine: emulator, deployed stack, sample company and its shop, channel sandbox and web pages."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from local import company
from local.deploy import deploy
from local.emulators.aws import invoke
from local.emulators.ministack import MiniStack
from local.emulators.process import CREDENTIALS, LOGS, ROOT, GuardedProcess, clean_environment, free_port
from local.large_model.server import PretendedModel
from local.pages import Pages
from local.seed import seed
from local.shop.opening import DEMO, load, open_shop
from local.shop.server import ShopServer
from local.translate.server import TranslateServer
from switchboard.bootstrap import Services

STACK = "switchboard"
LAYERS = {f"layers/{name}": ROOT / "build" / "layers" / name for name in ("core", "runtime", "intent", "planning")}
WEB = ROOT / "web" / "dist"

Tell = Callable[[str], None]


class System:
    """Starts everything in `start`, ends everything in `stop`. Ports are free ones unless given.

    `parameters` overrides the template's; `books` are those of the company's own system, which is `shop`. `translates`: an emulator
    of Amazon Translate pretends to (`translate`); else there is none, as the product comes. `large_model`: there is a pretended one
    (`model`). The addresses are there after the start."""

    def __init__(
        self, *, port: int | None = None, pages_port: int | None = None, sandbox_port: int | None = None, tell: Tell = lambda _: None,
        parameters: dict[str, str] | None = None, pages: bool = True, books: Path = DEMO, translates: bool = False,
        large_model: bool = False,
    ) -> None:  # fmt: skip
        self._tell = tell
        self._parameters = parameters or {}
        self._emulator = MiniStack(port)
        self._pages_port = pages_port or free_port()
        self._sandbox_port = sandbox_port or free_port()
        self._with_pages = pages
        self._sandbox: GuardedProcess | None = None
        self._pages: Pages | None = None
        self._books = books
        self.shop: ShopServer | None = None
        self.model = PretendedModel() if large_model else None
        self.translate = TranslateServer() if translates else None
        self.endpoint = self._emulator.endpoint
        self.sandbox = f"http://127.0.0.1:{self._sandbox_port}"
        self.console = f"http://127.0.0.1:{self._pages_port}"
        self.outputs: dict[str, str] = {}
        self.services: Services

    def start(self) -> Self:
        began = time.monotonic()
        os.environ.update(CREDENTIALS | {"AWS_ENDPOINT_URL": self.endpoint})
        try:
            self._start(began)
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self, began: float) -> None:
        self._step(began, "starting the emulator")
        self._emulator.start()
        self._step(began, "deploying template.yaml")
        origins = f"{self.console},http://localhost:{self._pages_port}"
        translator = {}
        if self.translate is not None:
            self.translate.start()
            translator = {"Translator": "amazon", "TranslateEndpoint": self.translate.endpoint}
        parameters = {
            "SocketEndpointOverride": f"{self.endpoint}/_aws/execute-api", "AllowedOrigins": origins, "EnableWaf": "false",
            "EnableWeb": "false", "EnableAlarms": "false", **translator, **self._start_model(), **self._parameters,
        }  # fmt: skip
        self.outputs = deploy(
            ROOT / "template.yaml", STACK, endpoint=self.endpoint, parameters=parameters, layers=LAYERS, link_layers=True
        )
        self._step(began, "signing in the sample company")
        opened = open_shop(load(self._books), company.SHOP_SECRET)
        self.shop = opened.server
        self.services = seed(self.endpoint, self.outputs, self.sandbox, opened.endpoint)
        self._step(began, "starting the channel sandbox")
        self._start_sandbox()
        if self._with_pages:
            self._start_pages()
        self._step(began, "waking the functions")
        self._wake()
        self._step(began, "ready")

    def _step(self, began: float, what: str) -> None:
        self._tell(f"[{time.monotonic() - began:5.1f} s] {what}")

    # -- addresses -------------------------------------------------------------------------------

    @property
    def stage(self) -> str:
        return self._parameters.get("Stage", "dev")

    @property
    def log(self) -> Path:
        """The emulator's log, functions included."""
        return self._emulator.log

    @property
    def public_api(self) -> str:
        return self._rest("PublicApi")

    @property
    def desk_api(self) -> str:
        return self._rest("DeskApi")

    def _rest(self, name: str) -> str:
        return self._emulator.rest_url(self.outputs[f"{name}Id"], self.stage)

    # -- parts -----------------------------------------------------------------------------------

    def _start_sandbox(self) -> None:
        config = ROOT / "build" / "run" / f"sandbox-{self._sandbox_port}.json"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(json.dumps(company.sandbox_config(self.public_api)))
        self._sandbox = GuardedProcess(
            "sandbox",
            [sys.executable, "-m", "local.sandbox", "--config", str(config), "--port", str(self._sandbox_port)],
            clean_environment() | {"PYTHONPATH": str(ROOT)},
            LOGS / f"sandbox-{self._sandbox_port}.log",
        )
        self._sandbox.await_health(f"{self.sandbox}/", 20)

    def _start_model(self) -> dict[str, str]:
        """The template's parameters for it."""
        if self.model is None:
            return {}
        self.model.start()
        return {"LargeModelEndpoint": self.model.url, **company.LARGE_MODEL}

    def _start_pages(self) -> None:
        config = {
            "deskApi": self.desk_api, "publicApi": self.public_api, "cognitoEndpoint": self.endpoint,
            "clientId": self.outputs["UserPoolClientId"], "account": company.WEBCHAT["account"],
        }  # fmt: skip
        self._pages = Pages(WEB, self._pages_port, config)
        self._pages.start()

    def _wake(self) -> None:
        """One harmless call of each function, so that the first customer does not wait for cold starts."""
        invoke(self.services.client("lambda"), f"{STACK}-router", {"Records": []})

    def stop(self) -> None:
        if self._pages is not None:
            self._pages.stop()
            self._pages = None
        if self._sandbox is not None:
            self._sandbox.stop()
            self._sandbox = None
        if self.shop is not None:
            self.shop.stop()
            self.shop = None
        if self.model is not None and self.model.started:
            self.model.stop()
        if self.translate is not None:
            self.translate.stop()
        self._emulator.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def web_is_built() -> bool:
    return (Path(WEB) / "console" / "index.html").is_file()
