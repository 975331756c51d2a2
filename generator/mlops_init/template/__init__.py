"""The template: its levels, how it is rendered, and what a project records about it."""
