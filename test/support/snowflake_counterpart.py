"""Snowflake's counterpart: fakesnow, with what our driver and our runs need beyond it. Arguments: folder for staged files, PEM of
the public key that may enter. Prints the port once it listens; ends when its standard input does."""

import asyncio
import base64
import hashlib
import importlib
import os
import re
import sys
import threading
from datetime import date

import duckdb
import jwt
import pyarrow as pa
import snowflake.connector.errors
import uvicorn
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from fakesnow import transforms
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.dialect import parse_one
from fakesnow.transforms import stage
from sqlglot import exp
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

# The package has functions of the same names.
server = importlib.import_module("fakesnow.server")
copy_into = importlib.import_module("fakesnow.copy_into")

folder, key_file = sys.argv[1], sys.argv[2]
stage.LOCAL_BUCKET_PATH = folder

# The driver reads results as rows of JSON, fakesnow writes them as Arrow.


def cell(value, kind):
    if value is None:
        return None
    if kind == "date":
        return str((value - date(1970, 1, 1)).days)
    if isinstance(value, dict):
        if value["epoch"] is None:
            return None
        nanos = value["epoch"] * 10**9 + value["fraction"]
        return f"{'-' if nanos < 0 else ''}{abs(nanos) // 10**9}.{abs(nanos) % 10**9:09d}"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return repr(value)
    return str(value)


class Answer(JSONResponse):
    def render(self, content):
        data = content.get("data") if isinstance(content, dict) else None
        if isinstance(data, dict) and data.get("queryResultFormat") == "arrow":
            rows = []
            if data["rowsetBase64"]:
                table = pa.ipc.open_stream(base64.b64decode(data.pop("rowsetBase64"))).read_all()
                kinds = [column["type"] for column in data["rowtype"]]
                columns = [[cell(v, kind) for v in c.to_pylist()] for c, kind in zip(table.columns, kinds)]
                rows = [list(row) for row in zip(*columns)]
            data.pop("rowsetBase64", None)
            data.update(queryResultFormat="json", rowset=rows)
        if isinstance(data, dict) and "rowset" in data:
            data.update(returned=len(data["rowset"]), version=1)
        return super().render(content)


server.JSONResponse = Answer

# Files are put where this process finds them.
server.gcs_stage_info = lambda request, expr, data: data["stageInfo"]

# All columns of a CSV file are texts until they are in the table, and a text in quotes is never NULL.

read_csv = copy_into.ReadCSV.read_expression


def read_texts(self, url):
    read = read_csv(self, url)
    options = {"all_varchar": True, "allow_quoted_nulls": False, "escape": '"', "max_line_size": 16_000_000}
    for name, value in options.items():
        read.append("expressions", self.make_eq(name, value))
    return read


copy_into.ReadCSV.read_expression = read_texts

# DuckDB calls the first of more than ten columns `column00`.

inserts = copy_into._inserts


def inserts_by_name(expr, *args, **kwargs):
    statements = inserts(expr, *args, **kwargs)
    for column in [column for statement in statements for column in statement.find_all(exp.Identifier)]:
        if found := re.fullmatch(r"column(\d+)", column.this):
            column.set("this", f"column{int(found[1]):0{len(str(len(expr.this.expressions) - 1))}d}")
    return statements


copy_into._inserts = inserts_by_name

# Who enters: `user` with the password `secret`, or with a token signed by the key; nobody else.

public = load_pem_public_key(open(key_file, "rb").read())
fingerprint = base64.b64encode(
    hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
).decode()


def may_enter(data):
    if data.get("AUTHENTICATOR") != "SNOWFLAKE_JWT":
        return data.get("LOGIN_NAME") == "user" and data.get("PASSWORD") == "secret"
    try:
        # Its times are milliseconds, which Snowflake lets pass.
        claims = jwt.decode(data["TOKEN"], public, algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False})
        return claims["iss"] == f"ACCOUNT.USER.SHA256:{fingerprint}"
    except jwt.PyJWTError:
        return False


async def login(request: Request):
    data = server.json.loads(await plain(request))["data"]
    if not may_enter(data):
        denied = {"390144": "JWT token is invalid."} if "TOKEN" in data else {"390100": "Incorrect username or password was specified."}
        ((code, message),) = denied.items()
        return JSONResponse({"data": None, "code": code, "message": message, "success": False})
    return await server.login_request(request)


async def plain(request: Request):
    body = await request.body()
    return server.gzip.decompress(body) if request.headers.get("Content-Encoding") == "gzip" else body


# What a request began, another one may end.

running = {}


async def query(request: Request):
    number = request.query_params.get("requestId")
    try:
        running[number] = server.to_conn(server.to_token(request))
    except server.ServerError:
        pass
    try:
        answer = await server.query_request(request)
        if answer.status_code != 500:
            return answer
        # What it does not know is a failure of the statement: HTTP 500 the driver would send again for minutes.
        return JSONResponse({"data": {"sqlState": "0A000"}, "code": "009999", "message": "not known here", "success": False})
    finally:
        running.pop(number, None)


async def abort(request: Request):
    number = server.json.loads(await plain(request)).get("requestId")
    # It may not have reached DuckDB yet.
    for _ in range(100):
        if number not in running:
            break
        running[number]._duck_conn.interrupt()
        await asyncio.sleep(0.05)
    return JSONResponse({"success": True, "data": None, "code": None, "message": None})


