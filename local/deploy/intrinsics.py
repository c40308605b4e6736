"""CloudFormation's intrinsic functions, as far as they can be worked out from a stack's parameters alone.

Reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Mapping
from typing import Any


class Unknown(ValueError):
    """The value depends on more than parameters, for example on a resource's attribute."""

    def __init__(self, name: str) -> None:
        super().__init__(f"It depends on {name}, which the stack's parameters do not decide.")


# What stands for AWS::NoValue: the property is as if it were not there.
NO_VALUE = object()


class Evaluator:
    """Works out values of one stack. `parameters` are the parameters' values as text, as CloudFormation
    describes them.
    """

    def __init__(self, template: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        self._conditions: Mapping[str, Any] = template.get("Conditions") or {}
        declared = template.get("Parameters") or {}
        self._names: dict[str, Any] = {"AWS::NoValue": NO_VALUE}
        for name, text in parameters.items():
            is_list = str((declared.get(name) or {}).get("Type", "")).startswith(("CommaDelimitedList", "List<"))
            self._names[name] = [item.strip() for item in text.split(",")] if is_list else text

    def value(self, node: Any) -> Any:
        """The plain value of what a template says. Raises Unknown where parameters do not decide it."""
        if isinstance(node, list):
            return [item for item in map(self.value, node) if item is not NO_VALUE]
        if not isinstance(node, Mapping):
            return node
        if len(node) == 1:
            name, argument = next(iter(node.items()))
            if name == "Ref":
                return self._named(argument)
            if name == "Condition" or name.startswith("Fn::"):
                return self._function(name, argument)
        values = {key: self.value(item) for key, item in node.items()}
        return {key: item for key, item in values.items() if item is not NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Whether the named condition of the template is true."""
        return bool(self.value(self._conditions[condition]))

    def _named(self, name: str) -> Any:
        if name not in self._names:
            raise Unknown(name)
        return self._names[name]

    def _function(self, name: str, argument: Any) -> Any:
        match name:
            case "Condition":
                return self.holds(argument)
            case "Fn::If":
                return self.value(argument[1] if self.holds(argument[0]) else argument[2])
            case "Fn::Equals":
                left, right = self.value(argument)
                return str(left) == str(right)
            case "Fn::Not":
                return not self.value(argument[0])
            case "Fn::And":
                return all(self.value(item) for item in argument)
            case "Fn::Or":
                return any(self.value(item) for item in argument)
            case "Fn::Select":
                return self.value(argument[1])[int(self.value(argument[0]))]
            case "Fn::Join":
                return self.value(argument[0]).join(map(str, self.value(argument[1])))
            case "Fn::Split":
                return self.value(argument[1]).split(self.value(argument[0]))
            case "Fn::Sub":
                text, own = (argument, {}) if isinstance(argument, str) else argument
                return re.sub(
                    r"\$\{([^!}][^}]*)\}", lambda found: str(self.value(own.get(found[1], {"Ref": found[1]}))), text
                )
            case _:
                raise Unknown(name)
