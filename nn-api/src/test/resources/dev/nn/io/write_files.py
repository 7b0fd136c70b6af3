"""Writes the files of this folder: by the reference implementation, and by hand.

python3 -m pip install numpy==2.4.6 safetensors==0.8.0; python3 write_files.py
"""

import struct

import numpy as np
import safetensors
from safetensors.numpy import save_file


def by_hand(name, header, data):
    """From the published layout alone: eight bytes of length, the header as it is given, the data."""
    text = header.encode("utf-8")
    with open(name, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


# Types, a scalar, an empty tensor, metadata.
ramp = np.arange(6).reshape(2, 3) / 7 - 0.5
save_file(
    {
        "f64": ramp.astype(np.float64),
        "f32": ramp.astype(np.float32),
        "f16": ramp.astype(np.float16),
        "i64": np.arange(3, dtype=np.int64),
        "u8": np.arange(5, dtype=np.uint8),
        "bool": np.array([True, False, True]),
        "scalar": np.array(-0.0, np.float32),
        "empty": np.zeros((0, 4), np.float32),
        "special": np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45, -1e-45], np.float32),
    },
    "types.safetensors",
    metadata={"writer": "safetensors", "unicode": 'größe \U0001f600 "\\\n'},
)

# What the format allows and that writer does not do: blanks, escapes, any order, no padding.
by_hand(
    "blanks.safetensors",
    ' { "tail" : { "shape" : [ 2 ] , "data_offsets" : [ 5 , 9 ] ,\n "dtype" : "BF16" } ,\t'
    '"\\u0068ead" : {"data_offsets":[0,5],"dtype":"I8","shape":[5,1]},'
    '"__metadata__":{"\\ud83d\\ude00":"\\u00e4\\/"} } \r\n'[1:],
    struct.pack("<5b", -2, -1, 0, 1, 2) + struct.pack("<2H", 0x3F80, 0xC049),
)

# The state dict of nn.Sequential(Linear(3, 4), Tanh(), Dropout(), Linear(4, 4), ReLU(), Linear(4, 2), Softmax(1)),
# and what it answers, computed in float64.
random = np.random.default_rng(1)
sizes = {0: (3, 4), 3: (4, 4), 5: (4, 2)}
state = {}
for module, (inputs, outputs) in sizes.items():
    state[f"{module}.weight"] = random.normal(size=(outputs, inputs)).astype(np.float32)
    state[f"{module}.bias"] = random.normal(size=outputs).astype(np.float32)
save_file(state, "sequential.safetensors")
x = random.normal(size=(5, 3)).astype(np.float32)
double = {name: values.astype(np.float64) for name, values in state.items()}
a = np.tanh(x @ double["0.weight"].T + double["0.bias"])
a = np.maximum(a @ double["3.weight"].T + double["3.bias"], 0)
z = a @ double["5.weight"].T + double["5.bias"]
e = np.exp(z - z.max(axis=1, keepdims=True))
save_file({"x": x, "y": e / e.sum(axis=1, keepdims=True)}, "sequential_answers.safetensors")

print("written with numpy", np.__version__, "and safetensors", safetensors.__version__)
