"""The store on DynamoDB. The pynamodb models are private to this package."""

from switchboard.adapters.dynamo.connections import DynamoConnections
from switchboard.adapters.dynamo.deliveries import DynamoDeliveries
from switchboard.adapters.dynamo.store import DynamoStore
from switchboard.adapters.dynamo.tables import TableNames, Tables

__all__ = ["DynamoConnections", "DynamoDeliveries", "DynamoStore", "TableNames", "Tables"]
