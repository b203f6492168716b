"""Profiles CSV files with Python's csv module and prints what RealFilesTest expects. From the app's folder:

    python3 src/test/python/profile_reference.py data/*.csv > src/test/resources/real-files.json

Written apart from the app: it keeps all values, counts with Counter and takes quantiles from statistics.quantiles.
"""
import csv
import json
import math
import re
import statistics
import sys
from collections import Counter
from datetime import date, datetime

MISSING = {"", "NA", "NaN", "nan", "null", "NULL"}


def type_of(text):
    text = text.strip()
    if re.fullmatch(r"[+-]?(0|[1-9]\d*)", text):
        return "integer"
    if re.fullmatch(r"[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", text) and math.isfinite(float(text)):
        return "number"
    if text.lower() in ("true", "false"):
        return "boolean"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        date.fromisoformat(text)
        return "date"
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", text):
        datetime.fromisoformat(text)
        return "datetime"
    return "text"


def type_of_all(types):
    if len(types) <= 1:
        return next(iter(types), "empty")
    return "number" if types == {"integer", "number"} else "datetime" if types == {"date", "datetime"} else "text"


def profile_column(position, name, all_values):
    values = [value for value in all_values if value.strip() not in MISSING]
    kind = type_of_all({type_of(value) for value in values})
    numeric = kind in ("integer", "number")
    column = {"position": position, "name": name, "type": kind, "missing": len(all_values) - len(values)}
    column["distinct"] = len(set(values))
    comparable = [float(value) for value in values] if numeric else values
    if values:
        column.update(minimum=min(comparable), maximum=max(comparable))
    if numeric:
        cuts = statistics.quantiles(comparable, n=100, method="inclusive")
        column["mean"] = math.fsum(comparable) / len(comparable)
        column["quantiles"] = {f"p{q}": cuts[q - 1] for q in (25, 50, 75, 95)}
    top = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))[:5]
    column["most_frequent"] = [{"value": value, "count": count} for value, count in top]
    return column


def profile(path):
    with open(path, "rb") as file:
        size = len(file.read())
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = [row for row in csv.reader(file) if row]
    good = [row for row in rows if len(row) == len(header)]
    columns = [profile_column(i + 1, name, [row[i] for row in good]) for i, name in enumerate(header)]
    return {"bytes": size, "rows": len(good), "bad_rows": len(rows) - len(good), "columns": columns}


if __name__ == "__main__":
    profiles = {path.rsplit("/", 1)[-1]: profile(path) for path in sys.argv[1:]}
    print(json.dumps(profiles, indent=1))
