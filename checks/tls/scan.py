"""Scans TLS servers with sslyze and prints, as JSON, what speaks against each; nothing where all is well.

Standard input holds a list of {"port", "name", "trusted", "certificate", "key"}: the last three are paths of PEM files.
"""

import json
import sys
from pathlib import Path

from sslyze import (
    CertificateInfoExtraArgument,
    ClientAuthenticationCredentials,
    Scanner,
    ServerNetworkConfiguration,
    ServerNetworkLocation,
    ServerScanRequest,
)
from sslyze.mozilla_tls_profile.tls_config_checker import (
    MozillaTlsConfiguration,
    ServerNotCompliantWithTlsConfiguration,
    ServerScanResultIncomplete,
    TlsConfigurationEnum,
    check_server_against_tls_configuration,
)
from sslyze.scanner.models import ScanCommandsExtraArguments, ServerScanStatusEnum

# Versions, ciphers, curves, certificates, and the known attacks; what it recommends comes with sslyze.
RECOMMENDATION = MozillaTlsConfiguration.get(TlsConfigurationEnum.MOZILLA_INTERMEDIATE)


def request(server):
    return ServerScanRequest(
        server_location=ServerNetworkLocation(hostname=server["name"], ip_address="127.0.0.1", port=server["port"]),
        network_configuration=ServerNetworkConfiguration(
            tls_server_name_indication=server["name"],
            tls_client_auth_credentials=ClientAuthenticationCredentials(
                certificate_chain_path=Path(server["certificate"]), key_path=Path(server["key"])
            ),
        ),
        scan_commands_extra_arguments=ScanCommandsExtraArguments(
            certificate_info=CertificateInfoExtraArgument(custom_ca_file=Path(server["trusted"]))
        ),
    )


def complaints(result):
    if result.scan_status != ServerScanStatusEnum.COMPLETED:
        return [f"could not be scanned: {result.connectivity_error_trace or 'no connection'}"]
    found = []
    try:
        check_server_against_tls_configuration(result, RECOMMENDATION)
    except ServerNotCompliantWithTlsConfiguration as error:
        found += [f"{what}: {why}" for what, why in error.issues.items()]
    except ServerScanResultIncomplete as error:
        return [str(error)]
    for deployment in result.scan_result.certificate_info.result.certificate_deployments:
        if not any(one.was_validation_successful for one in deployment.path_validation_results):
            found.append("certificate: not of the site's own authority")
    return found


def main():
    servers = json.load(sys.stdin)
    scanner = Scanner()
    scanner.queue_scans([request(server) for server in servers])
    by_port = {result.server_location.port: complaints(result) for result in scanner.get_results()}
    json.dump([by_port[server["port"]] for server in servers], sys.stdout)


main()
