"""What infrastructure code declares: resources with the attributes that can be told before anything is applied.

Every infrastructure-code format is read into these; what they mean for a trail is said once, elsewhere.
"""

from dataclasses import dataclass, field
from typing import Any

from costplan.inputs.documents import At, Document


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value, or a part of a text, that nobody can know before the code is applied.

    what: its name, as people look for it: ``parameter BucketName``, ``aws_s3_bucket.logs.id``.
    resource, attribute: the declared resource whose attribute it is (its ``DeclaredResource.name``), where it is one
    of the same code; so a trail is joined with a bucket whose name only applying makes.
    """

    what: str
    resource: str | None = None
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class PartlyKnown:
    """A text of which parts are known: texts and ``Unresolved`` in their order, never two texts side by side.

    There are two parts at least, and one that is ``Unresolved``; two of those may be all there is.
    """

    parts: tuple[str | Unresolved, ...]


@dataclass(frozen=True, slots=True)
class DeclaredResource:
    """One resource as it will be when the code has been applied.

    type: ``aws_cloudtrail``, ``AWS::CloudTrail::Trail``.
    name: unique in its code: the address of an instance (``module.logs.aws_cloudtrail.this["a"]``), the logical id.
    values: the attributes as plain data (dict, list, str, int, Decimal, bool, None), with ``Unresolved`` and
    ``PartlyKnown`` in the place of what is not known.
    document, at: where it stands; ``at_of`` a path into *values* is *at* and that path, as far as the document has it.
    account, region: of the provider or the stack, where they are told.
    condition: what it hangs on whether the resource is there at all, where nobody knows (CloudFormation).
    is_known: nothing in *values* is ``Unresolved`` or ``PartlyKnown``; where it is false, something may be.
    """

    type: str
    name: str
    values: dict[str, Any]
    document: Document
    at: At = field(compare=False)
    account: str | Unresolved | None = None
    region: str | Unresolved | None = None
    condition: Unresolved | None = None
    is_known: bool = False
