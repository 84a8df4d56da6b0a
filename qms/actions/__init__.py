"""Actions: something agreed, with an owner, a due day, evidence, and another person who verifies it."""
