"""The API: tokens, paging, one error shape, idempotency. What it offers stands in each room's own `api.py`."""
