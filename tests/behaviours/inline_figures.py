# %%
import matplotlib.pyplot as plt

plt.plot([1, 2, 3], [1, 4, 9], label="bình phương")
plt.title("Tỷ lệ đường Ẵ")
plt.legend();
# %%
figure, axes = plt.subplots(1, 2, figsize=(4, 2))
axes[0].bar(["a", "b"], [1, 2])
axes[1].scatter([1, 2], [3, 4], c=[0.1, 0.9])
plt.show()
print("sau hình")
# %%
plt.figure()
plt.figure()
len(plt.get_fignums())
# %%
len(plt.get_fignums())
# %%
figure
# %%
plt.imshow([[1, 2], [3, 4]])
plt.colorbar()
raise_later = 1
