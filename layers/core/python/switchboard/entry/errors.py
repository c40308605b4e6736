"""The one table that says what each typed error means at an edge."""

from __future__ import annotations

from switchboard.domain import errors as e

_STATUS: tuple[tuple[type[e.SwitchboardError], int], ...] = (
    (e.Malformed, 400),
    (e.BadSignature, 401),
    (e.Unauthenticated, 401),
    (e.Forbidden, 403),
    (e.NotFound, 404),
    (e.NotAllowedNow, 409),
    (e.CeilingReached, 409),
    (e.Race, 409),
    (e.Duplicate, 409),
    (e.TooLarge, 413),
    (e.Erased, 410),
    (e.Unreadable, 422),
    (e.Misconfigured, 500),
    (e.VendorUnavailable, 502),
    (e.StorageUnavailable, 503),
    (e.SwitchboardError, 500),
)


def status_of(error: e.SwitchboardError) -> int:
    """The HTTP status of an error; of the most special class that stands in the table."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def body_of(error: e.SwitchboardError) -> dict[str, str]:
    return {"code": error.code, "message": str(error)}


def frame_of(error: e.SwitchboardError, request: str) -> dict[str, str]:
    """The same for a WebSocket request."""
    return {"type": "error", "id": request, **body_of(error)}
