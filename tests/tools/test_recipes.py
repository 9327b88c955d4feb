"""The recipes of the guide: those whose clients the tests have are run as they are."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import pytest

from tests.forms import only_in_full
from tools.recipes import (
    DASHBOARD,
    GUIDE,
    PACKAGES,
    Recipe,
    pinned_dashboard,
    prepare,
    recipes,
    run_recipe,
)

if TYPE_CHECKING:
    from pathlib import Path

# These must be here; all others are tried by `make clients`.
ALWAYS = {"Python", "pandas", "Polars", "Delta Lake"}


# In short form: `neuron_warehouse` and `output` test what the recipes call.
@only_in_full
@pytest.mark.stress
@pytest.mark.slow
@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_a_recipe_answers_its_question(recipe: Recipe, bundled_root: Path, tmp_path: Path) -> None:
    try:
        version(PACKAGES[recipe.name])
    except PackageNotFoundError:
        assert recipe.name not in ALWAYS
        pytest.skip("the clients of some recipes are not installed; `make clients` tries them all")
    prepare(tmp_path, bundled_root)
    assert run_recipe(recipe, tmp_path)


def test_every_recipe_has_a_client_and_a_result() -> None:
    names = {recipe.name for recipe in recipes()}
    assert names == PACKAGES.keys()
    text = GUIDE.read_text("utf-8")
    results = " ".join(text.partition("<!-- clients -->")[2].split())
    assert results.endswith(". All work.")
    for name, package in PACKAGES.items():
        assert f"{name} ({package} " in results
    assert f"{DASHBOARD} ({' '.join(pinned_dashboard())})" in results
    assert len(text.splitlines()) < 220
