"""Pages of the organization: translate, one call, answer."""
