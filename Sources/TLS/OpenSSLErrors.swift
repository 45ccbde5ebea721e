import COpenSSL
import Glibc

/// What OpenSSL's error queue of this thread says, as text for people.
enum OpenSSLErrors {
    /// Whatever an earlier call left behind must not be taken for the next one's.
    static func clear() { ERR_clear_error() }

    /// The earliest, which is the cause of those behind it; takes out everything. Nil when there is nothing.
    static func take() -> String? {
        let error = ERR_get_error()
        ERR_clear_error()
        if error == 0 { return nil }
        if tls_library(error) == ERR_LIB_SYS { return self.text(ofSystemError: tls_reason(error)) }
        guard let reason = ERR_reason_error_string(error) else { return "error \(String(error, radix: 16))" }
        return String(cString: reason)
    }

    static func text(ofSystemError number: CInt) -> String {
        guard let text = strerror(number) else { return "system error \(number)" }
        return String(cString: text)
    }

    /// Whether the earliest, which stays in the queue, is a key that belongs to another certificate.
    static var isKeyMismatch: Bool {
        let error = ERR_peek_error()
        return tls_library(error) == ERR_LIB_X509
            && [X509_R_KEY_VALUES_MISMATCH, X509_R_KEY_TYPE_MISMATCH].contains(tls_reason(error))
    }

    /// Whether the earliest, which stays in the queue, is a stream that ended without close_notify.
    static var isUnexpectedEnd: Bool {
        let error = ERR_peek_error()
        return tls_library(error) == ERR_LIB_SSL && tls_reason(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING
    }
}
