# %%
from IPython.display import HTML, JSON, Image, Latex, Markdown, Math, SVG, display

display(HTML("<b>đậm</b>"), Markdown("*nghiêng*"), Latex("$x$"), Math("x^2"))
SVG("<svg xmlns='http://www.w3.org/2000/svg'/>")
# %%
display({"text/plain": "a", "application/x-thu+json": {"b": [1, 2]}}, raw=True, metadata={"alt": "hình"})
JSON({"khóa": [1, None, True]})
# %%
import base64

Image(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="))
# %%
class Rich:
    def _repr_html_(self):
        return "<i>x</i>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/markdown": "**x**"}, {"text/markdown": {"ghi": "chú"}}


Rich()
# %%
1; 2
# %%
None
# %%
print("cuối"); _ = 3
