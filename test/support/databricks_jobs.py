# Reads jobs of bundles as Databricks' own model does. In: a JSON list of jobs; out: for each what is wrong with it, or null.
import copy
import json
import sys

from databricks.bundles.jobs import Job


def wrong(job):
    try:
        back = Job.from_dict(copy.deepcopy(job)).as_dict()
    except (TypeError, ValueError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"
    # It makes texts of what should be one, and leaves out what is empty.
    return None if back == job else f"it comes back as {json.dumps(back, sort_keys=True)}"


json.dump([wrong(job) for job in json.load(sys.stdin)], sys.stdout)
