"""The manifests follow the schemas of Kubernetes, and what they say of the service is so."""

from typing import Any, Final

import pytest

from tests.support.deployment import DOCUMENTS, needs, resources, run
from vcardsvc import __version__
from vcardsvc.app import ROUTES, VENDORS
from vcardsvc.handlers import links
from vcardsvc.settings import BadSettings, Settings

RELEASES: Final = ("1.30", "1.37")
"""The first and the last release of Kubernetes whose schemas are tried."""

FOR_OPERATORS: Final = {"/metrics", "/healthz", "/readyz"}


def _pod() -> Any:
    return resources()["Deployment", "vcardsvc"]["spec"]["template"]["spec"]


def _container() -> Any:
    (found,) = _pod()["containers"]
    return found


@needs("kubernetes-validate")
@pytest.mark.parametrize("release", RELEASES)
def test_every_resource_follows_its_schema(release: str) -> None:
    """No member is unknown, none has another type."""
    files = sorted(DOCUMENTS.glob("*.yaml"))
    printed = run("kubernetes-validate", "--strict", "-k", release, *files)
    assert printed.count("passed for resource") == len(resources())


@needs("kubernetes-validate")
def test_a_fault_of_a_resource_would_be_found(tmp_path: Any) -> None:
    """A member that there is not is refused."""
    text = (DOCUMENTS / "deployment.yaml").read_text()
    (tmp_path / "broken.yaml").write_text(text.replace("readOnlyRootFilesystem", "readOnlyRoot"))
    with pytest.raises(AssertionError, match="readOnlyRoot"):
        run("kubernetes-validate", "--strict", tmp_path / "broken.yaml")


def test_probes_ask_for_what_there_is() -> None:
    """Paths are routes that need no key, the port is the one that is listened on."""
    one = _container()
    paths = {name: one[name]["httpGet"]["path"] for name in
             ("startupProbe", "livenessProbe", "readinessProbe")}  # fmt: skip
    assert paths == {
        "startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz",
    }  # fmt: skip
    assert set(paths.values()) < set(ROUTES)
    assert {one[name]["httpGet"]["port"] for name in paths} == {"http"}
    (port,) = one["ports"]
    assert one["args"][-2:] == ["--port", str(port["containerPort"])]
    annotations = resources()["Deployment", "vcardsvc"]["spec"]["template"]["metadata"][
        "annotations"
    ]
    assert annotations == {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": str(port["containerPort"]),
        "prometheus.io/path": "/metrics",
    }


def test_a_pod_has_no_rights() -> None:
    """Its file system is read-only, its user is not the superuser, no privilege can be had."""
    pod, one = _pod(), _container()["securityContext"]
    assert (one["readOnlyRootFilesystem"], one["capabilities"]) == (True, {"drop": ["ALL"]})
    assert (one["allowPrivilegeEscalation"], one["privileged"]) == (False, False)
    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (
        True,
        10001,
    )
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    volumes = {one["name"]: one for one in pod["volumes"]}
    mounted = {one["mountPath"]: volumes[one["name"]] for one in _container()["volumeMounts"]}
    assert set(mounted) == {"/data", "/var/tmp"}  # noqa: S108  # names in the image
    assert all("sizeLimit" in one["emptyDir"] for one in mounted.values())


def test_variables_of_kubernetes_are_no_settings() -> None:
    """A Service of the name of the program would give a variable that a start refuses; the pod gets
    none of them."""
    with pytest.raises(BadSettings, match="VCARDSVC_PORT"):
        Settings.from_environ({"VCARDSVC_PORT": "tcp://10.0.0.1:80"})
    assert _pod()["enableServiceLinks"] is False


def test_a_pod_that_ends_has_the_time_that_the_service_takes() -> None:
    """Until proxies know, then for running requests, then for workers that hang."""
    pause = int(_container()["lifecycle"]["preStop"]["exec"]["command"][1])
    settings = Settings.from_environ(resources()["ConfigMap", "vcardsvc"]["data"])
    longest = pause + settings.shutdown_timeout + 10
    assert _pod()["terminationGracePeriodSeconds"] > longest


