"""The screens of `mlops-init levels`, `diff`, `explain` and `doctor`."""
