"""CloudWatch metrics as a source of data event volumes: what each metric counts, and what it does not."""

from costplan.inputs.volumes.metrics.facts import Bound, MetricMapping, MetricService
from costplan.inputs.volumes.metrics.mappings import MAPPINGS

__all__ = ["MAPPINGS", "Bound", "MetricMapping", "MetricService"]
