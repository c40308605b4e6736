"""Deployment of the SAM template to an emulator, by plain CloudFormation change sets, without the SAM CLI.

Code and layers are zipped as they lie (layers as built by `make`), uploaded to the emulator's S3 and named in
the template; so are nested templates. The SAM transform is the emulator's.
"""

from local.deploy.stack import DeployFailed, deploy

__all__ = ["DeployFailed", "deploy"]
