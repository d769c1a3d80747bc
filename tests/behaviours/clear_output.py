# %%
from IPython.display import clear_output, display

print("mất")
clear_output()
print("còn")
# %%
print("mất sau")
clear_output(wait=True)
display("thay")
# %%
display("giữ")
clear_output(wait=True)
