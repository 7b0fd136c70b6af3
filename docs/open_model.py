"""python3 open_model.py MODEL.safetensors DATA.csv[.gz] PREDICTIONS.csv: opens a model with NumPy alone, and compares answers."""

import json
import sys

import numpy as np

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    data = file.read()
model = json.loads(header.pop("__metadata__")["nn.model"])
tensors = {name: np.frombuffer(data[slice(*t["data_offsets"])], "<f4").reshape(t["shape"]) for name, t in header.items()}

scaler = model.get("feature_scaler", {"shift": 0, "scale": 1})
a = (np.loadtxt(sys.argv[2], delimiter=",")[:, : model["inputs"]] - scaler["shift"]) / scaler["scale"]
module = 0
for layer in model["layers"]:
    z = a @ tensors[f"{module}.weight"].T + tensors[f"{module}.bias"]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    a = {"relu": np.maximum(z, 0), "tanh": np.tanh(z), "softmax": e / e.sum(axis=1, keepdims=True)}[layer["activation"]]
    module += 3 if "dropout" in layer else 2

error = np.abs(a - np.loadtxt(sys.argv[3], delimiter=",", skiprows=1)[:, 1:]).max()
print(f"{len(a)} rows, largest difference {error:.1e}")
sys.exit(not error < 1e-5)
