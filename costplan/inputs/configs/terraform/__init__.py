"""Terraform's plans and states, and those of OpenTofu, as declared resources.

What comes in is JSON that Terraform wrote: ``terraform show -json`` of a plan or of a state, or a state file.  What
goes out is every resource that CloudTrail's cost hangs on.  A plan marks what only applying makes; it is named by what
the configuration refers to there (``aws_s3_bucket.logs.id``), and never guessed.
"""

from costplan.inputs.configs.terraform.instances import forgotten_addresses
from costplan.inputs.configs.terraform.resources import RELEVANT_TYPES, declared_resources

__all__ = ["RELEVANT_TYPES", "declared_resources", "forgotten_addresses"]
