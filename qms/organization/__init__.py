"""The organization: people, sites, teams, processes, roles, rights and settings."""