# Sums of decimals are decimals; it makes doubles of them, because Snowflake would sum texts as well.

transforms.numeric_agg_implicit_cast = lambda e: e

# Of TRIM it forgets the characters, and of TRY_CAST to a timestamp the TRY.

trim_cast_varchar, to_timestamp = transforms.trim_cast_varchar, transforms.to_timestamp


def trim(expression):
    trimmed = trim_cast_varchar(expression)
    if trimmed is not expression:
        trimmed.set("expression", expression.expression)
    return trimmed


transforms.trim_cast_varchar = trim
transforms.to_timestamp = lambda e: e if isinstance(e, exp.TryCast) else to_timestamp(e)

# MERGE with the one clause `matched` is a DELETE or an UPDATE: fakesnow's way of it knows no conditions beside the equality of a key.


def merged(command):
    statement = parse_one(command)
    then = statement.args["whens"].expressions[0].args["then"]
    target, source, where = statement.this, statement.args["using"], exp.Where(this=statement.args["on"])
    if not isinstance(then, exp.Update):
        return exp.Delete(this=target, using=[source], where=where).sql("snowflake")
    for setting in then.expressions:
        setting.this.set("table", None)
    return exp.Update(this=target, expressions=then.expressions, from_=exp.From(this=source), where=where).sql("snowflake")


# An external stage is a folder of this machine, and `$1` of a Parquet file there its row: what it has no column for is NULL.

STAGE = re.compile(r"\s*create stage (\S+) url = 'file://([^']*)'\s*$", re.I)
FORMAT = re.compile(r"\s*create file format if not exists .* type = parquet use_logical_type = true\s*$", re.I)
STAGED = re.compile(r"""select ((?:(?! from ').)*) from '@([^/']+)/([^']*)' \(file_format => '[^']*'\) where (\$1:"_delivery"::number = \d+)""", re.I)
FIELD = re.compile(r'\$1:"((?:[^"]|"")*)"')
stages = {}


def staged(connection, items, name, path, where):
    file = os.path.join(stages[name.upper()], path).replace("'", "''")
    columns = {row[0] for row in connection.execute(f"select name from parquet_schema('{file}')").fetchall()}

    def field(found):
        return f'"{found[1]}"' if found[1].replace('""', '"') in columns else "null"

    return f"select {FIELD.sub(field, items)} from read_parquet('{file}') where {FIELD.sub(field, where)}"


# Statements that fakesnow does not know.

SWAP = re.compile(r'\s*alter schema "([^"]+)"\."([^"]+)" swap with "([^"]+)"\."([^"]+)"\s*$', re.I)
SETTING = re.compile(r"\s*alter session set (?!autocommit)", re.I)
CLONE = re.compile(r"(create or replace table .*) clone (.*?)( copy grants)?$", re.I | re.S)
HEXADECIMAL = re.compile(r"to_number\((\w+\([^()]*(?:\([^()]*\))?[^()]*\)), 'X+'\)", re.I)
original = FakeSnowflakeCursor.execute


def execute(self, command, *args, **kwargs):
    try:
        if found := SWAP.match(command):
            swap(self._duck_conn, *found.groups())
            command = "select 'Statement executed successfully.' as status"
        elif found := STAGE.match(command):
            stages[found[1].upper()] = found[2]
            command = "select 'Stage area successfully created.' as status"
        elif SETTING.match(command) or FORMAT.match(command):
            command = "select 'Statement executed successfully.' as status"
        elif command.startswith("merge into "):
            command = merged(command)
        command = STAGED.sub(lambda found: staged(self._duck_conn, *found.groups()), command)
        command = HEXADECIMAL.sub(r"cast('0x' || \1 as bigint)", command)
        return original(self, CLONE.sub(r"\1 as select * from \2", command), *args, **kwargs)
    except duckdb.InterruptException:
        raise snowflake.connector.errors.ProgrammingError(msg="SQL execution canceled", errno=604, sqlstate="57014") from None
    except snowflake.connector.errors.Error:
        raise
    except Exception as e:
        raise snowflake.connector.errors.ProgrammingError(msg=f"{type(e).__name__}: {e}", errno=9999, sqlstate="0A000") from e


def swap(connection, database, one, _, other):
    """Both schemas' views change places, at once; they name their tables in full."""
    connection.execute("begin")
    try:
        views = connection.execute(
            "select schema_name, view_name, sql from duckdb_views() where database_name = ? and schema_name in (?, ?)",
            [database, one, other],
        ).fetchall()
        for schema, name, _sql in views:
            connection.execute(f'drop view "{database}"."{schema}"."{name}"')
        for schema, name, sql in views:
            body = re.split(r"\bAS\b", sql, maxsplit=1, flags=re.I)[1]
            connection.execute(f'create view "{database}"."{other if schema == one else one}"."{name}" as {body}')
        connection.execute("commit")
    except Exception:
        connection.execute("rollback")
        raise


FakeSnowflakeCursor.execute = execute

own = {"/session/v1/login-request": login, "/queries/v1/query-request": query, "/queries/v1/abort-request": abort}
app = server.Starlette(
    routes=[
        *(Route(path, work, methods=["POST"]) for path, work in own.items()),
        Route("/telemetry/send", lambda _: JSONResponse({"success": True}), methods=["POST"]),
        *(route for route in server.routes if route.path not in own),
    ]
)


class Listening(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets=sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
Listening(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False)).run()
