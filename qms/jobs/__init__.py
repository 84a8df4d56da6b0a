"""Job rows, outgoing mail and its log, the tick. The database is the ledger, the broker only a doorbell."""
