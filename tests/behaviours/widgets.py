# %%
import comm

channel = comm.create_comm(target_name="thu", data={"state": {"so": 1}})
channel.send({"method": "update", "state": {"so": 2}})
type(channel).__name__
# %%
channel.close()
