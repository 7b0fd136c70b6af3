"""Writes the files of this folder with NumPy 2: python3 write.py FOLDER"""

import io
import sys
import zipfile

import numpy as np
from numpy.lib import format as npy

folder = sys.argv[1] + "/"
cube = np.arange(24).reshape(2, 3, 4)

for dtype in ("<f4", "<f8", "<i2", "<i4", "<i8", "|i1"):
    low, high = (-3.5, 1e30) if "f" in dtype else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    values = np.array([[0, 1, 2], [low, high, 7]], dtype)
    np.save(f"{folder}{dtype[1:]}.npy", values)
    if dtype[0] == "<":
        np.save(f"{folder}big-{dtype[1:]}.npy", values.astype(dtype.replace("<", ">")))
for dtype in ("|u1", "<u2", "<u4", "<u8"):
    values = np.array([0, 1, np.iinfo(dtype).max], dtype)
    np.save(f"{folder}{dtype[1:]}.npy", values)
    if dtype[0] == "<":
        np.save(f"{folder}big-{dtype[1:]}.npy", values.astype(dtype.replace("<", ">")))
np.save(folder + "b1.npy", np.array([True, False, True]))
np.save(folder + "scalar.npy", np.float64(2.5))
np.save(folder + "empty.npy", np.zeros((0, 3), np.float32))
np.save(folder + "cube.npy", cube.astype("<i4"))
np.save(folder + "fortran.npy", np.asfortranarray(cube.astype("<i4")))
np.save(folder + "big-fortran.npy", np.asfortranarray(cube.T.astype(">i2")))

for version in ((2, 0), (3, 0)):
    with open(f"{folder}version-{version[0]}.npy", "wb") as file:
        npy.write_array(file, cube.astype("<f4"), version)

np.save(folder + "refused-object.npy", np.array([{"a": 1}, None], object), allow_pickle=True)
np.save(folder + "refused-structured.npy", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
np.save(folder + "refused-unicode-names.npy", np.zeros(2, [("\u00e4", "<f4")]))
np.save(folder + "refused-complex.npy", np.zeros(2, np.complex64))
np.save(folder + "refused-half.npy", np.zeros(2, np.float16))
np.save(folder + "refused-text.npy", np.array(["a", "bc"]))
np.save(folder + "refused-time.npy", np.array(["2026-01-01"], "<M8[D]"))

rows = {
    "X": np.array([[0.5, 1], [2, 3], [4, -5], [6, 7]]),
    "y": np.array([2, 0, 1, 2]),
}
np.savez(folder + "rows.npz", **rows)
np.savez_compressed(folder + "rows-deflated.npz", **rows, **{"\u00e4": np.float32(1)})


class Pipe(io.RawIOBase):
    """A file that cannot be rewound: sizes stand behind the data."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


for name, write in (("rows-piped", np.savez_compressed), ("rows-stored-piped", np.savez)):
    with open(f"{folder}{name}.npz", "wb") as file:
        write(Pipe(file), **rows)
with zipfile.ZipFile(folder + "refused-bzip2.npz", "w", zipfile.ZIP_BZIP2) as zip:
    zip.writestr(zipfile.ZipInfo("x.npy"), b"x" * 100, zipfile.ZIP_BZIP2)
zipfile.ZIP64_LIMIT = 50  # what is longer gets the records of archives of more than 4 GiB
np.savez_compressed(folder + "rows-zip64.npz", **rows)
