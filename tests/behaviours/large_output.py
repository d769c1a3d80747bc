# %%
print("dài " * 1_000_000)
# %%
list(range(2000))
# %%
for number in range(3000):
    print(number)
# %%
"x" * 3_000_000
