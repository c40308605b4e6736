"""One call of the keys table, with its failures as the domain knows them."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable


def call(client: Any, table: str, operation: str, **arguments: Any) -> Any:
    """Raises StorageUnavailable; a condition that does not hold is raised as it is."""
    try:
        return getattr(client, operation)(TableName=table, **arguments)
    except client.exceptions.ConditionalCheckFailedException:
        raise
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        raise StorageUnavailable(f"the keys table answered {code} to {operation}") from error
    except BotoCoreError as error:
        raise StorageUnavailable(f"the keys table cannot be reached: {type(error).__name__}") from error
