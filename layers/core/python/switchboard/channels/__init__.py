"""One module a channel, all behind the protocol in `base`."""
