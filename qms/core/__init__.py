"""Ground floor: no models, no knowledge of any room above."""
