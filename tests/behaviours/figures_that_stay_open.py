# %%
%matplotlib inline
%config InlineBackend.close_figures = False
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([1, 2]);
# %%
axes.set_title("sửa ở ô sau");
