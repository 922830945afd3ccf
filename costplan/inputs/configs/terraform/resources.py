"""The resources that CloudTrail's cost hangs on, each with its values, account and Region."""

from typing import Any

from costplan.inputs.configs.declared import DeclaredResource, Unresolved
from costplan.inputs.configs.terraform.configuration import Configuration, Path, expressions_at, is_expression
from costplan.inputs.configs.terraform.equal_attributes import HOLD_ONE_NAME, same_text
from costplan.inputs.configs.terraform.forms import read_form
from costplan.inputs.configs.terraform.instances import MANAGED, Instance, read_instances
from costplan.inputs.configs.terraform.notes import notes_of
from costplan.inputs.configs.terraform.parts import LONGEST_NAME, Parts, shorten
from costplan.inputs.configs.terraform.providers import Providers
from costplan.inputs.configs.terraform.references import References, Source
from costplan.inputs.configs.terraform.unknown_values import NOT_KNOWN, has_unknown
from costplan.inputs.documents import Document, show_path
from costplan.model.problems import Problem

RELEVANT_TYPES = frozenset(
    {
        "aws_cloudtrail",
        "aws_cloudtrail_event_data_store",
        "aws_cloudtrail_insight_selectors",
        "aws_cloudtrail_organization_delegated_admin_account",
        "aws_cloudwatch_log_group",
        "aws_kms_alias",
        "aws_kms_key",
        "aws_organizations_organization",
        "aws_s3_bucket",
        "aws_s3_bucket_intelligent_tiering_configuration",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_s3_bucket_replication_configuration",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_versioning",
        "aws_sns_topic",
        "aws_sns_topic_subscription",
    }
)


def declared_resources(
    document: Document, problems: list[Problem], notes: list[Problem] | None = None, *, is_before: bool = False
) -> tuple[DeclaredResource, ...]:
    """Return the managed resources of ``RELEVANT_TYPES`` in a plan or state, in the order of the file.

    Of a plan, those that are there when it has been applied; *is_before* gives those before that.  A state has no
    before and after.  What may hold a trail that is not seen here, such as a stack of CloudFormation, and what is left
    out of CloudTrail's resources, goes to *notes*; what is wrong, to *problems*, and what is right beside it is still
    returned.
    """
    parts = Parts(document, problems)
    form = read_form(document, parts)
    if form is None:
        return ()
    instances = read_instances(form, parts, is_before=is_before)
    configuration = Configuration(parts)
    references = References(configuration, instances)
    providers = Providers(configuration, references, instances)
    namer = _Namer(configuration, references)
    if notes is not None:
        notes += notes_of(document, instances, configuration, RELEVANT_TYPES, is_before=is_before)
    return tuple(
        DeclaredResource(
            type=one.type,
            name=one.address,
            values=namer.values(one),
            is_known=not (one.is_marked or one.is_partial),
            document=document,
            at=one.at,
            account=providers.account(one),
            region=providers.region(one),
        )
        for one in instances
        if _is_declared(one)
    )


def _is_declared(instance: Instance) -> bool:
    return instance.mode == MANAGED and instance.type in RELEVANT_TYPES


class _Namer:
    """Gives names to what is not known."""

    def __init__(self, configuration: Configuration, references: References) -> None:
        self._configuration = configuration
        self._references = references

    def values(self, instance: Instance) -> dict[str, Any]:
        """Return the values of a resource, with ``Unresolved`` for what is not known."""
        if not (instance.is_marked or instance.is_partial):
            return instance.values
        written = self._configuration.resource(instance.module.names, instance.mode, instance.type, instance.name)
        expressions = written.get("expressions")
        expressions = expressions if isinstance(expressions, dict) else {}
        values = dict(instance.values)
        if instance.is_partial:
            values |= {key: NOT_KNOWN for key, one in expressions.items() if key not in values and is_expression(one)}
        return {
            key: self._named(item, (key,), instance, expressions) if has_unknown(item) else item
            for key, item in values.items()
        }

    def _named(self, value: Any, path: Path, instance: Instance, expressions: dict[str, Any]) -> Any:
        if value is NOT_KNOWN:
            return self._unresolved(path, instance, expressions)
        if isinstance(value, dict):
            return {key: self._named(item, (*path, key), instance, expressions) for key, item in value.items()}
        if isinstance(value, list):
            return [self._named(item, (*path, index), instance, expressions) for index, item in enumerate(value)]
        return value

    def _unresolved(self, path: Path, instance: Instance, expressions: dict[str, Any]) -> str | Unresolved:
        place = self._references.place_of(instance)
        sources = {
            source.name: source
            for expression in expressions_at(expressions, path, instance.values)
            for source in self._references.sources(expression, place)
        }
        if not sources:
            attribute = show_path(path)
            return Unresolved(shorten(f"{instance.address}.{attribute}"), instance.address, attribute)
        target = _only_resource(list(sources.values()))
        if target is not None and target.instance is not None and len(sources) == 1 and path[0] in HOLD_ONE_NAME:
            # The two are the same text once applied, so the one that is known already is the other.
            same = same_text(target.instance.type, target.attribute)
            text = target.instance.values.get(same) if same is not None and len(path) == 1 else None
            if isinstance(text, str) and text:
                return text
        what = _joined(list(sources))
        if target is None or target.instance is None:
            return Unresolved(what)
        return Unresolved(what, target.instance.address, target.attribute)


def _only_resource(sources: list[Source]) -> Source | None:
    """Return the source that is a declared resource, where no other resource takes part.

    Local values and variables beside it mostly choose whether it is used at all.
    """
    resources = [source for source in sources if source.is_resource]
    addresses = {source.instance.address if source.instance else source.name for source in resources}
    if len(addresses) != 1 or resources[0].instance is None or not _is_declared(resources[0].instance):
        return None
    return resources[0]


def _joined(names: list[str]) -> str:
    """Return names as one text of a length that fits into a message."""
    text = ", ".join(shorten(name) for name in names[:4])
    return shorten(text) if len(names) <= 4 else f"{text[: LONGEST_NAME - 2]}, …"
