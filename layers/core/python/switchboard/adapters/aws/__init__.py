"""Smaller AWS services: secrets, the WebSocket gateway, the analytics stream."""
