"""What is written in more than one file, or must never be written at all."""

import ast
import json
import re
import shlex
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
SERVICES_OF_ITS_OWN = {"POSTGRES_PASSWORD"}  # read by docker-compose.yml alone


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def variables_of_the_settings() -> set[str]:
    """The names in env("X"), env.str("X"), env.db("X") … of byra/settings.py."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "byra" / "settings.py").read_text())):
        match node:
            case ast.Call(func=ast.Name("env") | ast.Attribute(ast.Name("env")), args=[ast.Constant(str(name)), *_]):
                names.add(name)
    return names


def variables_of_the_example() -> list[str]:
    return re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_compose_runs_the_commands_of_the_procfile():
    services = compose()["services"]

    commands = {name: services[name]["command"] for name in procfile()}

    assert commands == procfile()


def test_the_image_runs_the_web_server_of_the_procfile():
    (words,) = re.findall(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert json.loads(words) == shlex.split(procfile()["web"])


def test_the_image_has_the_oldest_python_that_is_supported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    images = re.findall(r"^FROM python:([\d.]+)-slim", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert {f">={version},<3.14" for version in images} == {project["requires-python"]}


def test_every_variable_of_the_settings_is_explained_in_the_example_and_no_other():
    assert set(variables_of_the_example()) - SERVICES_OF_ITS_OWN == variables_of_the_settings()


def test_every_variable_of_the_example_stands_there_once_below_a_comment():
    lines = (ROOT / ".env.example").read_text().splitlines()

    explained = [line.split("=")[0] for before, line in pairwise(lines) if before[:2] == "# "]

    assert [name for name in variables_of_the_example() if name not in explained] == []
    assert len(variables_of_the_example()) == len(set(variables_of_the_example()))


def test_the_example_names_no_secret():
    lines = (ROOT / ".env.example").read_text().splitlines()

    assert [line for line in lines if re.match(r"\w*(_KEY|_PASSWORD)=.", line)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_address_and_every_package_has_hashes(lock):
    text = lock.read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert re.findall(r"://|^\s*-.*index.*|@ ", text, re.MULTILINE) == []
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert packages


def test_the_lock_of_the_developers_holds_that_of_the_running_project():
    def versions(name):
        return set(re.findall(r"^([\w.-]+==\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    assert versions("runtime.txt") - versions("dev.txt") == set()


def test_the_lock_of_npm_names_no_address_and_every_package_has_a_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    del packages[""]  # the project itself

    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []


def test_npm_asks_for_exact_versions():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_no_id_is_written_as_a_number_for_people():
    """From a thousand on it would have a space in it, and no form would find its row."""
    templates = [file for file in ROOT.glob("templates/**/*.*") if re.search(r"\.pk ?\}\}", file.read_text())]

    assert templates == []
