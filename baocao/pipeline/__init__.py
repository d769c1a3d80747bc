"""What `pipeline.py` imports, named by phase in run order: params, plan, execute, normalise, export, record."""
