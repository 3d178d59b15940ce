"""What Kubernetes would be given: valid, whole, and as restricted as it claims to be."""

import kubernetes_validate
import pytest
import yaml

from conftest import DEPLOY, KUBERNETES, PROJECT, render

# The cluster's version.
VERSION = "1.34"

# The market's ports are fixed: clients, probes and policies know them.
PORTS = {
    "api-gateway": 3000, "auth-service": 3001, "product-service": 3002, "order-service": 3003,
    "payment-service": 3004, "user-service": 3005, "cart-service": 3006, "inventory-service": 3010,
    "seller-service": 3011, "file-service": 3013, "coupon-service": 3015, "review-service": 3007, "shipping-service": 3016, "banner-service": 3014, "search-service": 3009, "admin-service": 3012, "stats-service": 3017, "settlement-service": 3018, "notification-service": 3008,
}  # fmt: skip
CRITICAL = {"api-gateway", "auth-service", "order-service", "payment-service"}
SECRETS = {
    "db-credentials-prod": {"ADMIN_DATABASE_URL", "DATABASE_URL", "DATABASE_ROLE_PASSWORD"},
    "redis-credentials-prod": {"REDIS_URL"},
    "rabbitmq-credentials-prod": {"AMQP_URL"},
    "identity-keys-prod": {"AUTH_SIGNING_KEY", "INTERNAL_KEY", "PAYMENT_DATA_KEY", "USER_DATA_KEY"},
    "toss-credentials-prod": {"TOSS_SECRET_KEY"},
    "carrier-credentials-prod": {
        f"{carrier}_{what}"
        for carrier in ("CJ", "HANJIN", "LOTTE", "EPOST")
        for what in ("TRACKING_URL", "TRACKING_KEY", "WEBHOOK_SECRET")
    },
    "bank-credentials-prod": {"BANK_TRANSFER_URL", "BANK_TRANSFER_KEY"},
    "portone-credentials-prod": {"PORTONE_API_SECRET", "PORTONE_STORE_ID", "PORTONE_IDENTITY_CHANNEL_KEY"},
    "message-credentials-prod": {"SMTP_URL", "SOLAPI_API_KEY", "SOLAPI_API_SECRET"},
}


def named(manifests, kind):
    return {manifest["metadata"]["name"]: manifest for manifest in manifests if manifest["kind"] == kind}


def pod(workload):
    return workload["spec"]["template"]["spec"]


def container(workload):
    (only,) = pod(workload)["containers"]
    return only


def secret_keys(workload):
    """The (secret, key) pairs that a workload reads."""
    references = [entry["valueFrom"]["secretKeyRef"] for entry in container(workload)["env"] if "valueFrom" in entry]
    return {(reference["name"], reference["key"]) for reference in references}


