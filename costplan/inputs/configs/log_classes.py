"""The class of a log group as configurations state it, ``LogGroupClass`` in AWS's words."""

from costplan.inputs.configs.fields import Fields
from costplan.model.recorders import LogClass
from costplan.model.unknown import UNKNOWN

_CLASSES = {one.value: one for one in LogClass}


def log_class_of(group: Fields, assumed: list[str]) -> LogClass:
    """Return the class of a log group; one that is not stated, or that has no price here, is standard and said so."""
    stated = group.text("LogGroupClass")
    if stated is UNKNOWN:
        assumed.append("its log group is of the standard class: its class is known only when it is applied")
    elif isinstance(stated, str) and stated not in _CLASSES:
        assumed.append(f"its log group is priced as of the standard class: {stated} has no price here")
    return _CLASSES.get(stated, LogClass.STANDARD) if isinstance(stated, str) else LogClass.STANDARD
