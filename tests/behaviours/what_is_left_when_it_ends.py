# %%
import atexit

left_open = open("mo.txt", "w")
left_open.write("ghi mà không đóng")
# %%
def at_the_end():
    with open("cuoi.txt", "w") as file:
        file.write("khi kết thúc")


atexit.register(at_the_end);
# %%
import tempfile

keep = tempfile.TemporaryDirectory(dir=".", prefix="tam")
