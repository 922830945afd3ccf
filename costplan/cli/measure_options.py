"""Options that the commands which measure volumes share."""

from pathlib import Path
from typing import Annotated

import typer

ForScenarios = Annotated[
    list[Path] | None,
    typer.Option("--for", metavar="SCENARIO", help="Answer the conditions of its selectors. May be repeated."),
]
Keep = Annotated[
    str | None, typer.Option("--keep", metavar="FIELD,...", help="Keep further fields of each event apart.")
]
IsSample = Annotated[bool, typer.Option("--sample", help="Read a random part and expand it, with 95 % intervals.")]
MaxBytes = Annotated[
    str | None,
    typer.Option("--max-bytes", metavar="SIZE", help="Of a sample: read at most so much, such as 2GB."),
]
TargetError = Annotated[
    str | None,
    typer.Option("--target-error", metavar="SHARE", help="Of a sample: how sure the total cost must be [5%]."),
]
SampleSeed = Annotated[
    int | None, typer.Option("--seed", metavar="N", min=0, help="Of a sample: the same N draws the same.")
]
BucketProfile = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="Of a bucket: profile of the AWS configuration.")
]
EndpointUrl = Annotated[
    str | None, typer.Option("--endpoint-url", metavar="URL", help="Of a bucket: another S3 than AWS's.")
]
IsBucketAgreed = Annotated[
    bool, typer.Option("--yes", help="Of a bucket: read it without asking whether its cost is all right.")
]
PrintsBucketPolicy = Annotated[
    bool, typer.Option("--print-policy", help="Print the IAM policy that reading the bucket needs, and stop.")
]
KmsKey = Annotated[
    str | None, typer.Option("--kms-key", metavar="ARN", help="Of --print-policy: the key of the log files.")
]
StateFolder = Annotated[
    Path | None, typer.Option("--state", metavar="DIR", help="Keep counts in DIR, and go on there after a break.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", min=1, help="Processes that read [default: one per core].")
]
VolumesFile = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the volumes to FILE.")]
