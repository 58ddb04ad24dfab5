/** src/bronze.py of the bundle. Plain Python and PySpark: it runs on serverless compute, a cluster, or Spark on a laptop. */
export const bronzePy = String.raw`"""Bronze: all landing files of every source, as text, into Delta tables; the tables are written anew.

A file is a delivery, numbered by its name (or the date in it). A file with the records of one before it is left out. A record that
cannot be split stays whole in _raw_record. Made by: c360 export databricks.
"""

import argparse
import csv
import json
import re
from datetime import datetime, timezone

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

TECHNICAL = ["_raw_record", "_raw_error", "_source_file", "_row_number", "_delivery", "_run_id", "_loaded_at"]
UNFINISHED = re.compile(r"(^|/)(\.|~\$)|(\.tmp|\.partial|\.crdownload|\.swp|~)$")
ENCODINGS = {"utf-8": "UTF-8", "latin-1": "ISO-8859-1", "utf-16": "UTF-16"}
# What windows-1252, which is meant by Latin-1 nearly always, has where Latin-1 has control characters.
CONTROLS = "".join(chr(code) for code in range(0x80, 0xA0))
LETTERS = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0))
DIRECTIVES = {"Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})", **{d: rf"(?P<{d}>\d{{1,2}})" for d in "mdHMS"}}


def quoted(name):
    return "${'`'}" + name.replace("${'`'}", "${'``'}") + "${'`'}"


def fold(name):
    return name.strip().lower()


def exactly(path):
    """Characters of a path that Spark would take for a glob."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)


def arrived(spark, landing):
    """Paths below the landing place, by their full names."""
    root = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*:(//)?", "", landing).rstrip("/") + "/"
    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(landing).select("path")
    return {row.path.split(root, 1)[1]: row.path for row in files.collect() if root in row.path}


def date_in(pattern, path):
    """The date that a file's name says, as a text that sorts; '' where it says none."""
    if not pattern:
        return ""
    expression = re.sub(r"%(.)|([\\^$.*+?()\[\]{}|])", lambda m: DIRECTIVES.get(m[1], "") if m[1] else "\\" + m[2], pattern)
    found = re.search(expression, path.rsplit("/", 1)[-1])
    if not found:
        return ""
    parts = found.groupdict()
    year = parts.get("Y") or "20" + (parts.get("y") or "00")
    return "".join([year, *(str(parts.get(d) or 0).zfill(2) for d in "mdHMS")])


def files_of(source, paths):
    patterns = [re.compile(pattern, re.S) for pattern in source["files"]]
    wanted = [
        path
        for path in paths
        if not UNFINISHED.search(path)
        and any(p.fullmatch(path) or (path.endswith(".gz") and p.fullmatch(path[:-3])) for p in patterns)
    ]
    return sorted(wanted, key=lambda path: (date_in(source.get("dated", ""), path), path))


def header_of(spark, url, form):
    reader = spark.read.option("encoding", ENCODINGS[form["encoding"]]).option("header", "false")
    lines = reader.option("sep", "\x01").option("quote", "").csv(exactly(url)).limit(1).collect()
    if not lines:
        return []
    line = (lines[0][0] or "").lstrip("\ufeff")
    if form["encoding"] == "latin-1":
        line = line.translate(str.maketrans(CONTROLS, LETTERS))
    quoting = {"quotechar": form["quote"]} if form["quote"] else {"quoting": csv.QUOTE_NONE}
    names = next(csv.reader([line], delimiter=form["sep"], **quoting))
    while names and not names[-1].strip():
        names.pop()
    return names


def read_csv(spark, url, form, names):
    """Columns f0, f1, .. in the order of the file, and _raw_record where a record could not be split."""
    schema = ", ".join([*(f"f{i} string" for i in range(len(names))), "_raw_record string"])
    options = {
        "sep": form["sep"],
        "quote": form["quote"],
        "escape": form["escape"],
        "header": str(form["header"]).lower(),
        "encoding": ENCODINGS[form["encoding"]],
        # Line breaks inside quotes; without them in any file, false lets several tasks read one.
        "multiLine": "true",
        "mode": "PERMISSIVE",
        "columnNameOfCorruptRecord": "_raw_record",
        # Otherwise Spark looks at the columns that are asked for alone, and not whether a record has too few.
        "columnPruning": "false",
    }
    rows = spark.read.schema(schema).options(**options).csv(exactly(url))
    if form["encoding"] != "latin-1":
        return rows
    return rows.select(*(F.translate(name, CONTROLS, LETTERS).alias(name) for name in rows.columns))


def read_parquet(spark, url):
    rows = spark.read.parquet(exactly(url))

    def text(name, kind):
        column = F.col(quoted(name))
        if kind.startswith("timestamp"):
            suffix = "Z" if kind == "timestamp" else ""
            return F.concat(F.regexp_replace(column.cast("string"), " ", "T"), F.lit(suffix))
        return column.cast("string")

    columns = [text(name, kind).alias(f"f{i}") for i, (name, kind) in enumerate(rows.dtypes)]
    return rows.columns, rows.select(*columns, F.lit(None).cast("string").alias("_raw_record"))


