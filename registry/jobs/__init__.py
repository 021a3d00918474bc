"""Jobs: long work with progress, cancel and report, that survives a killed worker.

What kinds there are stands with what they do, in the subjects; `registry/job_kinds.py` lists them.
"""
