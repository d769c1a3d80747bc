# %% tags=["raises-exception"]
class Broken:
    def __repr__(self):
        raise ValueError("hỏng")


Broken()
# %%
class HalfBroken:
    def _repr_html_(self):
        raise ValueError("hỏng")

    def __repr__(self):
        return "chữ"


HalfBroken()
