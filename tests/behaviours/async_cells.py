# %%
import asyncio


async def one():
    await asyncio.sleep(0)
    return 1


await one()
# %%
async def numbers():
    for number in range(3):
        yield number


async for number in numbers():
    print(number)
# %%
async with asyncio.timeout(5):
    print([n async for n in numbers()])
# %% tags=["raises-exception"]
await asyncio.wait_for(asyncio.sleep(60), 0.01)
# %%
import contextvars

seen = contextvars.ContextVar("seen", default=0)
seen.set(1);
# %%
seen.get()
