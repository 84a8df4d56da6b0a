"""Everything that leaves the house as PDF, CSV or XLSX: functions from plain dataclasses to bytes. No models."""
