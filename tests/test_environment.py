"""The three files that say what to install agree, and none names a place on the network."""

import re
import tomllib

import yaml
from conftest import ROOT
from packaging.requirements import Requirement

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)


def pins(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for package, version, _marker in PIN.findall((ROOT / name).read_text(encoding="utf-8")):
        found.setdefault(package, set()).add(version)
    return found


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(*extras: str) -> list[Requirement]:
    listed = project()["dependencies"] + [r for e in extras for r in project()["optional-dependencies"][e]]
    return [Requirement(text) for text in listed]


def test_core_lock_holds_every_core_requirement_at_a_version_that_fits():
    locked = pins("requirements.lock")
    for requirement in requirements("build"):
        versions = locked.get(requirement.name.lower(), set())
        assert versions, f"{requirement.name} is not in requirements.lock: make lock"
        assert all(version in requirement.specifier for version in versions), requirement


def test_the_larger_lock_adds_to_the_core_lock_and_changes_nothing_in_it():
    core, everything = pins("requirements.lock"), pins("requirements-all.lock")
    assert {name: everything.get(name) for name in core} == core
    for requirement in requirements(*project()["optional-dependencies"]):
        assert requirement.name.lower() in everything


def test_core_does_not_install_what_only_some_need():
    assert not {"jupyterlab", "pytest", "mypy", "ruff", "playwright", "uv"} & set(pins("requirements.lock"))


def test_every_pin_has_a_hash_and_no_address():
    for name in ("requirements.lock", "requirements-all.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        for block in re.split(r"\n(?=[a-z0-9])", text):
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_conda_installs_the_same_lock_on_a_python_the_project_allows():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = next(d for d in environment["dependencies"] if isinstance(d, str) and d.startswith("python="))
    pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    assert pip == ["-r requirements.lock"]
    assert python.removeprefix("python=") in Requirement(f"python{project()['requires-python']}").specifier


def test_readme_says_why_each_dependency_is_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8").lower()
    for requirement in requirements(*project()["optional-dependencies"]):
        assert f"`{requirement.name.lower()}`" in readme, f"README has no line for {requirement.name}"
