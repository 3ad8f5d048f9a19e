"""Shows a report: each renderer reads JSON v1 and nothing else."""
