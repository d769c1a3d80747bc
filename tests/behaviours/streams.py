# %%
import sys

print("một", end="")
print("lỗi", file=sys.stderr)
print("hai")
sys.stdout.write("ba\n")
# %%
print("\x1b[31mđỏ\x1b[0m \r về đầu dòng \b\u200b 𝔘")
sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.writable()
# %%
print("một", flush=True)
display("giữa")
print("hai")
