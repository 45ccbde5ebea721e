import ArgumentParser
import Foundation
import TLS

/// How the gateway uses TLS. Files may also be named in the environment, several of them with `:` in between.
struct TLSOptions: ParsableArguments {
    @Option(
        help:
            "Where clients connect with TLS, beside --listen; without it --listen has TLS once there is a certificate."
    )
    var tlsListen: Endpoint?

    @Option(help: "PEM file: certificate, then its signers. Repeat it for other names. (SERIN_TLS_CERTIFICATE)")
    var tlsCertificate: [String] = []

    @Option(help: "PEM file with the key of each --tls-certificate; without it that file holds both. (SERIN_TLS_KEY)")
    var tlsKey: [String] = []

    @Option(help: "PEM file: authorities that clients' certificates come from. (SERIN_TLS_CLIENT_CA)")
    var tlsClientCA: String?

    @Flag(help: "Refuse clients without a certificate.")
    var tlsRequireClientCertificate = false

    @Option(help: "PEM file: authorities of https upstreams, instead of the system's. (SERIN_UPSTREAM_CA)")
    var upstreamCA: String?

    @Option(help: "PEM file: certificate shown to https upstreams that ask for one. (SERIN_UPSTREAM_CERTIFICATE)")
    var upstreamCertificate: String?

    @Option(help: "PEM file with its key; without it the certificate's file holds both. (SERIN_UPSTREAM_KEY)")
    var upstreamKey: String?

    @Flag(help: "Take any certificate from https upstreams: nobody is verified, so never where it matters.")
    var upstreamInsecure = false

    func validate() throws { _ = try self.settings(ProcessInfo.processInfo.environment) }

    var resolved: TLSSettings {
        get throws { try self.settings(ProcessInfo.processInfo.environment) }
    }

    /// - Parameter environment: Used for what was not said on the command line.
    func settings(_ environment: [String: String]) throws -> TLSSettings {
        let server = try self.server(environment)
        if self.tlsListen != nil, server == nil {
            throw ValidationError("--tls-listen needs --tls-certificate")
        }
        return TLSSettings(listen: self.tlsListen, server: server, client: try self.client(environment))
    }

    private func server(_ environment: [String: String]) throws -> TLSServerConfiguration? {
        let certificates = self.tlsCertificate.orPaths(in: environment["SERIN_TLS_CERTIFICATE"])
        let keys = self.tlsKey.orPaths(in: environment["SERIN_TLS_KEY"])
        let authorities = self.tlsClientCA ?? environment["SERIN_TLS_CLIENT_CA"]?.nonEmpty
        guard !certificates.isEmpty else {
            if !keys.isEmpty { throw ValidationError("--tls-key needs --tls-certificate") }
            if authorities != nil { throw ValidationError("--tls-client-ca needs --tls-certificate") }
            if self.tlsRequireClientCertificate {
                throw ValidationError("--tls-require-client-certificate needs --tls-certificate and --tls-client-ca")
            }
            return nil
        }
        guard keys.isEmpty || keys.count == certificates.count else {
            throw ValidationError(
                "give one --tls-key for each --tls-certificate, in the same order, or none when each file holds both; "
                    + "got \(certificates.count) of --tls-certificate and \(keys.count) of --tls-key"
            )
        }
        let files = zip(certificates, keys.isEmpty ? certificates : keys).map(CertificateFiles.init)
        return TLSServerConfiguration(certificates: files, clients: try self.clients(authorities))
    }

    private func clients(_ authorities: String?) throws -> TLSServerConfiguration.ClientCertificates {
        guard let authorities else {
            if self.tlsRequireClientCertificate {
                throw ValidationError(
                    "--tls-require-client-certificate needs --tls-client-ca, the authorities those certificates come from"
                )
            }
            return .notAsked
        }
        return self.tlsRequireClientCertificate
            ? .required(authorities: authorities) : .optional(authorities: authorities)
    }

    private func client(_ environment: [String: String]) throws -> TLSClientConfiguration {
        let authorities = self.upstreamCA ?? environment["SERIN_UPSTREAM_CA"]?.nonEmpty
        let certificate = self.upstreamCertificate ?? environment["SERIN_UPSTREAM_CERTIFICATE"]?.nonEmpty
        let key = self.upstreamKey ?? environment["SERIN_UPSTREAM_KEY"]?.nonEmpty
        if self.upstreamInsecure, authorities != nil {
            throw ValidationError(
                "--upstream-insecure takes any certificate, so --upstream-ca would mean nothing; give one"
            )
        }
        if certificate == nil, key != nil { throw ValidationError("--upstream-key needs --upstream-certificate") }
        return TLSClientConfiguration(
            trust: self.upstreamInsecure ? .anyone : authorities.map { .authorities($0) } ?? .system,
            certificate: certificate.map { CertificateFiles(chain: $0, key: key ?? $0) }
        )
    }
}

extension [String] {
    /// These, or where there are none the paths in `text`, which has `:` between them.
    fileprivate func orPaths(in text: String?) -> [String] {
        guard self.isEmpty, let text else { return self }
        return text.split(separator: ":").map(String.init)
    }
}

extension String {
    fileprivate var nonEmpty: String? { self.isEmpty ? nil : self }
}
