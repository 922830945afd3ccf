"""What an intrinsic function sees of the template around it."""

from collections.abc import Mapping
from typing import Any, Protocol

from costplan.inputs.configs.declared import Unresolved
from costplan.inputs.documents import At


class Scope(Protocol):
    """A template while its values are resolved.

    A value is plain data with ``Unresolved`` and ``PartlyKnown`` in it, or ``REMOVED`` for ``AWS::NoValue``.
    """

    @property
    def mappings(self) -> Mapping[str, Mapping[str, Any]]:
        """The section Mappings."""
        ...

    def resolve(self, value: Any, at: At) -> Any:
        """Return what stands at *at* with every function carried out."""
        ...

    def reference(self, name: str, at: At) -> Any:
        """Return what ``Ref`` to *name* gives."""
        ...

    def attribute(self, logical_id: str, name: str, at: At) -> Any:
        """Return what ``Fn::GetAtt`` gives."""
        ...

    def truth(self, test: Any, at: At) -> bool | Unresolved:
        """Return whether a condition that stands at *at* holds."""
        ...

    def condition(self, name: str, at: At) -> bool | Unresolved:
        """Return whether the declared condition *name* holds."""
        ...
