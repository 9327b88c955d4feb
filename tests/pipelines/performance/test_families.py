"""The family of a model below a heading that names none."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.performance.families import _by_words, families_of_models, family_of, fill_families
from pipelines.performance.known_models import FAMILY_OF_MODEL
from pipelines.performance.names import model_as_read
from pipelines.performance.vocabulary import FAMILIES
from pipelines.sources.site import bundled_site
from tests.pipelines.making import ENCODER
from tests.pipelines.performance.reading import a_table, read_tables

REPOSITORY = Path(__file__).parents[3]


def test_the_release_itself_says_it_first() -> None:
    known = a_table(ENCODER | {"Model": "BERT-Next"}, section="Decoder models")
    unknown = a_table(ENCODER | {"Model": "owner/bert-next"}, section="News")
    read = fill_families(read_tables(known, unknown).benchmarks)
    assert [one.model_family for one in read] == ["decoder", "decoder"]
    assert "model_family=decoder" in read[1].comparison_key


def test_a_model_that_the_release_has_in_two_families_is_looked_up_elsewhere() -> None:
    tables = [a_table(ENCODER, section=name) for name in ("Encoder models", "Decoder models")]
    rows = read_tables(*tables, a_table(ENCODER, section="News")).benchmarks
    assert families_of_models(rows) == {}
    assert [one.model_family for one in fill_families(rows)] == ["encoder", "decoder", "encoder"]


def test_the_known_models_say_it_next() -> None:
    assert _by_words("openpose") == family_of("OpenPose", {}) == "cnn"
    assert _by_words("pixart alpha") == "diffusion-transformer"
    assert family_of("T5-3B", {"t5-3b": "decoder"}) == "decoder"
    assert family_of("T5-3B", {}) == FAMILY_OF_MODEL["t5-3b"] == "encoder-decoder"


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("opt-13b", "decoder"),
        ("gpt2-medium", "decoder"),
        ("GPT3-6.7B pre-training", "decoder"),
        ("facebook/opt-66b", "decoder"),
        ("Qwen3-8B", "decoder"),
        ("distilbert-next", "encoder"),
        ("FLUX.1-dev", "diffusion-transformer"),
        ("SDXL Turbo", "stable-diffusion"),
        ("vit-huge", "vision-transformer"),
        ("mobilenet v3", "cnn"),
        ("whisper-large", "encoder-decoder"),
        ("Delphi", None),
        ("", None),
    ],
)
def test_words_of_the_name_say_it_last(model: str, family: str | None) -> None:
    assert family_of(model, {}) == family


def test_the_words_agree_with_every_known_model() -> None:
    assert {model: _by_words(model) for model in FAMILY_OF_MODEL} == FAMILY_OF_MODEL


def test_every_known_model_is_written_as_people_read_it() -> None:
    assert all(model == model_as_read(model) for model in FAMILY_OF_MODEL)
    assert set(FAMILY_OF_MODEL.values()) <= set(FAMILIES.values())


def test_the_table_of_known_models_is_fresh() -> None:
    path = REPOSITORY / "tools" / "make_known_models.py"
    spec = importlib.util.spec_from_file_location("make_known_models", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    fresh = tool.known_models(bundled_site())
    assert tool.FILE.read_text("utf-8") == fresh, "run: python tools/make_known_models.py"


def test_the_tool_runs_as_its_help_says() -> None:
    path = REPOSITORY / "tools" / "make_known_models.py"
    code = f"import runpy; runpy.run_path({str(path)!r}, run_name='not main')"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY / "tools")
