"""Standards as data: editions and their clauses, mappings between them, the glossary, and what applies here."""
