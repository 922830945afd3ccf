"""The calls: how each service's records show parameters and resources."""

from .identities import UNUSED
from .kinds import Kind
from .records import Call, literal
from .truth import Resource

FOLDERS = ("raw/", "curated/year=2026/", "claims/", "logs/app/")
# S3's extended request id is 76 characters; the token in it is what keeps files from compressing too well.
_ID_2 = "%sExampleAmzId2rgKoBRyhrmYdpMElUzhPz0iYgcBU4"


def management(kind: Kind, account: str, region: str, error_code: str | None = None) -> Call:
    """Return the management call *kind*; its resources are listed but no selector sees them."""

    def fill(text: str) -> str:
        return literal(text.replace("ACCOUNT", account).replace("REGION", region))

    failed = error_code is not None
    return Call(
        "Management",
        kind.source,
        kind.name,
        kind.read_only,
        params=fill(kind.params) + UNUSED,
        response="null" if failed else fill(kind.response),
        additional=(_s3_additional(0) if kind.source == "s3.amazonaws.com" else UNUSED),
        listed=fill(kind.resource) + UNUSED if kind.resource else UNUSED,
        event_type=kind.event_type,
        error_code=error_code,
        host=f"{kind.source.partition('.')[0]}.{region}.amazonaws.com",
    )


def s3_object(
    name: str,
    read_only: bool,
    account: str,
    region: str,
    bucket: str,
    folder: str,
    event_type: str = "AwsApiCall",
    source: str = "s3.amazonaws.com",
) -> Call:
    """Return an object-level S3 call. Lists and DeleteObjects name a prefix instead of an object."""
    arn = f"arn:aws:s3:::{bucket}"
    if name in ("ListObjects", "DeleteObjects"):
        folder = ""
        query = '"list-type":"2","max-keys":"1000"' if name == "ListObjects" else '"delete":""'
        params = f'{{"bucketName":"{bucket}",{query}{UNUSED}}}'
        element = f'{{"type":"AWS::S3::Object","ARNPrefix":"{arn}/{UNUSED}"}}'
    else:
        params = f'{{"bucketName":"{bucket}","key":"{folder}part-%.16s.parquet"}}'
        element = f'{{"type":"AWS::S3::Object","ARN":"{arn}/{folder}part-%.16s.parquet"}}'
    response = '{"x-amz-server-side-encryption":"AES256"}' if name == "PutObject" else "null"
    return Call(
        "Data",
        source,
        name,
        read_only,
        params,
        response,
        _s3_additional(52_417 if name in ("GetObject", "PutObject") else 0),
        element + f',{{"accountId":"{account}","type":"AWS::S3::Bucket","ARN":"{arn}"}}',
        (Resource("AWS::S3::Object", arn),),
        folder,
        event_type,
        host=f"{bucket}.s3.{region}.amazonaws.com",
    )


def invoke(account: str, region: str, function: str) -> Call:
    """Return a Lambda invocation."""
    arn = f"arn:aws:lambda:{region}:{account}:function:{function}"
    return Call(
        "Data",
        "lambda.amazonaws.com",
        "Invoke",
        False,
        f'{{"functionName":"{arn}","invocationType":"RequestResponse","clientContext":"HIDDEN"{UNUSED}}}',
        additional=f',"additionalEventData":{{"functionVersion":"{arn}:$LATEST"{UNUSED}}}',
        listed=f'{{"accountId":"{account}","type":"AWS::Lambda::Function","ARN":"{arn}"}}' + UNUSED,
        resources=(Resource("AWS::Lambda::Function", arn),),
        host=f"lambda.{region}.amazonaws.com",
    )


def table_call(name: str, read_only: bool, account: str, region: str, tables: tuple[str, ...]) -> Call:
    """Return an item-level DynamoDB call on one or more *tables*."""
    arns = [f"arn:aws:dynamodb:{region}:{account}:table/{table}" for table in tables]
    if len(tables) > 1:
        requested = ",".join(f'"{table}":{{"keys":["HIDDEN"],"consistentRead":false}}' for table in tables)
        params = f'{{"requestItems":{{{requested}}}{UNUSED}}}'
    else:
        params = f'{{"tableName":"{tables[0]}","key":{{"pk":"HIDDEN","sk":"HIDDEN"}},"consistentRead":false{UNUSED}}}'
    listed = ",".join(f'{{"accountId":"{account}","type":"AWS::DynamoDB::Table","ARN":"{arn}"}}' for arn in arns)
    return _dynamodb(
        name, read_only, region, params, listed, tuple(Resource("AWS::DynamoDB::Table", arn) for arn in arns)
    )


def get_records(account: str, region: str, table: str) -> Call:
    """Return a read of a table's stream, which names the table and the stream."""
    arn = f"arn:aws:dynamodb:{region}:{account}:table/{table}"
    stream = f"{arn}/stream/2026-01-15T10:20:30.400"
    params = f'{{"shardIterator":"{stream}|1|AAAAAAAAAAGQEXAMPLE","limit":1000{UNUSED}}}'
    listed = (
        f'{{"accountId":"{account}","type":"AWS::DynamoDB::Table","ARN":"{arn}"}},'
        f'{{"accountId":"{account}","type":"AWS::DynamoDB::Stream","ARN":"{stream}"}}'
    )
    resources = (Resource("AWS::DynamoDB::Stream", arn), Resource("AWS::DynamoDB::Table", arn))
    return _dynamodb("GetRecords", True, region, params, listed, resources)


def network_activity(source: str, name: str, owner: str, number: int, denied: bool) -> Call:
    """Return a call seen at a VPC endpoint of the account *owner*, who receives the event."""
    return Call(
        "NetworkActivity",
        source,
        name,
        None,
        event_type="AwsVpceEvent",
        error_code="VpceAccessDenied" if denied else None,
        vpc_endpoint=(f"vpce-0example{number:08x}", owner),
    )


def _dynamodb(
    name: str, read_only: bool, region: str, params: str, listed: str, resources: tuple[Resource, ...]
) -> Call:
    return Call(
        "Data",
        "dynamodb.amazonaws.com",
        name,
        read_only,
        params,
        listed=listed + UNUSED,
        resources=resources,
        host=f"dynamodb.{region}.amazonaws.com",
    )


def _s3_additional(size: int) -> str:
    return (
        ',"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256",'
        f'"bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"{_ID_2}",'
        f'"bytesTransferredOut":{size}}}'
    )
