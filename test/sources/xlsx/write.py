"""Writes workbooks with openpyxl and XlsxWriter, and beside each what its cells say, as JSON."""

import datetime as dt
import json
import random
import sys
from decimal import ROUND_HALF_UP, Context, Decimal

import openpyxl
import xlsxwriter

ROWS = 400
EXCEL = Context(prec=15, rounding=ROUND_HALF_UP)
WORDS = ["Ann", "Zoë", "東京", "🛒", 'a "quoted" one', "comma, here", "two\nlines", "<b>&amp;</b>", "  spaced  ", "a_x_b"]


def value(kind, rng):
    if rng.random() < 0.1:
        return None
    if kind == "text":
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 4)))
    if kind == "integer":
        return rng.randint(-(10**12), 10**12)
    if kind == "money":
        return rng.randint(-10_000_000, 10_000_000) / 100
    if kind == "float":
        # Both writers keep 16 digits.
        return float("%.16g" % (rng.uniform(-1, 1) * 10 ** rng.randint(-8, 14)))
    if kind == "boolean":
        return rng.random() < 0.5
    if kind == "date":
        return dt.date(1900, 3, 1) + dt.timedelta(days=rng.randint(0, 70_000))
    if kind == "datetime":
        return dt.datetime(1900, 3, 1) + dt.timedelta(seconds=rng.randint(0, 6_000_000_000))
    if kind == "milliseconds":
        return dt.datetime(2000, 1, 1) + dt.timedelta(milliseconds=rng.randint(0, 10**12))
    if kind == "time":
        return dt.time(rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59))
    if kind == "duration":
        return dt.timedelta(seconds=rng.randint(0, 500 * 3600))
    raise ValueError(kind)


def text(cell):
    """What the reader should make of it, by rules written down a second time here."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        plain = format(EXCEL.create_decimal(Decimal(cell)), "f")
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return "0" if plain == "-0" else plain
    if isinstance(cell, dt.datetime):
        return cell.isoformat(timespec="milliseconds" if cell.microsecond else "seconds")
    if isinstance(cell, dt.timedelta):
        seconds = int(cell.total_seconds())
        return "%02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)


KINDS = ["text", "integer", "money", "float", "boolean", "date", "datetime", "milliseconds", "time", "duration"]
FORMATS = {
    "date": "yyyy-mm-dd",
    "datetime": "d/m/yyyy h:mm:ss",
    "milliseconds": "yyyy-mm-dd hh:mm:ss.000",
    "time": "h:mm:ss AM/PM",
    "duration": "[h]:mm:ss",
}


def table(seed):
    rng = random.Random(seed)
    return [[value(kind, rng) for kind in KINDS] for _ in range(ROWS)]


def with_openpyxl(path, rows, write_only, epoch):
    book = openpyxl.Workbook(write_only=write_only)
    book.epoch = epoch
    sheet = book.create_sheet("Data") if write_only else book.active
    sheet.append(KINDS)
    for row in rows:
        cells = []
        for kind, cell in zip(KINDS, row):
            made = openpyxl.cell.WriteOnlyCell(sheet, value=cell) if write_only else openpyxl.cell.Cell(sheet, value=cell)
            if kind in FORMATS:
                made.number_format = FORMATS[kind]
            cells.append(made)
        sheet.append(cells)
    book.save(path)


def with_xlsxwriter(path, rows, options):
    book = xlsxwriter.Workbook(path, options)
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, KINDS)
    for at, row in enumerate(rows, 1):
        for column, (kind, cell) in enumerate(zip(KINDS, row)):
            if cell is None:
                continue
            if kind in FORMATS:
                sheet.write_datetime(at, column, cell, formats[kind])
            elif kind == "boolean":
                sheet.write_boolean(at, column, cell)
            elif kind == "text":
                sheet.write_string(at, column, cell)
            else:
                sheet.write_number(at, column, cell)
    book.close()


folder = sys.argv[1]
modern = [row for row in table(3) if all(not isinstance(c, dt.date) or c.year > 1904 for c in row)]
with_openpyxl(f"{folder}/openpyxl.xlsx", table(1), False, openpyxl.utils.datetime.WINDOWS_EPOCH)
with_openpyxl(f"{folder}/openpyxl-stream.xlsx", table(2), True, openpyxl.utils.datetime.WINDOWS_EPOCH)
with_openpyxl(f"{folder}/openpyxl-1904.xlsx", modern, False, openpyxl.utils.datetime.MAC_EPOCH)
with_xlsxwriter(f"{folder}/xlsxwriter.xlsx", table(1), {})
with_xlsxwriter(f"{folder}/xlsxwriter-stream.xlsx", table(2), {"constant_memory": True})
with_xlsxwriter(f"{folder}/xlsxwriter-1904.xlsx", modern, {"date_1904": True})
expected = {"": table(1), "-stream": table(2), "-1904": modern}
with open(f"{folder}/expected.json", "w", encoding="utf-8") as out:
    json.dump({name: [[text(cell) for cell in row] for row in rows] for name, rows in expected.items()}, out)
