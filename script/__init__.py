"""The commands of the README and what stands behind them."""
