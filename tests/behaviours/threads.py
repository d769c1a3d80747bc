# %%
import threading
import time
from concurrent.futures import ThreadPoolExecutor

thread = threading.Thread(target=lambda: print("từ luồng"))
thread.start()
thread.join()
# %%
with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(len, ["a", "bb"])))
# %%
threading.current_thread() is threading.main_thread()
# %%
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
# %%
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
