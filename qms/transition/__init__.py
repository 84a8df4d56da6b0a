"""The move to another edition of a standard: gaps, assessments, actions, a dated plan."""
