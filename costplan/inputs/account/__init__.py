"""A live account: what its trails and event data stores are, where they deliver, and what nobody may see of them.

Nothing is ever written to AWS.
"""

from costplan.inputs.account.collecting import Collected, collect
from costplan.inputs.account.policy import policy_text
from costplan.inputs.account.session import Access

__all__ = ["Access", "Collected", "collect", "policy_text"]
