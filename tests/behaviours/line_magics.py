# %%
so = 20
%who
# %%
%whos int
# %%
%precision 2
3.14159
# %%
kq = %sx echo một
print(kq)
# %%
%env BAOCAO_THU=1
# %%
here = %pwd
here == __import__("os").getcwd()
# %%
%xmode Plain
# %% tags=["raises-exception"]
1 / 0
# %%
%store so
# %%
%alias_magic t timeit
# %%
%load_ext storemagic
# %%
?print
# %%
%config InlineBackend
