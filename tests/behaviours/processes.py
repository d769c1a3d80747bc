# %%
import multiprocessing
import os

context = multiprocessing.get_context("fork")


def work(number):
    print("việc", number, flush=True)
    return number + 1


with context.Pool(1) as pool:
    print(pool.map(work, [1, 2]))
# %%
pid = os.fork()
if not pid:
    os.write(1, b"con\n")
    os._exit(0)
os.waitpid(pid, 0)[1]
# %%
process = context.Process(target=work, args=(7,))
process.start()
process.join()
process.exitcode
