# %%
import logging
import warnings

warnings.warn("cảnh báo")
logging.warning("nhật ký")
logging.getLogger("x").error("lỗi")
# %%
logging.basicConfig(level="INFO", format="%(message)s", force=True)
logging.info("thông tin")
# %%
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("thành lỗi")
    except UserWarning as caught:
        print(caught)
# %%
def old():
    warnings.warn("cũ", DeprecationWarning, stacklevel=2)


old()
