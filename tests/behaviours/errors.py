# %%
def inner(value):
    return 1 / value


def outer(value):
    return inner(value)


print("trước")
# %%
outer(0)
# %%
print("không đến đây")
