#!/usr/bin/env bash
# Any other CI: exit code 0 is within the limits, 1 is broken, 3 is bad input or could not tell.
set -euo pipefail

# plan.json is what was made before: terraform show -json plan.tfplan >plan.json
costplan check plan.json --report markdown=costplan.md --report junit=junit.xml
