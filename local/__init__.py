"""What runs on a developer's machine and is never packaged: emulators, deployment to them, the channel sandbox."""
