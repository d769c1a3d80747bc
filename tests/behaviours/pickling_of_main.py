# %%
import copy
import pickle
import sys
from dataclasses import dataclass


@dataclass
class Xa:
    ten: str


again = pickle.loads(pickle.dumps(Xa("Quài Nưa")))
again, again == Xa("Quài Nưa"), Xa.__module__
# %%
import __main__

__main__.Xa is Xa, sys.modules["__main__"].again is again, __name__, "__file__" in globals()
# %%
copy.deepcopy([Xa("x")])
# %%
import inspect

print(inspect.getsource(Xa))
# %%
import doctest


def cong(a):
    """
    >>> cong(1)
    2
    """
    return a + 1


doctest.testmod()
