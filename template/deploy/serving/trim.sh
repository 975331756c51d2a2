# Removes from .venv what the server never reads, and compiles the rest so that it starts quickly.
# `compiled` also removes what only models that are not compiled need.
set -eu
# For plots, bills of materials and the MLflow server: the image of the jobs has them.
uv pip uninstall --quiet boto3 cyclonedx-python-lib fonttools license-expression pillow psycopg2-binary
cd .venv/lib/python3*/site-packages
# Descriptions of all cloud services; only S3 is used.
find botocore/data -mindepth 1 -maxdepth 1 -type d ! -name s3 -exec rm -rf {} +
if [ "${1:-}" = compiled ]; then
  # treelite uses the sparse matrices of scipy alone.
  find scipy -mindepth 1 -maxdepth 1 -type d ! -name sparse ! -name _lib -exec rm -rf {} +
  rm -rf scipy.libs
fi
find . -type d -name tests -prune -exec rm -rf {} +
python3 -m compileall -q .
