"""WeChat's safe mode, done by wechatpy: signatures and AES as the vendor's ecosystem implements them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree import ElementTree

from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import WeChatSigner

from ..config import WeChatAccount


class BadReply(ValueError):
    """The system's passive reply cannot be read; the message says why."""


@dataclass(frozen=True)
class Sealed:
    """An encrypted push: its body and the query string that goes with it."""

    body: bytes
    query: str


def seal(account: WeChatAccount, plain_xml: str, openid: str, tamper: str | None = None) -> Sealed:
    """Encrypt and sign one push. `tamper` falsifies the `signature`, or the `body` after signing."""
    crypto = WeChatCrypto(account.token, account.encoding_aes_key, account.app_id)
    nonce, timestamp = str(secrets.randbelow(10**10)), str(int(time.time()))
    outer = ElementTree.fromstring(crypto.encrypt_message(plain_xml, nonce, timestamp))
    encrypted, signature = _child(outer, "Encrypt"), _child(outer, "MsgSignature")
    if tamper == "signature":
        signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    elif tamper == "body":
        encrypted = ("A" if encrypted[0] != "A" else "B") + encrypted[1:]
    to, content = cdata(account.original_id), cdata(encrypted)
    body = f"<xml><ToUserName>{to}</ToUserName><Encrypt>{content}</Encrypt></xml>"
    query = urlencode(
        {
            "signature": sign(account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": signature,
        }
    )
    return Sealed(body.encode(), query)


def sign(*parts: str) -> str:
    """sha1 over the sorted parts: WeChat's signature for both handshake and pushes."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def open_reply(account: WeChatAccount, answer: bytes) -> ElementTree.Element:
    """The system's passive reply, decrypted. Raises BadReply."""
    try:
        outer = ElementTree.fromstring(answer)
        timestamp, nonce = _child(outer, "TimeStamp"), _child(outer, "Nonce")
        signature = _child(outer, "MsgSignature")
        _child(outer, "Encrypt")
        crypto = WeChatCrypto(account.token, account.encoding_aes_key, account.app_id)
        plain = crypto.decrypt_message(answer.decode(), signature, timestamp, nonce)
        return ElementTree.fromstring(plain)
    except BadReply:
        raise
    except InvalidSignatureException as error:
        raise BadReply("passive reply: MsgSignature does not verify") from error
    except Exception as error:  # wechatpy raises whatever its parser, cipher or struct does
        raise BadReply(f"passive reply cannot be decrypted or parsed ({type(error).__name__})") from error


def cdata(text: str) -> str:
    """Text as WeChat writes it: CDATA, split where the text itself holds the end mark."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _child(element: ElementTree.Element, tag: str) -> str:
    text = element.findtext(tag)
    if not text:
        raise BadReply(f"passive reply: {tag} is missing")
    return text
