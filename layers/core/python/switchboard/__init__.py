"""Switchboard: serverless omnichannel customer service."""
