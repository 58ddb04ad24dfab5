"""Reads a workbook with polars (calamine) and writes down what the process has used at its end."""

import json
import os
import resource
import sys

import polars

frame = polars.read_excel(sys.argv[1])
assert frame.shape == (int(sys.argv[2]), 8), frame.shape
used = resource.getrusage(resource.RUSAGE_SELF)
with open(os.environ["BENCH_USAGE"], "w", encoding="utf-8") as report:
    json.dump({"cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss / 1024}, report)
