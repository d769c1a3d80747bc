# %%
import asyncio

seen = []


async def tick():
    for number in range(3):
        seen.append(number)
        await asyncio.sleep(0.01)


task = asyncio.ensure_future(tick())
seen
# %%
await task
seen
# %% tags=["raises-exception"]
asyncio.run(tick())
# %%
asyncio.get_running_loop().is_running()
# %%
await asyncio.gather(*(asyncio.to_thread(pow, 2, n) for n in range(3)))
