"""Delta tables as delta-rs reads and changes them. Usage: readers.py COMMAND TABLE [ARGUMENT]; prints one JSON object.

STORAGE_OPTIONS in the environment: delta-rs's options for a table that is not on this disk, as JSON.
"""

import json
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

options = json.loads(os.environ.get("STORAGE_OPTIONS", "null"))


def opened(table):
    return DeltaTable(table, storage_options=options)


def dump(table, out):
    """Everything delta-rs sees: rows into a Parquet file, the rest printed."""
    delta = opened(table)
    rows = delta.to_pyarrow_table()
    pq.write_table(rows, out)
    files = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    return {
        "version": delta.version(),
        "rows": rows.num_rows,
        "fields": [
            {"name": f.name, "type": json.loads(f.type.to_json()) if f.type.type.startswith("decimal") else f.type.type, "metadata": f.metadata}
            for f in delta.schema().fields
        ],
        "files": {f["path"]: {"rows": f["num_records"], **stats(f)} for f in files},
        "operations": [entry["operation"] for entry in reversed(delta.history())],
    }


def stats(file):
    return {key: value for key, value in file.items() if key.startswith(("min.", "max.", "null_count."))}


def transaction(table, app_id):
    return {"version": opened(table).transaction_version(app_id)}


def append(table, source):
    write_deltalake(table, pq.read_table(source), mode="append", schema_mode="merge", storage_options=options)
    return {"version": opened(table).version()}


def delete(table, predicate):
    delta = opened(table)
    result = delta.delete(predicate)
    return {"version": delta.version(), "deleted": result["num_deleted_rows"]}


def merge(table, source):
    """Rows of the source replace those with the same id, the others are inserted."""
    delta = opened(table)
    result = (
        delta.merge(pq.read_table(source), os.environ.get("MERGE_ON", "t.id = s.id"), source_alias="s", target_alias="t")
        .when_matched_update_all()
        .when_not_matched_insert_all()
        .execute()
    )
    return {"version": delta.version(), "updated": result["num_target_rows_updated"]}


def optimize(table, _):
    delta = opened(table)
    delta.optimize.compact()
    return {"version": delta.version()}


def checkpoint(table, _):
    delta = opened(table)
    delta.create_checkpoint()
    return {"version": delta.version()}


def features(table, name):
    """A table that needs a newer reader or writer."""
    rows = pa.table({"id": pa.array([1, 2], pa.int64()), "note": ["a", "b"]})
    if name == "timestampNtz":
        rows = rows.append_column("at", pa.array([None, None], pa.timestamp("us")))
    configuration = {
        "changeDataFeed": {"delta.enableChangeDataFeed": "true"},
        "deletionVectors": {"delta.enableDeletionVectors": "true"},
    }.get(name, {})
    partition = ["id"] if name == "partitioned" else None
    write_deltalake(table, rows, configuration=configuration, partition_by=partition)
    return {"protocol": list(opened(table).protocol())}


commands = {f.__name__: f for f in (dump, transaction, append, delete, merge, optimize, checkpoint, features)}
command, table, argument = (sys.argv + [None])[1:4]
print(json.dumps(commands[command](table, argument), default=str), flush=True)
# Without the interpreter's farewell: a thread of the native libraries that still runs then aborts the process ("terminate called without an active exception").
os._exit(0)
