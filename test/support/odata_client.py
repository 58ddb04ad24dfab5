# Reads the feed as any Python program would that knows no more than its address: the entities come from $metadata.
#   odata_client.py ADDRESS PASSWORD -> one line of JSON
import decimal
import json
import sys

from odata import ODataService
from requests.auth import HTTPBasicAuth

address, password = sys.argv[1:3]
service = ODataService(address, auth=HTTPBasicAuth("anybody", password), reflect_entities=True, quiet_progress=True)
Sale = service.entities["fact_transactions"]


def sale(one):
    return [one.transaction_id, str(one.amount), one.occurred_at.isoformat(), str(one.local_date), one.is_sale]


def properties(entity):
    return {name: value for name in dir(entity) if hasattr(value := getattr(entity, name), "primary_key")}


large = service.query(Sale).filter(Sale.amount > decimal.Decimal("10")).order_by(Sale.amount.desc()).limit(2)
some = service.query(Sale).filter(Sale.transaction_id.startswith("A")).order_by(Sale.transaction_id.asc())

print(
    json.dumps(
        {
            "entities": len(service.entities),
            "keys": sorted(name for name, value in properties(Sale).items() if value.primary_key),
            "types": {name: type(value).__name__ for name, value in properties(Sale).items()},
            "large": [sale(one) for one in large],
            "some": [one.transaction_id for one in some],
            "every": sum(1 for _ in service.query(Sale)),
        }
    )
)
