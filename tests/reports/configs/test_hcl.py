"""Terraform's language as text."""

import pytest

from costplan.reports.configs.hcl import Block, Expression, quoted, render_blocks
from tests.reports.configs.planner import plan_of

# What Terraform itself makes of these strings was looked at with its own console.
STRINGS = [
    ("plain", '"plain"'),
    ('a "b"', r'"a \"b\""'),
    ("a\\b", r'"a\\b"'),
    ("a\nb\r\tc", r'"a\nb\r\tc"'),
    ("${a} %{b}", '"$${a} %%{b}"'),
    ("$${a}", '"$$${a}"'),
    ("%%%{a}", '"%%%%{a}"'),
    ("$ % {} $", '"$ % {} $"'),
    ("é 🙂", '"é 🙂"'),
    ("\x07\u2028", r'"\u0007\u2028"'),
    ("\U000e0001", r'"\U000e0001"'),
]


@pytest.mark.parametrize(("text", "expected"), STRINGS, ids=[repr(text) for text, _ in STRINGS])
def test_strings(text: str, expected: str) -> None:
    assert quoted(text) == expected
    plan = plan_of(f'resource "aws_s3_bucket" "a" {{\n  bucket = {expected}\n}}\n')
    assert plan["resource_changes"][0]["change"]["after"]["bucket"] == text


def test_blocks_look_as_terraform_fmt_leaves_them() -> None:
    """Signs below each other in lines that follow each other, values of several lines apart, an empty line between."""
    long = [f"arn:aws:s3:::amzn-s3-demo-bucket{number}/a/prefix" for number in range(3)]
    block = Block(
        "resource",
        ("aws_cloudtrail", "a"),
        (
            ("name", "a"),
            ("enable_logging", True),
            ("many", long),
            ("days", 30),
            ("kms_key_id", Expression("var.key")),
            ("none", []),
        ),
        (Block("filter"), Block("inner", (), (("x", ["a", Expression("var.b")]),))),
    )
    aws = {"source": "hashicorp/aws", "version": ">= 6.0"}
    text = render_blocks([Block("terraform", blocks=(Block("required_providers", (), (("aws", aws),)),)), block])
    assert text == (
        "terraform {\n"
        "  required_providers {\n"
        "    aws = {\n"
        '      source  = "hashicorp/aws"\n'
        '      version = ">= 6.0"\n'
        "    }\n"
        "  }\n"
        "}\n"
        "\n"
        'resource "aws_cloudtrail" "a" {\n'
        '  name           = "a"\n'
        "  enable_logging = true\n"
        "  many = [\n"
        '    "arn:aws:s3:::amzn-s3-demo-bucket0/a/prefix",\n'
        '    "arn:aws:s3:::amzn-s3-demo-bucket1/a/prefix",\n'
        '    "arn:aws:s3:::amzn-s3-demo-bucket2/a/prefix",\n'
        "  ]\n"
        "  days       = 30\n"
        "  kms_key_id = var.key\n"
        "  none       = []\n"
        "\n"
        "  filter {}\n"
        "\n"
        "  inner {\n"
        '    x = ["a", var.b]\n'
        "  }\n"
        "}\n"
    )
