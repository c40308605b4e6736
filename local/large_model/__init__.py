"""A pretended large model behind the wire protocol of Amazon Bedrock's Converse. It understands nothing: it copies sentences.

It imports nothing of the system that calls it."""
