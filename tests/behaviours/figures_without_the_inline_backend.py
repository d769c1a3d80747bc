# %%
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt

figure = plt.figure()
plt.plot([1, 2])
plt.show()
print(matplotlib.get_backend())
# %%
import io

buffer = io.BytesIO()
figure.savefig(buffer, format="png", metadata={"Software": None})
import hashlib

print(hashlib.sha256(buffer.getvalue()).hexdigest())
