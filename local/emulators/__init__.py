"""AWS emulators as child processes: MiniStack for running the system, LocalStack for the integration suite."""
