"""Why: a stored run asked about one resident, one unit or one killing, and answered term by term."""
