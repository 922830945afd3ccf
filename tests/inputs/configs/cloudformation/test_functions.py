"""Every intrinsic function: what is known becomes a value, what is not keeps its name."""

from decimal import Decimal

import pytest

from costplan.inputs.configs.declared import PartlyKnown, Unresolved

from .building import ACCOUNT, HERE, PARTITION, REGION, fault_of, value_of

ASKED = Unresolved("parameter Asked")
OTHER = Unresolved("parameter Other")
OPEN = Unresolved("condition Open")
AN_ACCOUNT = Unresolved("AWS::AccountId")
NAMELESS = Unresolved("Nameless", "Nameless", "Ref")
NOTHING = ...


def partly(*parts: str | Unresolved) -> PartlyKnown:
    return PartlyKnown(parts)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!Ref Given", "archive"),
        ("!Ref Asked", ASKED),
        ("!Ref Days", 90),
        ("!Ref Names", ["claims", "lake"]),
        ("!Ref Unknowns", Unresolved("parameter Unknowns")),
        ("{Ref: Given}", "archive"),
        ("!Ref AWS::Region", REGION),
        ("!Ref AWS::Partition", PARTITION),
        ("!Ref AWS::NoValue", NOTHING),
        ("[a, !Ref AWS::NoValue, b]", ["a", "b"]),
        ("{A: !Ref AWS::NoValue, B: 1}", {"B": 1}),
        ("!Ref Named", "archive-logs"),
        ("!Ref Partly", partly("logs-", AN_ACCOUNT)),
        ("!Ref Unknown", Unresolved("parameter Asked", "Unknown", "Ref")),
        ("!Ref Nameless", NAMELESS),
        ("!Ref Group", "trail"),
        ("!Ref Topic", partly("arn:", PARTITION, ":sns:", REGION, ":", AN_ACCOUNT, ":news")),
        ("!Ref Key", Unresolved("Key", "Key", "Ref")),
        ("!Ref Nowhere", Unresolved("reference Nowhere")),
        ("!Ref AWS::Nothing", Unresolved("AWS::Nothing")),
    ],
)
def test_ref_gives_a_value_or_a_name(written: str, value: object) -> None:
    assert value_of(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!GetAtt Named.Arn", partly("arn:", PARTITION, ":s3:::archive-logs")),
        ("!GetAtt [Named, Arn]", partly("arn:", PARTITION, ":s3:::archive-logs")),
        ("{Fn::GetAtt: Named.Arn}", partly("arn:", PARTITION, ":s3:::archive-logs")),
        ("{Fn::GetAtt: [Named, Arn]}", partly("arn:", PARTITION, ":s3:::archive-logs")),
        ("!GetAtt Partly.Arn", partly("arn:", PARTITION, ":s3:::logs-", AN_ACCOUNT)),
        ("!GetAtt Nameless.Arn", Unresolved("Nameless.Arn", "Nameless", "Arn")),
        ("!GetAtt Unknown.Arn", Unresolved("parameter Asked", "Unknown", "Arn")),
        ("!GetAtt Named.DomainName", Unresolved("Named.DomainName", "Named", "DomainName")),
        ("!GetAtt Topic.TopicName", "news"),
        ("!GetAtt Function.Outputs.Arn", Unresolved("Function.Outputs.Arn", "Function", "Outputs.Arn")),
        ("!GetAtt Nowhere.Arn", Unresolved("Nowhere.Arn")),
        (
            "{Fn::GetAtt: [Topic, !Sub 'Topic${Kind}']}",
            Unresolved("Topic.Topic${reference Kind}", "Topic", "Topic${reference Kind}"),
        ),
    ],
)
def test_an_attribute_is_known_as_far_as_it_follows_from_the_name(written: str, value: object) -> None:
    assert value_of(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!GetAtt Named.Arn", "arn:aws:s3:::archive-logs"),
        ("!GetAtt Group.Arn", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:trail:*"),
        ("!GetAtt Topic.TopicArn", f"arn:aws:sns:eu-west-1:{ACCOUNT}:news"),
        ("!GetAtt Function.Arn", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:etl"),
        ("!Ref Topic", f"arn:aws:sns:eu-west-1:{ACCOUNT}:news"),
        ("!Sub '${Partly}/${AWS::Partition}.${AWS::URLSuffix}'", f"logs-{ACCOUNT}/aws.amazonaws.com"),
        ("!FindInMap [Places, !Ref AWS::Region, Bucket]", "near"),
    ],
)
def test_with_account_and_region_nothing_of_an_arn_is_unknown(written: str, value: object) -> None:
    assert value_of(written, **HERE) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!Sub plain", "plain"),
        ("!Sub '${Given}/${ Days }'", "archive/90"),
        ("!Sub '${!Given}/${Given}'", "${Given}/archive"),
        ("!Sub '${!aws:username}'", "${aws:username}"),
        ("!Sub '$Given ${} $${Given}'", "$Given ${} $archive"),
        ("!Sub '${Asked}'", ASKED),
        ("!Sub 'a-${Given}-${Asked}-b'", partly("a-archive-", ASKED, "-b")),
        ("!Sub 'x${Asked}${Other}'", partly("x", ASKED, OTHER)),
        ("!Sub '${Asked}${Other}'", partly(ASKED, OTHER)),
        ("!Sub '${Nameless}/${Named.Arn}'", partly(NAMELESS, "/arn:", PARTITION, ":s3:::archive-logs")),
        ("!Sub ['${A}-${Given}', {A: !Ref Asked}]", partly(ASKED, "-archive")),
        ("!Sub ['${Given}', {Given: mine}]", "mine"),
        ("!Sub ['${A.B}', {A.B: 7}]", "7"),
        ("!Sub 'a${AWS::NoValue}b'", "ab"),
        ("!Sub '{{resolve:ssm:/trail/${Asked}:1}}/x'", partly(Unresolved("{{resolve:ssm:/trail/${Asked}:1}}"), "/x")),
        ("!Join ['', ['{{resolve:', 'ssm:x}', '}']]", Unresolved("{{resolve:ssm:x}}")),
        ("!Sub 'a{{resolve:ssm:${Asked}'", partly("a{{resolve:ssm:", ASKED)),
        ("'{{resolve:ssm:x}}'", Unresolved("{{resolve:ssm:x}}")),
        (
            "'{{resolve:ssm:x}}{{resolve:ssm:y}}'",
            partly(Unresolved("{{resolve:ssm:x}}"), Unresolved("{{resolve:ssm:y}}")),
        ),
        ("'a }} {{b}}'", "a }} {{b}}"),
        ("!Join ['-', [a, !Ref Days, !Ref Given]]", "a-90-archive"),
        (
            "!Join ['', ['arn:', !Ref AWS::Partition, ':s3:::', !Ref Nameless, '/']]",
            partly("arn:", PARTITION, ":s3:::", NAMELESS, "/"),
        ),
        ("!Join [',', !Ref Names]", "claims,lake"),
        ("!Join [',', !Ref Unknowns]", Unresolved("parameter Unknowns")),
        ("!Join [',', []]", ""),
        ("!Join [',', [!Ref AWS::NoValue, a]]", "a"),
        ("!Join [',', [a, !If [Open, b, !Ref AWS::NoValue]]]", OPEN),
        ("!Join ['', [a, !If [Open, b, !Ref AWS::NoValue]]]", partly("a", OPEN)),
        ("!Split [',', 'a,b']", ["a", "b"]),
        ("!Split [',', !Ref Asked]", ASKED),
        ("!Split ['-', !Sub 'a-${Asked}']", ASKED),
        ("!Split [':', !GetAtt Named.Arn]", ["arn", PARTITION, "s3", "", "", "archive-logs"]),
        ("!Split ['-', !Sub 'a-${AWS::Region}']", REGION),
        ("!Base64 abc", "YWJj"),
        ("!Base64 {Ref: Asked}", ASKED),
        ("!ToJsonString {a: [1, 0.50, !Ref Given]}", '{"a":[1,0.50,"archive"]}'),
        ("!ToJsonString {a: [!Ref Asked]}", ASKED),
    ],
)
def test_texts_are_put_together_as_far_as_they_are_known(written: str, value: object) -> None:
    assert value_of(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!If [Holds, a, b]", "a"),
        ("!If [Fails, a, b]", "b"),
        ("!If [Open, a, b]", OPEN),
        ("!If [Open, a, a]", "a"),
        ("!If [Open, 1, true]", OPEN),
        ("!If [Open, !Ref Given, archive]", "archive"),
        ("!If [Open, !Ref AWS::NoValue, !Ref AWS::NoValue]", NOTHING),
        ("!If [Fails, a, !Ref AWS::NoValue]", NOTHING),
        ("!If [Nowhere, a, b]", Unresolved("condition Nowhere")),
        ("!If [Holds, a, !FindInMap [Places, nowhere, x]]", "a"),
        ("[!If [Open, a, !Ref AWS::NoValue]]", [OPEN]),
        ("!FindInMap [Places, us-east-1, Days]", 30),
        ("!FindInMap [Places, !Ref AWS::Region, Bucket]", REGION),
        ("!FindInMap [Places, !Ref AWS::Region, Same]", "x"),
        ("!FindInMap [Places, !Sub '${Asked}-1', Bucket]", ASKED),
        ("!FindInMap [!Ref Asked, eu-west-1, Bucket]", "near"),
        ("!FindInMap [Places, nowhere, Bucket, {DefaultValue: any}]", "any"),
        ("!FindInMap [Places, !Ref AWS::Region, Same, {DefaultValue: y}]", REGION),
        ("!FindInMap [Places, !Ref AWS::Region, Same, {DefaultValue: x}]", "x"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Ref Names]", "claims"),
        ("!Select [5, !Split [':', !GetAtt Named.Arn]]", "archive-logs"),
        ("!Select [0, !GetAZs '']", Unresolved("Fn::GetAZs")),
        ("!Select [!Ref Asked, [a, b]]", ASKED),
        ("!Select [!Ref Asked, [a, a]]", "a"),
        ("!Select [0, [!Ref AWS::NoValue, a]]", "a"),
        ("!Select [1, [!If [Open, a, !Ref AWS::NoValue], b]]", OPEN),
        ("!Length [a, b]", 2),
        ("!Length {Ref: Names}", 2),
        ("!Length {Ref: Unknowns}", Unresolved("parameter Unknowns")),
        ("!Length [!If [Open, a, !Ref AWS::NoValue]]", OPEN),
        ("!ImportValue logs-bucket", Unresolved("import logs-bucket")),
        ("!ImportValue {Fn::Sub: '${Asked}-Bucket'}", Unresolved("import ${Asked}-Bucket")),
        ("!Cidr [192.0.2.0/24, 2]", Unresolved("Fn::Cidr")),
        ("!Transform {Name: AWS::Include, Parameters: {Location: x}}", Unresolved("Fn::Transform AWS::Include")),
        ("{Fn::Transform: {Name: Mine}, A: 1}", Unresolved("Fn::Transform Mine")),
        ("{Fn::ForEach::Loop: [x, [a], {}]}", Unresolved("Fn::ForEach::Loop")),
        ("{Fn::Brew: coffee}", Unresolved("Fn::Brew")),
        ("!EnumTargetAccounts {}", Unresolved("Fn::EnumTargetAccounts")),
        ("{Condition: {Bool: {aws:SecureTransport: true}}}", {"Condition": {"Bool": {"aws:SecureTransport": True}}}),
        ("{Ref: Given, Other: 1}", {"Ref": "Given", "Other": 1}),
        ("[1, 0.5, true, null, 2012-10-17]", [1, Decimal("0.5"), True, None, "2012-10-17"]),
    ],
)
def test_choices_are_made_or_keep_the_name_of_what_decides(written: str, value: object) -> None:
    result = value_of(written)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("!Ref [a]", "Ref: must be a name — write the name of a parameter or a resource"),
        ("!GetAtt Named", "Fn::GetAtt: must be a resource and an attribute — write [logical id, attribute]"),
        ("!Sub [a]", "Fn::Sub: must be a text, or a list of a text and a mapping of variables — write one of them"),
        ("!Sub [{Ref: Given}, {}]", "Fn::Sub: must begin with a text — write the text itself, not a function"),
        ("!Sub '${Names}'", "Fn::Sub: puts a list or mapping into a text — use Fn::Join to make one text of a list"),
        ("!Join a", 'Fn::Join: must be a list of a delimiter and a list — write [",", [first, second]]'),
        (
            "!Join [!Ref Asked, []]",
            'Fn::Join: must begin with a delimiter, which is a text — write [",", [first, second]]',
        ),
        ("!Join [',', a]", 'Fn::Join: must join a list — write [",", [first, second]]'),
        ("!Split [a]", 'Fn::Split: must be a list of a delimiter and a text — write [",", text]'),
        ("!Split ['', a]", 'Fn::Split: must begin with a delimiter, which is a text — write [",", text]'),
        ("!Split [',', []]", 'Fn::Split: must split a text — write [",", text]'),
        ("!Base64 [a]", "Fn::Base64: must encode a text — write a text, or a function that makes one"),
        ("!ToJsonString a", "Fn::ToJsonString: must be a mapping or a list — write the value itself, not its text"),
        (
            "!If [Holds, a]",
            "Fn::If: must be a list of a condition's name and two values"
            " — write [condition, value if it holds, value if not]",
        ),
        (
            "!FindInMap [a]",
            "Fn::FindInMap: must be a list of a mapping's name and two keys"
            " — write [name of the mapping, first key, second key]",
        ),
        (
            "!FindInMap [Places, [], x]",
            "Fn::FindInMap: has a key that is neither text nor number — write the key's name",
        ),
        (
            "!FindInMap [Places, a, b, c]",
            "Fn::FindInMap: must have a DefaultValue as its fourth element — write {DefaultValue: value}",
        ),
        (
            "!FindInMap [Places, !Ref Given, !Sub '${Given}']",
            "Fn::FindInMap: finds nothing in Mappings under Places.${Given}.…"
            " — add it, or choose another key by a parameter",
        ),
        ("!Select [0]", "Fn::Select: must be a list of a number and a list — write [0, [first, second]]"),
        ("!Select [x, [a]]", "Fn::Select: must begin with a whole number from 0 — write [0, [first, second]]"),
        ("!Select [1, [a]]", "Fn::Select: selects element 1 of 1 — count from 0"),
        ("!Select [0, a]", "Fn::Select: must select from a list — write [0, [first, second]]"),
        ("!Length a", "Fn::Length: must count a list — write a list, or a parameter that is one"),
        ("{Fn::Sub: a, B: c}", "Fn::Sub: stands among other keys — a function is alone in its mapping"),
    ],
)
def test_a_function_that_is_written_wrongly_is_told_with_its_line(written: str, fault: str) -> None:
    assert fault_of(written) == fault
