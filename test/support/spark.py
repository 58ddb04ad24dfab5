"""Spark with Delta: one JSON text (a statement) a line in, one JSON object (rows, or an error) a line out.

Usage: spark.py WORK_FOLDER JAR...
"""

import json
import os
import sys

from pyspark.sql import SparkSession

folder, jars = sys.argv[1], sys.argv[2:]
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
    # A few statements on a few rows: compiling them costs more than they do.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.databricks.delta.stats.skipping": "false",
}
builder = SparkSession.builder.master("local[2]").appName("c360-tests")
for key, value in settings.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()


def reply(**answer):
    print(json.dumps(answer, default=str), flush=True)


reply(ready=True)
for line in sys.stdin:
    try:
        reply(rows=[row.asDict(recursive=True) for row in spark.sql(json.loads(line)).collect()])
    except Exception as error:
        reply(error=str(error).split("\n", 1)[0])
spark.stop()
