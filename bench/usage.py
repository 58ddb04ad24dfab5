"""Runs dbt in this process and writes down what the process has used at its end."""

import json
import os
import resource
import sys

from dbt.cli.main import dbtRunner

result = dbtRunner().invoke(sys.argv[1:])
if not result.success and result.exception:
    print(result.exception)
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
with open(os.environ["BENCH_USAGE"], "w", encoding="utf-8") as report:
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    json.dump({"cpu": cpu, "rss": used[0].ru_maxrss / 1024}, report)
sys.stdout.flush()
sys.exit(0 if result.success else 1)
