"""The channel sandbox: stands in for WhatsApp and WeChat on one machine.

A person (or a test) types as a customer. The sandbox posts to the system's webhooks what the vendor would
post, and answers the system's send calls as the vendor would, strictly. It shares no code with the system it
judges.
"""
