"""LocalStack's services that want a download or a licence, served by what is installed instead.

DynamoDB and its streams: AWS's own DynamoDBLocal.jar from the folder `DYNAMODB_LOCAL_HOME`, on the machine's
java. Cognito, CloudTrail, API Gateway v2 and SES v2: moto, which LocalStack brings along; their control plane
only (no WebSocket traffic).
"""

import os
from functools import partialmethod
from typing import Any

from localstack.services.plugins import Service, aws_provider

_LOOK_AGAIN_SECONDS = 0.2


def _by_moto(name: str) -> Any:
    from localstack.aws.skeleton import Skeleton
    from localstack.aws.spec import load_service
    from localstack.services.moto import call_moto

    def answer(context: Any, _request: Any) -> Any:
        return call_moto(context)

    model = load_service(name)
    return Service(name=name, skeleton=Skeleton(model, dict.fromkeys(model.operation_names, answer)))


@aws_provider(api="cognito-idp")  # type: ignore[untyped-decorator]  # LocalStack is untyped here
def cognito_idp() -> Any:
    return _by_moto("cognito-idp")


@aws_provider(api="cloudtrail")  # type: ignore[untyped-decorator]  # LocalStack is untyped here
def cloudtrail() -> Any:
    return _by_moto("cloudtrail")


@aws_provider(api="apigatewayv2")  # type: ignore[untyped-decorator]  # LocalStack is untyped here
def apigatewayv2() -> Any:
    return _by_moto("apigatewayv2")


@aws_provider(api="sesv2")  # type: ignore[untyped-decorator]  # LocalStack is untyped here
def sesv2() -> Any:
    return _by_moto("sesv2")


@aws_provider(api="dynamodb", name="jar")  # type: ignore[untyped-decorator]  # LocalStack is untyped here
def dynamodb() -> Any:
    from localstack.aws.forwarder import HttpFallbackDispatcher
    from localstack.services.dynamodb.v2.provider import DynamoDBProvider

    _start_from_jar()
    return Service.for_provider(
        DynamoDBProvider(),
        dispatch_table_factory=lambda provider: HttpFallbackDispatcher(provider, provider.get_forward_url),
    )


@aws_provider(api="dynamodbstreams", name="jar")  # type: ignore[untyped-decorator]  # LocalStack is untyped here
def dynamodbstreams() -> Any:
    from localstack.services.dynamodbstreams.v2.provider import DynamoDBStreamsProvider

    _start_from_jar()
    return Service.for_provider(DynamoDBStreamsProvider())


@aws_provider(api="s3", name="private")  # type: ignore[untyped-decorator]  # LocalStack is untyped here
def s3() -> Any:
    """LocalStack's own S3, its files in this process's temporary folder instead of one that all LocalStacks share."""
    from localstack.services.s3.provider import S3Provider
    from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore

    return Service.for_provider(S3Provider(EphemeralS3ObjectStore(f"{os.environ['TMPDIR']}/s3")))


@aws_provider(api="cloudformation", name="brisk")  # type: ignore[untyped-decorator]  # LocalStack is untyped here
def cloudformation() -> Any:
    """LocalStack's own CloudFormation, which looks five seconds later whether a function or nested stack is ready;
    here it looks sooner.
    """
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor
    from localstack.services.cloudformation.v2.provider import CloudformationProviderV2

    ResourceProviderExecutor.deploy_loop = partialmethod(ResourceProviderExecutor.deploy_loop, sleep_time=_LOOK_AGAIN_SECONDS)
    return Service.for_provider(CloudformationProviderV2())


def _start_from_jar() -> None:
    """Makes LocalStack's DynamoDB server start the installed jar; its own way downloads the jar, a java and an
    agent first.
    """
    from localstack.services.dynamodb import server
    from localstack.utils.common import TMP_THREADS, ShellCommandThread

    home = os.environ["DYNAMODB_LOCAL_HOME"]

    def do_start_thread(self: Any) -> Any:
        command = ["java", f"-Xmx{self.heap_size}", f"-Djava.library.path={home}/DynamoDBLocal_lib"]
        command += ["-jar", f"{home}/DynamoDBLocal.jar", "-port", str(self.port), "-inMemory", "-disableTelemetry"]
        thread = ShellCommandThread(command, strip_color=True, auto_restart=True, name="dynamodb-local")
        TMP_THREADS.append(thread)
        thread.start()
        return thread

    server.DynamodbServer.do_start_thread = do_start_thread
