"""The API, version 1: one module per subject, the policy in front of each."""
