"""Log files in S3: listed with few requests, fetched many at once, never written to."""

from costplan.inputs.aws.patience import Patience
from costplan.inputs.volumes.logs.buckets.addresses import is_address
from costplan.inputs.volumes.logs.buckets.choice import Choice
from costplan.inputs.volumes.logs.buckets.connection import Access
from costplan.inputs.volumes.logs.buckets.listing import Listed
from costplan.inputs.volumes.logs.buckets.policy import policy_text
from costplan.inputs.volumes.logs.buckets.source import Bucket

__all__ = ["Access", "Bucket", "Choice", "Listed", "Patience", "is_address", "policy_text"]
