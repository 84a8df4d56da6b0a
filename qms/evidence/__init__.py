"""Evidence packs: what an outsider takes away, as a BagIt bag in one stored zip."""
