"""Opens a shop: its books from a file, a certificate of its own, and what the system that calls it must know."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from local.certificates import self_signed
from local.shop.books import BadBooks, read
from local.shop.rules import Shop
from local.shop.server import ShopServer

DEMO = Path(__file__).with_name("demo.yaml")
ARTICLES = Path(__file__).with_name("articles")  # what the same shop's customers are answered from


@dataclass(frozen=True)
class OpenShop:
    """A running shop. `endpoint` is what stands of it in Secrets Manager as `<prefix>/connectors/shop`."""

    server: ShopServer
    endpoint: dict[str, Any]


def load(path: Path = DEMO, today: date | None = None) -> Shop:
    """A fresh shop with a file's books. Raises BadBooks."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadBooks(f"{path.name} is no YAML: {error}") from error
    if not isinstance(document, dict):
        raise BadBooks(f"{path.name} holds no object")
    return Shop(read(document, today or date.today()))  # noqa: DTZ011 - a shop's day is that of where it stands


def open_shop(shop: Shop, secret: str, port: int = 0) -> OpenShop:
    """Starts it on loopback (0: any free port). Its key is on no disk once it runs."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = self_signed(Path(folder) / "shop.pem", "shop")
        server = ShopServer(shop, secret, certificate, port).start()
        pem = certificate.read_text()
    public = pem[: pem.index("-----END CERTIFICATE-----")] + "-----END CERTIFICATE-----\n"
    return OpenShop(server, {"url": server.url, "secret": secret, "ca": public, "private": True})
