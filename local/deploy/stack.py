"""A template as a stack in an emulator: packaged, uploaded, and deployed by one change set."""

import hashlib
import json
import os
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from local.deploy.packing import Package, pack
from local.deploy.template import BadTemplate, Template, load, resolve
from local.emulators import localstack_gaps, ministack_gaps
from local.emulators.aws import clients
from local.emulators.process import ROOT

BUCKET = "switchboard-artefacts"
_CACHE = ROOT / "build" / "packages"
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_POLL_SECONDS = 0.1
_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_NO_CHANGE = ("didn't contain changes", "No updates are to be performed", "no changes")


class DeployFailed(RuntimeError):
    """The stack could not be deployed; the message names the resources that failed and why."""


def deploy(
    template: Path,
    stack: str,
    *,
    endpoint: str,
    parameters: Mapping[str, str] | None = None,
    layers: Mapping[str, Path | str] | None = None,
    link_layers: bool = False,
    timeout: float = 300.0,
) -> dict[str, str]:
    """Creates the stack, or updates the one of that name, and returns its outputs.

    - `parameters`: values of template parameters; others keep the value of the existing stack, or their default.
    - `layers`: where the built folder of a `ContentUri` lies, by the `ContentUri` as the template has it, for example
      `{"layers/intent": "build/layers/intent"}`. Needed for layers with a BuildMethod.
    - `link_layers`: packs of each layer only a pointer to its folder. For emulators that run functions on this
      machine from unpacked copies (MiniStack): a worker then starts without unpacking its layers. It proves
      nothing about packaging.
    - `timeout`: seconds for the whole deployment.

    Raises DeployFailed with the failing resources and reasons, BadTemplate where the template is at fault.
    Refuses AWS itself.
    """
    if (urlsplit(endpoint).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn")):
        raise DeployFailed(f"{endpoint} is AWS; this deploys to emulators. Use: sam deploy")
    deployment = _Deployment(
        endpoint, {_normal(k): Path(v) for k, v in (layers or {}).items()}, link_layers, time.monotonic() + timeout
    )
    deployment.run(template, stack, dict(parameters or {}))
    return deployment.outputs(stack)


class _Deployment:
    def __init__(self, endpoint: str, layers: Mapping[str, Path], link_layers: bool, deadline: float) -> None:
        self._endpoint = endpoint
        self._client = clients(endpoint)
        self._cloudformation = self._client("cloudformation")
        self._s3 = self._client("s3")
        self._layers = layers
        self._link_layers = link_layers
        self._deadline = deadline
        self._on_ministack = ministack_gaps.is_ministack(endpoint)

    def run(self, path: Path, stack: str, parameters: dict[str, str]) -> None:
        template = load(path)
        known = {p["ParameterKey"] for p in (self._existing(stack) or {}).get("Parameters", [])}
        declared = set(template.get("Parameters") or {})
        if unknown := sorted(set(parameters) - declared):
            raise BadTemplate(
                f"{path} has no parameter {', '.join(unknown)}; it has: {', '.join(sorted(declared)) or 'none'}."
            )
        values: list[dict[str, Any]] = [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
        values += [{"ParameterKey": k, "UsePreviousValue": True} for k in sorted(known & declared - set(parameters))]
        self._make_bucket()
        if not self._on_ministack:
            template = localstack_gaps.without_absent_outputs(template, parameters)
        self._apply(stack, self._upload_template(path, template, parameters), values)
        if self._on_ministack:
            try:
                ministack_gaps.fill(self._client, stack)
            except ministack_gaps.Unapplied as error:
                raise DeployFailed(str(error)) from error

    def outputs(self, stack: str) -> dict[str, str]:
        described = self._cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}

    # Artefacts

    def _make_bucket(self) -> None:
        try:
            self._s3.create_bucket(Bucket=BUCKET)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _upload_template(self, path: Path, template: Template, given: Mapping[str, str]) -> str:
        """Uploads it with all it refers to; answers its URL. `given`: the stack's parameters, as far as they are known."""
        base = path.resolve().parent
        template = ministack_gaps.without_refused(template) if self._on_ministack else localstack_gaps.with_names(template)
        inner = defaultdict[str, dict[str, str]](dict, localstack_gaps.given_to_nested(template, given))
        resolved = resolve(
            template,
            folder=lambda local, built: self._upload(self._package(base, local, built)),
            nested=lambda local: self._upload_nested(base / local, inner[local]),
        )
        body = json.dumps(resolved).encode()
        # Named by its content: a nested stack whose template keeps its address is left alone by an update.
        key = f"{path.stem}-{hashlib.sha256(body).hexdigest()}.template"
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"{self._endpoint}/{BUCKET}/{key}"

    def _upload_nested(self, path: Path, given: Mapping[str, str]) -> str:
        template = load(path)
        if not self._on_ministack:
            template = localstack_gaps.without_absent_resources(template, given)
        return self._upload_template(path, template, given)

    def _package(self, base: Path, local: str, built: bool) -> Package:
        folder = self._layers.get(_normal(local))
        if folder is None:
            if built:
                raise BadTemplate(f"{local} has a BuildMethod: build it, and say where with layers={{'{local}': FOLDER}}.")
            return pack(base / local, _CACHE)
        return pack(_link(folder) if self._link_layers else folder, _CACHE)

    def _upload(self, package: Package) -> str:
        try:
            self._s3.head_object(Bucket=BUCKET, Key=package.key)
        except ClientError:
            self._s3.upload_file(str(package.path), BUCKET, package.key)
        return f"s3://{BUCKET}/{package.key}"

    # Stack

    def _existing(self, stack: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if found["StackStatus"] in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS") else found

    def _apply(self, stack: str, url: str, values: list[dict[str, Any]]) -> None:
        existing = self._existing(stack)
        if existing and existing["StackStatus"] in (
            "ROLLBACK_COMPLETE",
            "ROLLBACK_FAILED",
            "CREATE_FAILED",
            "DELETE_FAILED",
        ):
            # What a failed creation leaves can only be deleted.
            self._cloudformation.delete_stack(StackName=stack)
            self._await_stack(stack)
            existing, values = None, [value for value in values if "ParameterValue" in value]
        change = f"deploy-{time.time_ns()}"
        self._cloudformation.create_change_set(
            StackName=stack,
            ChangeSetName=change,
            ChangeSetType="UPDATE" if existing else "CREATE",
            TemplateURL=url,
            Parameters=values,
            Capabilities=_CAPABILITIES,
        )
        if not self._await_change_set(stack, change):
            return
        self._cloudformation.execute_change_set(StackName=stack, ChangeSetName=change)
        status = self._await_stack(stack)
        # LocalStack calls the root complete whatever became of the nested stacks.
        if status not in _DONE or any(nested not in _DONE for nested in self._nested_statuses(stack)):
            raise DeployFailed(f"Stack {stack} ended as {status}.\n" + "\n".join(self._failures(stack)))

    def _await_change_set(self, stack: str, change: str) -> bool:
        """Whether there is anything to change."""
        while True:
            found = self._cloudformation.describe_change_set(StackName=stack, ChangeSetName=change)
            if found["Status"] == "CREATE_COMPLETE":
                return True
            reason = found.get("StatusReason") or "no reason given"
            if found["Status"] == "FAILED":
                self._cloudformation.delete_change_set(StackName=stack, ChangeSetName=change)
                if any(text in reason for text in _NO_CHANGE):
                    return False
                raise DeployFailed(f"The change set of {stack} failed: {reason}")
            self._wait(f"the change set of {stack}, now {found['Status']}")

    def _await_stack(self, stack: str) -> str:
        while True:
            found = self._existing(stack)
            status: str = found["StackStatus"] if found else "DELETE_COMPLETE"
            if not status.endswith("_IN_PROGRESS"):
                return status
            self._wait(f"stack {stack}, now {status}")

    def _nested_statuses(self, stack: str) -> list[str]:
        resources = self._cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
        return [r["ResourceStatus"] for r in self._nested(resources)] + [
            status
            for r in self._nested(resources)
            if (status := self._await_stack(r["PhysicalResourceId"])) != "DELETE_COMPLETE"
        ]

    def _nested(self, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [r for r in resources if r["ResourceType"] == "AWS::CloudFormation::Stack" and r.get("PhysicalResourceId")]

    def _wait(self, what: str) -> None:
        if time.monotonic() > self._deadline:
            raise DeployFailed(f"Time is up, waiting for {what}.")
        time.sleep(_POLL_SECONDS)

    def _failures(self, stack: str) -> list[str]:
        """One line for each resource that failed, those of nested stacks too, in the order in which they failed."""
        lines = []
        for event in reversed(self._cloudformation.describe_stack_events(StackName=stack)["StackEvents"]):
            if event["ResourceStatus"].endswith("_FAILED"):
                name = f"{event['StackName']}/{event['LogicalResourceId']}"
                lines.append(f"  {name} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason given')}")
        for resource in self._nested(self._cloudformation.describe_stack_resources(StackName=stack)["StackResources"]):
            try:
                lines += self._failures(resource["PhysicalResourceId"])
            except ClientError:
                lines.append(f"  {resource['LogicalResourceId']}: its stack and what it told are gone")
        return lines


def _normal(path: str) -> str:
    return os.path.normpath(path).replace(os.sep, "/")


def _link(folder: Path) -> Path:
    """A folder that is a layer whose only content is a pointer to the `python` folder of the given one.

    Path files are read in `python/lib/*/site-packages` of a layer, which is a site directory.
    """
    if not (folder / "python").is_dir():
        raise FileNotFoundError(f"{folder} is no built layer: it has no folder 'python'. Build the layers first.")
    link = _CACHE / "links" / folder.name
    place = link / "python" / "lib" / "linked" / "site-packages" / f"{folder.name}.pth"
    place.parent.mkdir(parents=True, exist_ok=True)
    content = f"{(folder / 'python').resolve()}\n"
    if not place.exists() or place.read_text() != content:
        place.write_text(content)
    return link
