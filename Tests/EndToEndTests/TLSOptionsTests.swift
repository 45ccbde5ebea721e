import ArgumentParser
import TLS
import Testing

@testable import serin

@Suite("Options of TLS")
struct TLSOptionsTests {
    private func settings(_ arguments: String, _ environment: [String: String] = [:]) throws -> TLSSettings {
        try TLSOptions.parse(arguments.split(separator: " ").map(String.init)).settings(environment)
    }

    @Test("Without any option, clients connect plainly and upstreams are verified by the system's authorities")
    func none() throws {
        #expect(try self.settings("") == TLSSettings(listen: nil, server: nil, client: TLSClientConfiguration()))
        #expect(TLSClientConfiguration().trust == .system)
    }

    @Test("Options say what they say")
    func all() throws {
        let settings = try self.settings(
            """
            --tls-listen 0.0.0.0:8443 --tls-certificate a.pem --tls-key a.key --tls-certificate b.pem --tls-key b.key \
            --tls-client-ca clients.pem --tls-require-client-certificate --upstream-ca models.pem \
            --upstream-certificate me.pem --upstream-key me.key
            """
        )

        #expect(
            settings
                == TLSSettings(
                    listen: Endpoint(host: "0.0.0.0", port: 8_443),
                    server: TLSServerConfiguration(
                        certificates: [
                            CertificateFiles(chain: "a.pem", key: "a.key"),
                            CertificateFiles(chain: "b.pem", key: "b.key"),
                        ],
                        clients: .required(authorities: "clients.pem")
                    ),
                    client: TLSClientConfiguration(
                        trust: .authorities("models.pem"),
                        certificate: CertificateFiles(chain: "me.pem", key: "me.key")
                    )
                )
        )
    }

    @Test("One file may hold a certificate and its key")
    func oneFile() throws {
        let settings = try self.settings("--tls-certificate a.pem --upstream-certificate me.pem --tls-client-ca c.pem")

        #expect(
            settings.server
                == TLSServerConfiguration(
                    certificates: [CertificateFiles(chain: "a.pem", key: "a.pem")],
                    clients: .optional(authorities: "c.pem")
                )
        )
        #expect(settings.client.certificate == CertificateFiles(chain: "me.pem", key: "me.pem"))
    }

    @Test("What isn't said is taken from the environment")
    func environment() throws {
        let environment = [
            "SERIN_TLS_CERTIFICATE": "a.pem:b.pem", "SERIN_TLS_KEY": "a.key:b.key", "SERIN_TLS_CLIENT_CA": "c.pem",
            "SERIN_UPSTREAM_CA": "m.pem", "SERIN_UPSTREAM_CERTIFICATE": "me.pem", "SERIN_UPSTREAM_KEY": "",
        ]
        let settings = try self.settings("--upstream-ca other.pem", environment)

        #expect(
            settings.server?.certificates == [
                CertificateFiles(chain: "a.pem", key: "a.key"), CertificateFiles(chain: "b.pem", key: "b.key"),
            ]
        )
        #expect(settings.server?.clients == .optional(authorities: "c.pem"))
        #expect(
            settings.client
                == TLSClientConfiguration(
                    trust: .authorities("other.pem"),
                    certificate: CertificateFiles(chain: "me.pem", key: "me.pem")
                )
        )
        #expect(try self.settings("--upstream-insecure").client.trust == .anyone)
    }

    @Test(
        "What makes no sense together is refused with what to do",
        arguments: [
            ("--tls-listen 127.0.0.1:1", "--tls-listen needs --tls-certificate"),
            ("--tls-key a", "--tls-key needs --tls-certificate"),
            ("--tls-client-ca a", "--tls-client-ca needs --tls-certificate"),
            ("--tls-require-client-certificate", "needs --tls-certificate and --tls-client-ca"),
            ("--tls-certificate a --tls-require-client-certificate", "needs --tls-client-ca"),
            ("--tls-certificate a --tls-certificate b --tls-key c", "got 2 of --tls-certificate and 1 of --tls-key"),
            ("--upstream-key a", "--upstream-key needs --upstream-certificate"),
            ("--upstream-insecure --upstream-ca a", "give one"),
        ]
    )
    func contradictions(arguments: String, expected: String) {
        do {
            _ = try TLSOptions.parse(arguments.split(separator: " ").map(String.init))
            Issue.record("it was taken")
        } catch {
            #expect(TLSOptions.message(for: error).contains(expected))
        }
    }
}
