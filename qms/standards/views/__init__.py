"""Pages of standards: the library, and the scope."""
