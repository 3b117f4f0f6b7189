"""The tagger: a small token classifier that ships inside the package and runs on the CPU.

Only this room imports onnxruntime and tokenizers; import it where it is used.
"""

from __future__ import annotations
