"""Prints each workbook named on the command line as one line of JSON: {"path", "sheets": {name: rows}}.

A cell is null, a text, a number, true or false, {"time": "2024-03-05 14:22:31.000"} or {"error": "#N/A"}.
"""

import datetime
import json
import sys

import openpyxl


def value(cell):
    if cell.data_type == "e":
        return {"error": cell.value}
    if isinstance(cell.value, (datetime.datetime, datetime.date)):
        return {"time": cell.value.isoformat(sep=" ", timespec="milliseconds"), "format": cell.number_format}
    return cell.value


for path in sys.argv[1:]:
    book = openpyxl.load_workbook(path, read_only=True)
    sheets = {sheet.title: [[value(cell) for cell in row] for row in sheet.rows] for sheet in book.worksheets}
    print(json.dumps({"path": path, "sheets": sheets}))
