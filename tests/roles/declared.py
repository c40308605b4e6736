"""What the calls of a journey cannot show: rights that AWS itself uses in a function's name, and calls for rare days."""

from __future__ import annotations

from collections.abc import Mapping

# By action: why the role needs it although the function's code never asks for it.
BY_LAMBDA: Mapping[str, str] = {
    "xray:PutTraceSegments": "Tracing: Active has Lambda send its segments",
    "xray:PutTelemetryRecords": "the same",
    "logs:CreateLogStream": "Lambda keeps what the function prints",
    "logs:PutLogEvents": "the same",
}
# The same for those with an event source mapping, on that source only.
BY_QUEUE_MAPPING: Mapping[str, str] = {
    "sqs:ReceiveMessage": "the mapping polls the queue with the function's role",
    "sqs:DeleteMessage": "and deletes what was processed",
    "sqs:GetQueueAttributes": "and reads its settings",
}
BY_STREAM_MAPPING: Mapping[str, str] = {
    "dynamodb:DescribeStream": "the mapping finds the stream's shards",
    "dynamodb:GetRecords": "and reads them",
    "dynamodb:GetShardIterator": "from where it was",
    "dynamodb:ListStreams": "and looks for the table's streams",
}
ON_FAILURE = "sqs:SendMessage"  # to the queue where a stream mapping leaves what the function failed on

# A statement with kms:ViaService serves calls to that service; it is needed if the function makes some, or its mapping does.
VIA = {"sqs": "sqs:", "dynamodb": "dynamodb:", "s3": "s3:"}

# (function, action): calls that no journey on an emulator provokes, or not each time.
RARE: Mapping[tuple[str, str], str] = {
    ("router", "sqs:ChangeMessageVisibility"): "a message comes again soon after AWS failed while it was taken in",
    ("router", "s3:ListBucket"): "never called: with it S3 says that a body is missing, without it that reading is denied",
    ("librarian", "s3:ListBucket"): "the same of the index",
    ("indexer", "s3:ListBucket"): "the same",
    ("eraser", "s3:DeleteObject"): "among them facts that have had their time: an emulator's are young",
    ("exporter", "s3:GetObject"): "a large message that waits for an operator",
    ("exporter", "s3:ListBucket"): "never called: with it S3 says that a body is missing, without it that reading is denied",
    ("exporter", "s3:DeleteObject"): "the file of somebody who was erased while it was made",
    ("exporter", "dynamodb:GetItem"): "a message that waits for an operator, and a key read alone",
    ("api", "s3:ListBucket"): "never called: with it S3 says that an export is gone, without it that reading is denied",
    ("eraser", "s3:GetObject"): "others' parked messages are sealed anew, and a certificate that is there is read, after 18 days",
    ("eraser", "s3:PutObject"): "the same, and the certificate is written",
    ("eraser", "s3:ListBucket"): "never called: with it S3 says that a body is missing, without it that reading is denied",
    ("eraser", "dynamodb:GetItem"): "of the ledger: where messages are parked",
    ("eraser", "kms:Sign"): "the certificate, after eighteen days",
    ("eraser", "kms:GetPublicKey"): "the same",
    ("eraser", "dynamodb:UpdateItem"): "an agent's seat is given back where the person's conversation was still open",
    ("connector", "dynamodb:Query"): "people are looked for where one has room at the moment the company's system was given up",
    ("connector", "dynamodb:DeleteItem"): "the same, and another had the turn",
}

# (function, setting): read while an object is built that then does nothing with it.
READ_IN_PASSING: Mapping[tuple[str, str], str] = {
    ("delivery", "accept_seconds"): "belongs to the intake, of which delivery uses the record of a failure alone",
}

# Settings that are no names of a stack's parts: (their use shows in what is read).
PLAIN_SETTINGS = frozenset({
    "socket_endpoint", "allowed_origins", "accept_seconds", "grace_seconds", "translator", "translate_endpoint",
    "large_model_endpoint", "large_model_guardrail", "large_model_price_in", "large_model_price_out", "large_model_currency",
    "large_model_daily", "large_model_conversation", "large_model_hosts", "audit_source", "aws_account",
    "erasure_delay_hours",
})  # fmt: skip
