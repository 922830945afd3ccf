"""What a caller says of configurations that they do not say themselves."""

from collections.abc import Mapping

from costplan.inputs.configs import CONFIG_FORMATS, Given
from costplan.model.problems import UsageError

NO_PARAMETERS: Mapping[str, str] = {}


def given_of(parameters: Mapping[str, str] = NO_PARAMETERS, form: str | None = None) -> Given:
    """Return what is given.

    parameters: of CloudFormation templates; form: the name of a format, ``None`` to tell it by the content.

    Raises:
        UsageError: there is no such format.
    """
    names = [config_format.name for config_format in CONFIG_FORMATS]
    if form is not None and form not in names:
        raise UsageError(f"--as {form}: choose from {', '.join(names)}")
    return Given(parameters, form)
