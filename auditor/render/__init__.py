"""What a report looks like to a person or a program. Every renderer reads the JSON v1 document and nothing else."""
