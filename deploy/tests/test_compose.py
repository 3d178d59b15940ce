"""The local compose file: a valid one, with the same processes as production."""

import subprocess
import sys

from conftest import DEPLOY


def test_it_fits_the_compose_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, str(DEPLOY / "compose.yaml")], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_it_runs_the_processes_of_production(compose, deployments):
    services = compose["services"]
    for name, deployment in deployments.items():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert services[name]["command"] == container["args"]
    helpers = {"postgres", "redis", "rabbitmq", "migrate", "seed", "toss-sandbox", "bank-sandbox"}
    assert set(services) == set(deployments) | helpers


def test_it_knows_the_addresses_of_production(compose, production):
    (environment,) = (manifest["data"] for manifest in production if manifest["kind"] == "ConfigMap")
    assert environment.items() <= compose["x-environment"].items()


def test_only_the_router_and_the_payment_window_are_published_and_only_here(compose):
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"api-gateway": ["127.0.0.1:3000:3000"], "toss-sandbox": ["127.0.0.1:3900:3900"]}