@pytest.mark.parametrize("folder", ["base", "overlays/production"])
def test_every_manifest_fits_its_schema(folder):
    manifests = render(KUBERNETES / folder)
    assert manifests
    for manifest in manifests:
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_the_schemas_refuse_a_wrong_manifest(deployments):
    wrong = {**deployments["auth-service"], "spec": {**deployments["auth-service"]["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_every_subgraph_is_deployed_on_its_port(production, deployments):
    subgraphs = {folder.parent.name for folder in (PROJECT / "subgraphs").glob("*/Cargo.toml")}
    names = {f"{name}-service" for name in subgraphs - {"gateway"}} | {"api-gateway"}
    assert set(deployments) == names == set(PORTS)
    services = named(production, "Service")
    assert set(services) == names
    for name, port in PORTS.items():
        (exposed,) = services[name]["spec"]["ports"]
        assert (exposed["port"], exposed["targetPort"]) == (port, "http")
        assert container(deployments[name])["ports"] == [{"name": "http", "containerPort": port}]
        command = ["router"] if name == "api-gateway" else ["subgraph", name.removesuffix("-service")]
        assert container(deployments[name])["args"] == command
        labels = deployments[name]["spec"]["template"]["metadata"]["labels"]
        assert services[name]["spec"]["selector"].items() <= labels.items()


def test_the_environment_points_at_the_services(production, deployments):
    (environment,) = named(production, "ConfigMap").values()
    urls = {key: value for key, value in environment["data"].items() if key.endswith("_URL")}
    expected = {
        "ROUTER_URL" if name == "api-gateway" else f"{name.removesuffix('-service').upper()}_URL": f"http://{name}:{port}"
        for name, port in PORTS.items()
    }
    assert urls == expected
    for deployment in deployments.values():
        assert container(deployment)["envFrom"] == [{"configMapRef": {"name": environment["metadata"]["name"]}}]


def test_pods_keep_the_restricted_standard(workloads):
    for workload in workloads:
        spec, security = pod(workload), container(workload)["securityContext"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] > 0
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert security["allowPrivilegeEscalation"] is False
        assert security["readOnlyRootFilesystem"] is True
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert spec["automountServiceAccountToken"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC", "volumes"} & set(spec)


def test_pods_are_probed_bounded_and_rolled(deployments):
    for deployment in deployments.values():
        own = container(deployment)
        assert own["livenessProbe"]["httpGet"] == {"path": "/health/live", "port": "http"}
        assert own["readinessProbe"]["httpGet"] == {"path": "/health/ready", "port": "http"}
        assert own["startupProbe"]["httpGet"] == {"path": "/health/live", "port": "http"}
        assert {"cpu", "memory"} <= set(own["resources"]["requests"])
        assert "memory" in own["resources"]["limits"]
        assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 1, "maxSurge": 1}
        keys = [constraint["topologyKey"] for constraint in pod(deployment)["topologySpreadConstraints"]]
        assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]


def test_critical_services_scale_and_the_others_have_the_designed_count(production, deployments):
    autoscalers = named(production, "HorizontalPodAutoscaler")
    assert set(autoscalers) == CRITICAL
    for name, autoscaler in autoscalers.items():
        assert autoscaler["spec"]["scaleTargetRef"]["name"] == name
        assert (autoscaler["spec"]["minReplicas"], autoscaler["spec"]["maxReplicas"]) == (2, 10)
        # A count in the manifest would fight the autoscaler at every sync.
        assert "replicas" not in deployments[name]["spec"]
    counts = {name: deployments[name]["spec"]["replicas"] for name in set(deployments) - CRITICAL}
    assert counts == {
        "product-service": 1, "user-service": 1, "cart-service": 2, "inventory-service": 2, "seller-service": 2, "file-service": 2, "coupon-service": 2, "review-service": 1, "shipping-service": 2, "banner-service": 1, "search-service": 2, "admin-service": 1, "stats-service": 1, "settlement-service": 2, "notification-service": 2,
    }  # fmt: skip


def test_each_disruption_budget_holds_for_one_service(production, deployments):
    budgets = named(production, "PodDisruptionBudget")
    assert set(budgets) == set(deployments)
    for name, budget in budgets.items():
        assert budget["spec"]["maxUnavailable"] == 1
        assert budget["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/name": name}


def test_secrets_are_named_and_never_made(production, workloads):
    assert not named(production, "Secret")
    used = set().union(*(secret_keys(workload) for workload in workloads))
    assert used == {(name, key) for name, keys in SECRETS.items() for key in keys}


def test_sellers_and_staff_need_a_second_factor(deployments):
    environment = {entry["name"]: entry.get("value") for entry in container(deployments["auth-service"])["env"]}
    assert environment["AUTH_MFA_REQUIRED"] == "true"


def test_nobody_signs_in_as_whoever_they_say_they_are(production):
    assert "AUTH_OAUTH_SANDBOX" not in str(production)


def test_nobody_is_as_old_as_they_say_they_are(production):
    assert "USER_IDENTITY_SANDBOX" not in str(production)


def test_only_the_owner_holds_a_special_key(workloads):
    holders = {}
    for workload in workloads:
        for _, key in secret_keys(workload):
            holders.setdefault(key, set()).add(workload["metadata"]["name"])
    assert holders["AUTH_SIGNING_KEY"] == {"auth-service"}
    assert holders["USER_DATA_KEY"] == {"user-service"}
    assert holders["PORTONE_API_SECRET"] == {"user-service"}
    assert holders["PAYMENT_DATA_KEY"] == {"payment-service"}
    assert holders["TOSS_SECRET_KEY"] == {"payment-service"}
    assert holders["BANK_TRANSFER_KEY"] == {"settlement-service"}
    assert holders["SOLAPI_API_SECRET"] == holders["SMTP_URL"] == {"notification-service"}
    assert holders["ADMIN_DATABASE_URL"] == {"migrate"}


def test_the_network_is_closed_by_default(production):
    policies = named(production, "NetworkPolicy")
    assert policies["default-deny"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    anywhere = [
        name
        for name, policy in policies.items()
        for rule in policy["spec"].get("egress", [])
        for peer in rule["to"]
        if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"
    ]
    assert sorted(anywhere) == ["bank", "carriers", "identity-provider", "notification-outside", "payment-provider"]


def test_the_ingress_is_the_designed_load_balancer(production):
    (ingress,) = named(production, "Ingress").values()
    annotations = ingress["metadata"]["annotations"]
    prefix = "alb.ingress.kubernetes.io"
    assert annotations[f"{prefix}/ssl-redirect"] == "443"
    assert yaml.safe_load(annotations[f"{prefix}/listen-ports"]) == [{"HTTP": 80}, {"HTTPS": 443}]
    assert annotations[f"{prefix}/healthcheck-path"] == "/health"
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == ["api.doa-market.com"]
    # Carriers' webhooks go to shipping directly, because their signatures are over the body as it was sent.
    paths = ingress["spec"]["rules"][0]["http"]["paths"]
    backends = [(path["path"], path["backend"]["service"]["name"]) for path in paths]
    webhooks = [(path, "shipping-service") for path in ("/api/v1/webhooks/shipping", "/webhooks/shipping")]
    assert backends == [*webhooks, ("/", "api-gateway")]


def test_migrations_run_before_a_release(production):
    (job,) = named(production, "Job").values()
    assert container(job)["args"] == ["migrate"]
    assert job["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "PreSync"
    # At the first sync nothing of the release exists yet.
    assert "serviceAccountName" not in pod(job)
    assert "envFrom" not in container(job)


def test_argo_cd_follows_the_production_overlay():
    application = yaml.safe_load((DEPLOY / "argocd" / "application.yaml").read_text())
    project = yaml.safe_load((DEPLOY / "argocd" / "project.yaml").read_text())
    assert (PROJECT / application["spec"]["source"]["path"] / "kustomization.yaml").is_file()
    assert application["spec"]["project"] == project["metadata"]["name"]
    assert application["spec"]["source"]["repoURL"] in project["spec"]["sourceRepos"]
    assert application["spec"]["destination"] in project["spec"]["destinations"]
