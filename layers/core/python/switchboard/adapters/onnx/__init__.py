"""Understanding customers' messages with the models of the intent layer (ONNX Runtime, numpy, nothing else)."""
