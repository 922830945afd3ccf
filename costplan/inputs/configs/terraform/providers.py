"""The account and the Region of a resource, from its provider and from what is known of the resource itself.

Nobody has to write either down: a provider without ``region`` takes it from the environment, and the account is that
of its credentials.  Where nothing tells, they are ``None``; a Region that somebody wrote, but nobody can know yet, is
``Unresolved``.
"""

from collections.abc import Callable, Iterable
from typing import Any

from costplan.inputs.configs.declared import Unresolved
from costplan.inputs.configs.terraform.addresses import ROOT, ModulePath, split_modules, split_steps
from costplan.inputs.configs.terraform.configuration import Configuration
from costplan.inputs.configs.terraform.instances import DATA, Instance
from costplan.inputs.configs.terraform.parts import shorten
from costplan.inputs.configs.terraform.references import Place, References, Source
from costplan.model.places import arn_account, arn_region, is_account, is_region

_REGION = "aws_region"


class Providers:
    """The providers of one document."""

    def __init__(self, configuration: Configuration, references: References, instances: Iterable[Instance]) -> None:
        self._configuration = configuration
        self._references = references
        self._normal: dict[str, str] = {}
        self._written = configuration.providers()
        self._with_alias: dict[str, set[tuple[str, ...]]] = {}
        for one in self._written.values():
            if isinstance(one.get("name"), str) and isinstance(one.get("alias"), str):
                self._with_alias.setdefault(one["name"], set()).add(_module_of(one).names)
        data = [one for one in instances if one.mode == DATA]
        self._identities = self._told_by(data, "aws_caller_identity", ("account_id", "id"))
        self._regions = self._told_by(data, _REGION, ("region", "name", "id"))
        self._of_key: dict[str, tuple[str | None, str | Unresolved | None]] = {}

    def account(self, instance: Instance) -> str | None:
        """Return the account in which a resource is, or will be."""
        key = self._key(instance)
        identity = _one_of(self._identities, key)
        return (
            _of_arn(instance.values, arn_account)
            or (identity if identity is not None and is_account(identity) else None)
            or self._from_provider(key)[0]
            or _of_arn(instance.others, arn_account)
        )

    def region(self, instance: Instance) -> str | Unresolved | None:
        """Return the Region in which a resource is, or will be.

        Version 6 of the provider has it as an attribute of every resource, older ones for buckets only; a trail has it
        as ``home_region`` once it is there.
        """
        key = self._key(instance)
        configured = self._from_provider(key)[1]
        # A data source of the same provider tells the same Region, so it cannot contradict a reference.
        told = _one_of(self._regions, key)
        return (
            _own_region(instance.values)
            or self._written_region(instance)
            or (configured if isinstance(configured, str) else None)
            or _own_region(instance.others)
            or (told if told is not None and is_region(told) else configured)
        )

    def _written_region(self, instance: Instance) -> str | Unresolved | None:
        """Return the Region that the configuration of the resource itself gives, where only applying tells it."""
        written = self._configuration.resource(instance.module.names, instance.mode, instance.type, instance.name)
        expressions = written.get("expressions")
        expression = expressions.get("region") if isinstance(expressions, dict) else None
        return None if expression is None else self._region(expression, Place(instance.module))

    # ---- which provider ----

    def _key(self, instance: Instance) -> str | None:
        """Return what tells the resource's provider from others: its key in a configuration, its name in a state."""
        written = self._configuration.resource(instance.module.names, instance.mode, instance.type, instance.name)
        key = written.get("provider_config_key")
        if isinstance(key, str):
            if key not in self._normal:
                self._normal[key] = self._normal_key(key)
            return self._normal[key]
        return instance.provider if self._configuration.is_empty else None

    def _normal_key(self, key: str) -> str:
        """Return the key of the provider that is meant by the key of one that a module takes from its callers.

        Since Terraform 1.1, every key is that of the provider itself.  Before, a module's key may stand for a provider
        that its call was given, which is not told; then the key stays as it is, and leads nowhere.
        """
        if key in self._written or ":" not in key:
            return key
        module, _, name = key.rpartition(":")
        steps = split_steps(module)
        names = split_modules(steps)[0].names or steps
        if "." in name or self._has_alias(name, names):
            return key
        # Without a word from the call, a module has the default provider of its caller.
        for depth in range(len(names) - 1, 0, -1):
            outer = f"{'.'.join(f'module.{one}' for one in names[:depth])}:{name}"
            if outer in self._written:
                return outer
        return name

    def _has_alias(self, name: str, names: tuple[str, ...]) -> bool:
        """Whether a caller of a module has a provider with an alias, which it may have passed on."""
        modules = self._with_alias.get(name, set())
        return any(names[:depth] in modules for depth in range(len(names) + 1))

    # ---- what it tells ----

    def _from_provider(self, key: str | None) -> tuple[str | None, str | Unresolved | None]:
        """Return account and Region, as the configuration of a provider tells them."""
        if key is None:
            return None, None
        if key not in self._of_key:
            self._of_key[key] = self._read(key)
        return self._of_key[key]

    def _read(self, key: str) -> tuple[str | None, str | Unresolved | None]:
        written = self._written.get(key)
        if written is None:
            module, _, name = key.rpartition(":")
            return None, Unresolved(shorten(f"provider {name} of {module}")) if module and self._written else None
        place = Place(_module_of(written))
        expressions = written.get("expressions")
        expressions = expressions if isinstance(expressions, dict) else {}
        return self._account(expressions, place), self._region(expressions.get("region"), place)

    def _region(self, expression: Any, place: Place) -> str | Unresolved | None:
        told = self._references.text(expression, place)
        if isinstance(told, Source):
            return Unresolved(shorten(told.name))
        return told if told is not None and is_region(told) else None

    def _account(self, expressions: dict[str, Any], place: Place) -> str | None:
        """Return the only account a provider may work in, or that of the role it takes last."""
        allowed = expressions.get("allowed_account_ids")
        constant = allowed.get("constant_value") if isinstance(allowed, dict) else None
        if isinstance(constant, list) and len(constant) == 1:
            return _account_in(constant[0])
        if isinstance(allowed, dict) and "references" in allowed:
            told = self._references.text(allowed, place)
            if isinstance(told, str) and is_account(told):
                return told
        roles = expressions.get("assume_role")
        role = roles[-1] if isinstance(roles, list) and roles else roles
        told = self._references.text(role.get("role_arn"), place) if isinstance(role, dict) else None
        if not isinstance(told, str):
            return None
        # Of an ARN around a variable, what is known is the variable.
        return told if is_account(told) else arn_account(told)

    def _told_by(self, data: list[Instance], kind: str, attributes: tuple[str, ...]) -> dict[str | None, set[str]]:
        """Return the values that data sources of a type tell, by provider."""
        found: dict[str | None, set[str]] = {}
        for one in data:
            if one.type != kind or (kind == _REGION and self._asks_for_another(one)):
                continue
            value = next((text for key in attributes if isinstance(text := one.values.get(key), str)), None)
            if value is not None:
                found.setdefault(self._key(one), set()).add(value)
        return found

    def _asks_for_another(self, data: Instance) -> bool:
        """Whether a data source names what it looks for, so that it tells nothing of its provider."""
        written = self._configuration.resource(data.module.names, data.mode, data.type, data.name)
        return bool(written.get("expressions"))


def _module_of(provider: dict[str, Any]) -> ModulePath:
    module = provider.get("module_address")
    return split_modules(split_steps(module))[0] if isinstance(module, str) else ROOT


def _one_of(told: dict[str | None, set[str]], key: str | None) -> str | None:
    """Return what all data sources of a provider tell; of all providers, where nobody knows which it is."""
    values = told.get(key, set()) if key is not None else set().union(*told.values())
    return next(iter(values)) if len(values) == 1 else None


def _account_in(value: Any) -> str | None:
    text = f"{value:012d}" if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and is_account(text) else None


def _own_region(values: dict[str, Any]) -> str | None:
    """Return the Region that a resource's attributes tell."""
    for attribute in ("region", "home_region"):
        value = values.get(attribute)
        if isinstance(value, str) and is_region(value):
            return value
    return _of_arn(values, arn_region)


def _of_arn(values: dict[str, Any], read: Callable[[str], str | None]) -> str | None:
    arn = values.get("arn")
    return read(arn) if isinstance(arn, str) else None
