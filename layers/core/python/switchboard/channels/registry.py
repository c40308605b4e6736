"""The channels this installation speaks. Adding one is one line here (see docs/add-a-channel.md)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from switchboard.channels.base import Channel
from switchboard.channels.webchat import WebChat
from switchboard.channels.wechat import WeChat
from switchboard.channels.whatsapp import WhatsApp
from switchboard.domain.errors import NotFound

_ALL: tuple[Channel, ...] = (WhatsApp(), WeChat(), WebChat())
CHANNELS: Mapping[str, Channel] = MappingProxyType({known.name: known for known in _ALL})


def channel(name: str) -> Channel:
    """The channel of that name. Raises NotFound."""
    try:
        return CHANNELS[name]
    except KeyError:
        raise NotFound("there is no such channel") from None
