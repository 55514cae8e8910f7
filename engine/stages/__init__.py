"""The stages of a compression; each is one `run(job, report)` and meets the others in files."""
