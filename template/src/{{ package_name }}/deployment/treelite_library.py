"""Treelite without SciPy: it imports `scipy.sparse` for sparse rows, which no model here reads.

So a server needs 12 MB less.
"""

import sys
from types import ModuleType

SPARSE = ("scipy", "scipy.sparse")
is_stand_in = SPARSE[0] not in sys.modules and "treelite" not in sys.modules
if is_stand_in:
    sys.modules |= {name: ModuleType(name) for name in SPARSE}
    sys.modules[SPARSE[1]].csr_matrix = type("csr_matrix", (), {})  # type: ignore[attr-defined]
try:
    import treelite.gtil
    from treelite import Model, TreeliteError
    from treelite.core import _LIB as C_LIBRARY
    from treelite.core import _check_call as check_call
    from treelite.gtil.gtil import GTILConfig
finally:
    if is_stand_in:  # the next import of SciPy is that of the real one
        for name in SPARSE:
            del sys.modules[name]

predict_rows = treelite.gtil.predict
__all__ = ["C_LIBRARY", "GTILConfig", "Model", "TreeliteError", "check_call", "predict_rows"]
