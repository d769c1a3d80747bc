# %%
from IPython.display import display, update_display

handle = display("một", display_id="a")
other = display("hai", display_id=True)
# %%
handle.update("một, sửa")
update_display({"text/plain": "hai, sửa"}, display_id=other.display_id, raw=True)
# %%
display("lặp lại", display_id="a")
handle.update("sửa cả hai")
