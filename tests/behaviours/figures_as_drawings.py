# %%
import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats

%config InlineBackend.figure_formats = ["svg"]
plt.rcParams["svg.hashsalt"] = "x"
%config InlineBackend.print_figure_kwargs = {"bbox_inches": None, "metadata": {"Date": None}}
plt.plot([1, 2]);
# %%
%config InlineBackend.figure_formats = ["retina", "png"]
%config InlineBackend.print_figure_kwargs = {"bbox_inches": "tight"}
plt.plot([1, 2]);
# %%
set_matplotlib_formats("jpeg", pil_kwargs={"quality": 40})
plt.plot([1, 2]);
