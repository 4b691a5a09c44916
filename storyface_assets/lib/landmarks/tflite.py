"""A tflite model as a function of one float image."""

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter


class TfliteModel:
    """One loaded tflite model with a single image input ``(1, H, W, 3)`` float32."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        # A thread count of one also keeps the result the same from run to run.
        self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
        self._interpreter.allocate_tensors()
        (entry,) = self._interpreter.get_input_details()
        self._input = entry["index"]
        self.size = int(entry["shape"][1])
        self._outputs = {d["name"]: d["index"] for d in self._interpreter.get_output_details()}

    def __call__(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Run the model.

        Args:
            image: ``(size, size, 3)`` float32 in the range the model wants.

        Returns:
            ``{output name: array}`` without the batch axis.
        """
        self._interpreter.set_tensor(self._input, image[None].astype(np.float32))
        self._interpreter.invoke()
        return {n: self._interpreter.get_tensor(i)[0] for n, i in self._outputs.items()}
