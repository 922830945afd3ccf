"""Attributes of the provider's resources that are the same text as another attribute or argument.

From "Argument Reference" and "Attribute Reference" on the pages of the provider's resources.  A trail is not among
them: its ``id`` is its name or its ARN, by the provider's version.
"""

from typing import Any

HOLD_ONE_NAME = frozenset({"bucket", "log_group_name", "s3_bucket_name"})
"""Arguments that are the whole name of another resource; elsewhere a reference may be a part of a longer text."""

_SAME_TEXT = {("aws_s3_bucket", "id"): "bucket", ("aws_cloudwatch_log_group", "id"): "name"}
"""Attributes that are known only when they are made, and another one of the same text that may be known before."""

_BUCKETS = frozenset({"aws_s3_bucket", "aws_s3_directory_bucket"})
_OWN_NAMES = frozenset({"arn", "id", "name", "name_prefix"})
"""Attributes by which a resource is known itself; every other argument is what its expression is."""

_NAMED_BY_BUCKET = frozenset(
    f"aws_s3_bucket_{part}"
    for part in (
        "lifecycle_configuration",
        "logging",
        "notification",
        "ownership_controls",
        "policy",
        "public_access_block",
        "server_side_encryption_configuration",
        "versioning",
    )
)
"""Parts of a bucket whose ``id`` is the bucket's name."""


def same_text(kind: str, attribute: str | None) -> str | None:
    """Return the attribute that is the same text as another of a resource type.

    >>> same_text("aws_s3_bucket", "id")
    'bucket'
    """
    return _SAME_TEXT.get((kind, attribute or ""))


def passed_on(kind: str, attribute: str, expressions: Any) -> Any:
    """Return the expression of the argument that an attribute only passes on; ``None`` where it is the resource's own.

    *expressions* are those of the resource.  The bucket of a bucket policy is one that the policy was given.
    """
    if not isinstance(expressions, dict):
        return None
    # With the owner's account given, that is a part of the id.
    if attribute == "id" and kind in _NAMED_BY_BUCKET and "expected_bucket_owner" not in expressions:
        attribute = "bucket"
    return None if kind in _BUCKETS or attribute in _OWN_NAMES else expressions.get(attribute)
