"""Input of the documents room; the rules stand in services."""
