"""The screens of `mlops-init upgrade`."""
