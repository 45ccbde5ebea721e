import COpenSSL
package import Foundation

/// Signs certificates for tests, and keeps them as PEM files in a directory of its own that goes with it.
package final class TestAuthority {
    /// What a certificate says.
    package struct Leaf {
        /// As in `subjectAltName`: `DNS:a.example`, `IP:127.0.0.1`.
        package var names: [String]
        /// Days from now.
        package var validity: ClosedRange<Int>

        package init(names: [String], validity: ClosedRange<Int> = -1...30) {
            self.names = names
            self.validity = validity
        }
    }

    package let directory: URL
    private let key: OpaquePointer
    private let certificate: OpaquePointer
    private var serial = 1

    package init(name: String = "test authority") {
        self.directory = FileManager.default.temporaryDirectory.appending(path: "serin-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: self.directory, withIntermediateDirectories: true)
        } catch {
            preconditionFailure("no directory for certificates: \(error)")
        }
        self.key = Self.makeKey()
        self.certificate = Self.makeCertificate(named: name, serial: 1, validity: -1...365, key: self.key)
        let subject = X509_get_subject_name(self.certificate)
        precondition(X509_set_issuer_name(self.certificate, subject) == 1)
        Self.extend(self.certificate, signedBy: self.certificate, NID_basic_constraints, "critical,CA:TRUE")
        Self.extend(self.certificate, signedBy: self.certificate, NID_key_usage, "critical,keyCertSign,cRLSign")
        Self.extend(self.certificate, signedBy: self.certificate, NID_subject_key_identifier, "hash")
        precondition(X509_sign(self.certificate, self.key, EVP_sha256()) > 0)
        self.write("authority.pem") { PEM_write_bio_X509($0, self.certificate) }
    }

    deinit {
        X509_free(self.certificate)
        EVP_PKEY_free(self.key)
        try? FileManager.default.removeItem(at: self.directory)
    }

    /// The file with this authority's own certificate.
    package var path: String { self.path(of: "authority.pem") }

    /// Writes `FILE.pem` and `FILE.key`, over what is there.
    ///
    /// - Parameter passphrase: What the key is encrypted with; nil leaves it plain.
    /// - Returns: Where they are.
    @discardableResult
    package func issue(_ leaf: Leaf, as file: String, passphrase: String? = nil) -> (chain: String, key: String) {
        self.serial += 1
        let key = Self.makeKey()
        defer { EVP_PKEY_free(key) }
        let name = leaf.names.first.map { String($0.drop { $0 != ":" }.dropFirst()) } ?? "nobody"
        let certificate = Self.makeCertificate(named: name, serial: self.serial, validity: leaf.validity, key: key)
        defer { X509_free(certificate) }
        precondition(X509_set_issuer_name(certificate, X509_get_subject_name(self.certificate)) == 1)
        Self.extend(certificate, signedBy: self.certificate, NID_basic_constraints, "critical,CA:FALSE")
        if !leaf.names.isEmpty {
            let names = leaf.names.joined(separator: ",")
            Self.extend(certificate, signedBy: self.certificate, NID_subject_alt_name, names)
        }
        precondition(X509_sign(certificate, self.key, EVP_sha256()) > 0)
        self.write(file + ".pem") { PEM_write_bio_X509($0, certificate) }
        self.write(file + ".key") { bio in
            guard let passphrase else { return PEM_write_bio_PrivateKey(bio, key, nil, nil, 0, nil, nil) }
            let bytes = Array(passphrase.utf8)
            return PEM_write_bio_PrivateKey(bio, key, EVP_aes_128_cbc(), bytes, CInt(bytes.count), nil, nil)
        }
        return (self.path(of: file + ".pem"), self.path(of: file + ".key"))
    }

    private func path(of file: String) -> String { self.directory.appending(path: file).path }

    private func write(_ file: String, _ content: (OpaquePointer) -> CInt) {
        // Beside it and then in its place, as those who renew certificates do.
        let path = self.path(of: file)
        let draft = path + ".new"
        guard let bio = BIO_new_file(draft, "w") else { preconditionFailure("\(draft) can't be written") }
        precondition(content(bio) == 1)
        BIO_free(bio)
        precondition(rename(draft, path) == 0)
    }
}

extension TestAuthority {
    private static func makeKey() -> OpaquePointer {
        var key: OpaquePointer?
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(context) }
        precondition(EVP_PKEY_keygen_init(context) == 1)
        precondition(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1)
        precondition(EVP_PKEY_keygen(context, &key) == 1)
        guard let key else { preconditionFailure("no key") }
        return key
    }

    private static func makeCertificate(
        named name: String,
        serial: Int,
        validity: ClosedRange<Int>,
        key: OpaquePointer
    ) -> OpaquePointer {
        guard let certificate = X509_new() else { preconditionFailure("no certificate") }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
        X509_gmtime_adj(X509_getm_notBefore(certificate), validity.lowerBound * 86_400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), validity.upperBound * 86_400)
        precondition(
            X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1
        )
        precondition(X509_set_pubkey(certificate, key) == 1)
        return certificate
    }

    private static func extend(
        _ certificate: OpaquePointer,
        signedBy issuer: OpaquePointer,
        _ kind: CInt,
        _ value: String
    ) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        guard let part = X509V3_EXT_conf_nid(nil, &context, kind, value) else {
            preconditionFailure("no extension \(value)")
        }
        precondition(X509_add_ext(certificate, part, -1) == 1)
        X509_EXTENSION_free(part)
    }
}
