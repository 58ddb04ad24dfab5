"""Spark with Delta: one JSON text (a statement) a line in, one JSON object (rows, or an error) a line out.

Usage: spark.py WORK_FOLDER JAR...
"""

import json
import sys

from spark_session import start

folder, jars = sys.argv[1], sys.argv[2:]
spark = start("c360-tests", folder, jars)


def reply(**answer):
    print(json.dumps(answer, default=str), flush=True)


reply(ready=True)
for line in sys.stdin:
    try:
        reply(rows=[row.asDict(recursive=True) for row in spark.sql(json.loads(line)).collect()])
    except Exception as error:
        reply(error=str(error).split("\n", 1)[0])
spark.stop()
