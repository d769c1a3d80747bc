# %%
import matplotlib as mpl
import matplotlib.pyplot as plt

print(mpl.get_backend(), plt.isinteractive())
print({k: v for k, v in mpl.rcParams.items() if mpl.rcParamsDefault[k] != v})
# %%
with plt.style.context("ggplot"):
    plt.plot([1, 2])
    plt.show()
# %%
with plt.xkcd():
    pass
plt.rcParams.update({"figure.figsize": (2, 1), "font.size": 6})
plt.plot([1, 2])
plt.show()
