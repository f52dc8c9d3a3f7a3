#!/usr/bin/env bash
# Installs what the end-to-end tests put around the gate: Prometheus with promtool, node_exporter, Redis, the identity
# provider glewlwyd, nginx, haproxy, Apache, Caddy, Chromium, systemd's programs, and a LiteLLM proxy in a Python
# environment of its own under .e2e/.
# Does only what is still missing. Needs Debian or Ubuntu where something is.
set -euo pipefail

cd "$(dirname "$0")/.."
readonly environment=.e2e/venv
readonly requirements=test/e2e/requirements.txt
readonly stamp="$environment/installed-requirements.txt"

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

missing_packages() {
  command -v prometheus >/dev/null && command -v promtool >/dev/null || echo prometheus
  command -v prometheus-node-exporter >/dev/null || echo prometheus-node-exporter
  command -v redis-server >/dev/null || echo redis-server
  command -v glewlwyd >/dev/null || echo glewlwyd dbconfig-no-thanks
  [ -x /usr/sbin/nginx ] || echo nginx-light
  [ -x /usr/sbin/haproxy ] || echo haproxy
  [ -x /usr/sbin/apache2 ] || echo apache2
  command -v caddy >/dev/null || echo caddy
  [ -x /usr/bin/chromium ] || echo chromium
  command -v systemd-socket-activate >/dev/null && command -v systemd-notify >/dev/null || echo systemd
  command -v curl >/dev/null || echo curl
  command -v python3 >/dev/null || echo python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
}

# Several of the packages want the same port for a service that nobody needs here.
forbid_starts() {
  if [ -e /usr/sbin/policy-rc.d ]; then return 0; fi
  trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
}

install_packages() {
  local packages
  packages=$(missing_packages)
  [ -n "$packages" ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "set-up-e2e: please install: ${packages//$'\n'/ }" >&2
    return 1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  forbid_starts
  # The tests bring its configuration; left to itself, the package wants one and a database server for it.
  echo 'glewlwyd glewlwyd/config_type select No configuration' | as_root debconf-set-selections
  # shellcheck disable=SC2086 # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages
  # The packages start services; the tests start these programs themselves.
  local service
  for service in prometheus prometheus-node-exporter redis-server glewlwyd nginx haproxy apache2 caddy; do
    if [[ $packages == *"$service"* ]]; then
      as_root service "$service" stop >/dev/null 2>&1 || true
    fi
  done
}

install_litellm() {
  if cmp -s "$requirements" "$stamp"; then return 0; fi
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check --no-input --requirement "$requirements"
  cp "$requirements" "$stamp"
}

install_packages
install_litellm
prometheus --version 2>&1 | sed -n 1p
"$environment/bin/python" -c 'from importlib.metadata import version as v; print("litellm", v("litellm"))'
