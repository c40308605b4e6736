"""Runs inside LocalStack's virtual environment, under the name `switchboard_localstack_host`."""
