"""What stands behind script/server, script/manage and script/test: set-up and processes, standard library only."""
