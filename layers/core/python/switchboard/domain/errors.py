"""Every error the domain and the use cases raise. One table in `entry.errors` maps each to HTTP and WebSocket answers.

`code` is stable and machine-readable; the message says what to do and holds no personal data and no secret."""

from __future__ import annotations


class SwitchboardError(Exception):
    """The root of all typed errors."""

    code = "error"


# -- a caller's mistakes -----------------------------------------------------------------------


class Malformed(SwitchboardError):
    """The input cannot be read. Say which part and what was expected."""

    code = "malformed"


class TooLarge(SwitchboardError):
    """The input exceeds a limit that the message names."""

    code = "too_large"


class BadSignature(SwitchboardError):
    """The request was not signed by whom it claims to come from."""

    code = "bad_signature"


class Unauthenticated(SwitchboardError):
    """No valid session, token or ticket."""

    code = "unauthenticated"


class Forbidden(SwitchboardError):
    """The caller is known but may not do this."""

    code = "forbidden"


class NotAdmitted(Forbidden):
    """The policies do not allow it; the refusal is on the caller's access ledger already."""


class NotFound(SwitchboardError):
    """There is no such thing, or the caller may not know of it."""

    code = "not_found"


class NotAllowedNow(SwitchboardError):
    """The state does not permit this action (a resolved conversation, somebody else's, a closed window)."""

    code = "not_allowed_now"


class CeilingReached(SwitchboardError):
    """What may be spent is spent; nothing was written."""

    code = "ceiling_reached"


class Misconfigured(SwitchboardError):
    """Our own set-up is incomplete; the caller did nothing wrong and should try again."""

    code = "misconfigured"


# -- races: the caller reads again and decides anew ---------------------------------------------


class Race(SwitchboardError):
    """Somebody else was faster; nothing was written."""

    code = "conflict"


class StaleVersion(Race):
    """The conversation or ledger has moved on since it was read."""


class AgentUnavailable(Race):
    """The agent is full or not online any more."""


class ContactRace(Race):
    """The contact or identity was created by somebody else meanwhile."""


class Duplicate(SwitchboardError):
    """This message or command is on record already; nothing was written and nothing is wrong."""

    code = "duplicate"


# -- the world outside --------------------------------------------------------------------------


class VendorUnavailable(SwitchboardError):
    """The vendor did not take the call; try again later."""

    code = "vendor_unavailable"


class StorageUnavailable(SwitchboardError):
    """AWS throttled or failed after all retries; try again later."""

    code = "storage_unavailable"


class Unreadable(SwitchboardError):
    """Stored or queued bytes fail authentication or decoding: tampered, erased, or written by another key."""

    code = "unreadable"


class Erased(Unreadable):
    """The person was erased: their key is destroyed, and nothing of them can be read by anybody."""

    code = "erased"
