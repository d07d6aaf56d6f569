"""Checks a bill of materials (CycloneDX, JSON) against what is built into the program. Usage: check-bill-of-materials.py FILE

Exactly the packages that cargo builds in are to be there, each once, with version, address (purl), hash and licence. That they are
built in is also seen in the build itself: the compiler was run for every one of them.
"""

import json
import sys

import linked


def compiled():
    """The packages whose results the release build is made of, those of build scripts among them; nothing is built again."""
    messages = linked.run("cargo", "build", "--quiet", "--release", "--locked", "--bin", "jpki-agent", "--message-format", "json")
    artifacts = (json.loads(line) for line in messages.splitlines())
    # registry+https://…#name@version
    names = (a["package_id"].rpartition("#")[2] for a in artifacts if a["reason"] == "compiler-artifact")
    return {tuple(name.split("@")) for name in names if "@" in name}


def main(file):
    with open(file, encoding="utf-8") as text:
        bill = json.load(text)
    assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.5", bill
    about = bill["metadata"]["component"]
    assert about["name"] == "jpki-agent", about["name"]
    assert "file:" not in json.dumps(bill), "a path of the machine that built it"

    listed = [(component["name"], component["version"]) for component in bill["components"]]
    assert len(listed) == len(set(listed)), "a component is listed twice"
    built_in = linked.packages()
    assert set(listed) == built_in, f"not listed: {built_in - set(listed)}; not built in: {set(listed) - built_in}"
    assert set(listed) <= compiled(), f"never compiled: {set(listed) - compiled()}"
    for component in bill["components"]:
        name = component["name"]
        assert component.get("licenses"), f"{name} has no licence"
        assert component["purl"].startswith(f"pkg:cargo/{name}@{component['version']}"), component["purl"]
        assert component.get("hashes"), f"{name} has no hash"
    known = {component["bom-ref"] for component in bill["components"]} | {about["bom-ref"]}
    known |= {part["bom-ref"] for part in about.get("components", [])}
    for dependency in bill["dependencies"]:
        named = {dependency["ref"], *dependency.get("dependsOn", [])}
        assert named <= known, f"unknown: {named - known}"
    print(f"{len(listed)} components")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
