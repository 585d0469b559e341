"""kokoro-onnx on the same phonemes: one pass for each line on standard input.

Arguments: the model file as shipped, the voice pack, threads, phonemes (JSON).
"""

import json
import sys
import tempfile
import time

import numpy as np
import onnxruntime
from kokoro_onnx import Kokoro

model_file, voice_file, threads, phonemes_file = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(threads)
session = onnxruntime.InferenceSession(model_file, options, providers=["CPUExecutionProvider"])
with tempfile.NamedTemporaryFile(suffix=".npz") as voices:
    np.savez(voices, voice=np.fromfile(voice_file, np.float32).reshape(-1, 1, 256))
    voices.flush()
    kokoro = Kokoro.from_session(session, voices.name)
    style = kokoro.get_voice_style("voice")
with open(phonemes_file, encoding="utf-8") as file:
    pieces = json.load(file)


def run_pass() -> float:
    seconds = 0.0
    for phonemes in pieces:
        # Untrimmed: the least work that kokoro-onnx can be asked for.
        audio, sample_rate = kokoro.create(phonemes, style, is_phonemes=True, trim=False)
        seconds += len(audio) / sample_rate
    return seconds


print("ready", flush=True)
for _ in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    audio_seconds = run_pass()
    answer = {
        "audioSeconds": audio_seconds,
        "wallSeconds": time.perf_counter() - wall,
        "cpuSeconds": time.process_time() - cpu,
    }
    print(json.dumps(answer), flush=True)
