//! From findings to files: CSV, JSONL, run.json and the summary.