def test_names_and_labels_lead_to_the_pods() -> None:
    """What selects, scales and routes names what is there."""
    found = resources()
    template = found["Deployment", "vcardsvc"]["spec"]["template"]
    labels = template["metadata"]["labels"]
    selectors = [
        found["Deployment", "vcardsvc"]["spec"]["selector"]["matchLabels"],
        found["PodDisruptionBudget", "vcardsvc"]["spec"]["selector"]["matchLabels"],
        found["Service", "vcardsvc"]["spec"]["selector"],
        *(one["labelSelector"]["matchLabels"] for one in _pod()["topologySpreadConstraints"]),
    ]
    assert selectors == [labels] * len(selectors)
    named = [next(iter(one.values()))["name"] for one in _container()["envFrom"]]
    assert [
        (kind, name) in found for kind, name in zip(("ConfigMap", "Secret"), named, strict=True)
    ] == [True, True]
    (port,) = found["Service", "vcardsvc"]["spec"]["ports"]
    assert port["targetPort"] == _container()["ports"][0]["name"]


def test_the_autoscaler_scales_by_what_is_there() -> None:
    """The share of a processor is relative to a request, which the pod has; its replicas are set by
    nothing else, and one may go while another serves."""
    found = resources()
    scaler = found["HorizontalPodAutoscaler", "vcardsvc"]["spec"]
    (metric,) = scaler["metrics"]
    assert (metric["type"], metric["resource"]["name"]) == ("Resource", "cpu")
    assert set(_container()["resources"]["requests"]) >= {"cpu", "memory"}
    assert "memory" in _container()["resources"]["limits"]
    target = scaler["scaleTargetRef"]
    assert found[target["kind"], target["name"]]["apiVersion"] == target["apiVersion"]
    assert "replicas" not in found["Deployment", "vcardsvc"]["spec"]
    assert (
        scaler["minReplicas"] > found["PodDisruptionBudget", "vcardsvc"]["spec"]["maxUnavailable"]
    )


def _paths() -> list[tuple[str, str]]:
    """The paths that the Ingresses publish, and their kind."""
    rules = [
        rule
        for (kind, _), one in resources().items()
        if kind == "Ingress"
        for rule in one["spec"]["rules"]
    ]
    paths = [path for rule in rules for path in rule["http"]["paths"]]
    for one in paths:
        service = one["backend"]["service"]
        assert ("Service", service["name"]) in resources()
        assert service["port"] == {"name": "http"}
    return [(one["path"], one["pathType"]) for one in paths]


def test_no_log_has_the_address_of_a_link() -> None:
    """It is the link's key."""
    ingresses = {name: one for (kind, name), one in resources().items() if kind == "Ingress"}
    unlogged = {
        name
        for name, one in ingresses.items()
        if one["metadata"]["annotations"].get("nginx.ingress.kubernetes.io/enable-access-log")
        == "false"
    }
    assert unlogged == {"vcardsvc-links"}
    (rule,) = ingresses["vcardsvc-links"]["spec"]["rules"]
    assert [one["path"] for one in rule["http"]["paths"]] == ["/c"]


def test_the_image_is_of_this_version() -> None:
    """The manifests name what this release has."""
    assert _container()["image"].rpartition(":")[2] == __version__


def _is_published(path: str) -> bool:
    return any(
        path == one or (kind == "Prefix" and path.startswith(one.rstrip("/") + "/"))
        for one, kind in _paths()
    )


def test_every_route_is_published_but_those_of_operators() -> None:
    """The Ingresses have every path of the service; metrics and probes are not among them."""
    settings = Settings()
    link = f"/c/{'a' * 21}A.vcf"
    assert links.PATH.fullmatch(link)
    vendors = [getattr(settings, name) + "/x" for name in VENDORS]
    paths = [*ROUTES, link, *vendors]
    assert {one for one in paths if not _is_published(one)} == FOR_OPERATORS
    roots = [one for one, kind in _paths() if kind == "Prefix"]
    assert [one for one in roots if not any(path.startswith(one + "/") for path in paths)] == []
