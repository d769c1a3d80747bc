# %%
%%writefile them.txt
nội dung
# %%
print(open("them.txt", encoding="utf-8").read())
# %%
%%capture da_giu
print("giữ lại")
1
# %%
print(da_giu.stdout)
# %%
%%bash
echo một; echo hai >&2
# %%
%%html
<b>x</b>
# %%
%%markdown
*x*
# %%
%%time
so = 1
# %%
%%sh
exit 0
# %% tags=["raises-exception"]
%%bash
exit 3
# %%
%%script cat
một
# %%
%%python
print("một tiến trình khác")
