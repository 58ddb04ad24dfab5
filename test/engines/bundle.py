"""Runs the scripts of a bundle as its job would, on Spark with Delta on this machine; then rows of tables, a JSON list a line.

Usage: bundle.py BUNDLE LANDING WORK_FOLDER TABLES JAR...   (TABLES: names separated by commas)
"""

import json
import os
import runpy
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from spark_session import start  # noqa: E402

bundle, landing, folder, tables, *jars = sys.argv[1:]
spark = start("c360-bundle", folder, jars)

place = ["--catalog", "spark_catalog", "--prefix", "job_"]
tasks = [
    ("bronze.py", ["--landing", landing, "--sources", f"{bundle}/sources.json"]),
    ("layer.py", ["--files", f"{bundle}/sql/silver"]),
    ("layer.py", ["--files", f"{bundle}/sql/gold"]),
]
for script, parameters in tasks:
    sys.argv = [script, *place, *parameters]
    runpy.run_path(f"{bundle}/src/{script}", run_name="__main__")
for table in tables.split(","):
    rows = [row.asDict(recursive=True) for row in spark.sql(f"select * from {table}").collect()]
    print("ROWS " + json.dumps([table, rows], default=str))
spark.stop()
