"""The command line against the same S3 as the source of log files."""

from tests.inputs.volumes.logs.buckets.conftest import aws_environment, faulty_s3, fill, moto_server, s3

__all__ = ["aws_environment", "faulty_s3", "fill", "moto_server", "s3"]
