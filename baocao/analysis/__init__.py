"""What the notebooks import: units, Vietnamese, intake, figures, documents. Never imports `baocao.pipeline`."""
