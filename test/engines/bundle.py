"""Runs the scripts of a bundle as its job would, on Spark with Delta on this machine; then rows of tables, a JSON list a line.

Usage: bundle.py BUNDLE LANDING WORK_FOLDER TABLES JAR...   (TABLES: names separated by commas)
"""

import json
import os
import runpy
import sys

from pyspark.sql import SparkSession

bundle, landing, folder, tables, *jars = sys.argv[1:]
os.chdir(folder)
settings = {
    "spark.jars": ",".join(jars),
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.warehouse.dir": os.path.join(folder, "warehouse"),
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.log.level": "ERROR",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}
builder = SparkSession.builder.master("local[2]").appName("c360-bundle")
for key, value in settings.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()

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
