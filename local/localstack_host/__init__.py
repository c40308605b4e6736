"""LocalStack without docker: how it is installed, and the plugin that makes it run functions as plain processes."""
