"""CloudFormation templates, also those that SAM and the AWS CDK write, as declared resources.

A template comes in as a document, JSON or YAML, with the values of its parameters; its resources go out with every
function carried out as far as anybody can before the stack is made.  What nobody can know stays by its name: a default
is a value, a missing one is ``parameter X``, never a guess.
"""

from costplan.inputs.configs.cloudformation.assembly import Stack, is_assembly, read_assembly
from costplan.inputs.configs.cloudformation.exports import Deployed, exported_values, joined
from costplan.inputs.configs.cloudformation.resources import RELEVANT_TYPES, declared_resources, parameter_names

__all__ = [
    "RELEVANT_TYPES",
    "Deployed",
    "Stack",
    "declared_resources",
    "exported_values",
    "is_assembly",
    "joined",
    "parameter_names",
    "read_assembly",
]