def delivery_of(spark, source, path, url):
    """The file's records as rows of bronze, numbered in its order, and a hash of them."""
    form = source["format"]
    if form["type"] == "parquet":
        names, rows = read_parquet(spark, url)
    else:
        names = header_of(spark, url, form) if form["header"] else [c["original"] for c in source["columns"]]
        rows = read_csv(spark, url, form, names)
    places = {fold(name): i for i, name in enumerate(names)}
    missing = [name for name in source["needed"] if fold(name) not in places]
    if missing:
        raise SystemExit(f"{path}: the file has no column {', '.join(missing)}, which {source['source']} needs.")
    whole = F.col("_raw_record").isNull()

    def value(column):
        place = places.get(fold(column["original"]))
        text = F.lit(None).cast("string") if place is None else F.when(whole, F.coalesce(F.col(f"f{place}"), F.lit("")))
        return text.alias(column["name"])

    rows = rows.withColumn("_place", F.monotonically_increasing_id())
    order = Window.partitionBy(F.lit(1)).orderBy("_place")
    rows = rows.withColumn("_row_number", F.row_number().over(order).cast("bigint"))
    rows = rows.select(
        *(value(column) for column in source["columns"]),
        "_raw_record",
        F.when(~whole, F.lit("malformed")).alias("_raw_error"),
        F.lit(path).alias("_source_file"),
        "_row_number",
    )
    texts = [quoted(c["name"]) for c in source["columns"]] + ["_raw_record", "_row_number"]
    digest = rows.agg(F.count("*"), F.expr(f"bit_xor(xxhash64({', '.join(texts)}))")).first()
    return rows, (tuple(fold(name) for name in names), tuple(digest))


def empty(spark, source):
    schema = ", ".join([*(f"{quoted(c['name'])} string" for c in source["columns"]), "_raw_record string", "_raw_error string", "_source_file string", "_row_number bigint"])
    return spark.createDataFrame([], schema)


def bring(spark, source, paths, table, run_id, loaded_at):
    seen = set()
    number = 0
    all_rows = empty(spark, source).withColumn("_delivery", F.lit(0).cast("bigint"))
    for path in files_of(source, paths):
        rows, content = delivery_of(spark, source, path, paths[path])
        if content in seen:
            print(f"{source['source']}: {path} has the records of a file before it, left out")
            continue
        seen.add(content)
        number += 1
        all_rows = all_rows.unionByName(rows.withColumn("_delivery", F.lit(number).cast("bigint")))
    all_rows = all_rows.withColumn("_run_id", F.lit(run_id)).withColumn("_loaded_at", F.lit(loaded_at).cast("timestamp"))
    columns = [*(quoted(c["name"]) for c in source["columns"]), *TECHNICAL]
    all_rows.select(*columns).write.format("delta").mode("overwrite").option("overwriteSchema", "true").saveAsTable(table)
    print(f"{source['source']}: {number} files")


def main():
    parser = argparse.ArgumentParser()
    for name in ("catalog", "prefix", "landing", "sources"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    spark = SparkSession.builder.getOrCreate()
    schema = f"{quoted(given.catalog)}.{quoted(given.prefix + 'bronze')}"
    spark.sql(f"create schema if not exists {schema}")
    with open(given.sources, encoding="utf-8") as file:
        sources = json.load(file)
    now = datetime.now(timezone.utc)
    paths = arrived(spark, given.landing)
    for source in sources:
        table = f"{schema}.{quoted(source['source'])}"
        bring(spark, source, paths, table, now.strftime("job-%Y%m%dT%H%M%SZ"), now.isoformat())


if __name__ == "__main__":
    main()
`

/** src/layer.py of the bundle: the SQL files of one layer, in their order. */
export const layerPy = String.raw`"""Silver or gold: the SQL files of one layer in their order, the statements of a run of c360.

Models are certified after they were made; only when all of them are, readers are shown the new ones. Made by: c360 export databricks.
"""

import argparse
import pathlib
import re

from pyspark.sql import SparkSession

CERTIFY = re.compile(r"-- certify (\S+) of (\S+)\n")


def statements(folder, catalog, prefix):
    for file in sorted(pathlib.Path(folder).glob("*.sql")):
        text = file.read_text(encoding="utf-8").replace("${'${catalog}'}", catalog).replace("${'${prefix}'}", prefix)
        print(file.name)
        yield from (part for part in text.split("\n;\n") if part.strip())


def broken(row):
    """What a certificate says is wrong."""
    checks = [i for i in range(len(row)) if f"name_{i}" in row]
    wrong = [i for i in checks if not row[f"ok_{i}"] and row[f"severity_{i}"] != "warn"]
    return [row[f"name_{i}"] for i in wrong] if checks else ["no checks"]


def main():
    parser = argparse.ArgumentParser()
    for name in ("catalog", "prefix", "files"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    spark = SparkSession.builder.getOrCreate()
    for setting, value in (("spark.sql.session.timeZone", "UTC"), ("spark.sql.ansi.enabled", "true")):
        spark.conf.set(setting, value)
    shown, problems = {}, []
    for statement in statements(given.files, given.catalog, given.prefix):
        asked = CERTIFY.match(statement)
        if not asked:
            spark.sql(statement)
            continue
        view, table = asked.groups()
        problems += [f"{table}: {name}" for name in broken(spark.sql(statement).first().asDict())]
        shown[view] = table
    if problems:
        raise SystemExit("Not shown to readers: gold does not agree with the facts it comes from.\n" + "\n".join(problems))
    for view, table in shown.items():
        version = spark.sql(f"describe history {table} limit 1").first().version
        spark.sql(f"create or replace view {view} as select * from {table} version as of {version}")


if __name__ == "__main__":
    main()
`
