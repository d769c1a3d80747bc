# %%
7
# %%
_, _1, Out[1], In[1], __
# %%
%history
# %%
get_ipython().execution_count, get_ipython().__class__.__name__, len(In)
# %%
%recall 1
# %%
print(_i)
