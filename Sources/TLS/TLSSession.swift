import COpenSSL
import Glibc
import Sockets

/// One connection's TLS, on its socket. Confined to the loop of that socket.
final class TLSSession: SecureSession {
    private let session: OpaquePointer
    /// Holds the context, which the session's callbacks use.
    private let identity: any AnyObject & Sendable
    /// Told of each session that another connection may resume.
    var onResumable: ((SharedHandle) -> Void)?
    /// How the input ended, found behind bytes that were handed out first.
    private var inputEnd: SecureRead?
    /// The last read found nothing whole: what is left waits for more from the peer.
    private var isDrained = true
    private var isBroken = false

    /// - Parameter session: Becomes this object's.
    init(_ session: OpaquePointer, keeping identity: any AnyObject & Sendable) {
        self.session = session
        self.identity = identity
    }

    deinit { SSL_free(self.session) }

    func handshake() -> SecureHandshake {
        OpenSSLErrors.clear()
        let result = SSL_do_handshake(self.session)
        if result == 1 {
            self.isDrained = false
            return .done
        }
        switch self.stop(of: result) {
        case .wantsRead: return .wantsRead
        case .wantsWrite: return .wantsWrite
        case .closed: return .failed("the peer ended the handshake")
        case .failed(let reason): return .failed(self.refusal ?? reason)
        }
    }

    /// Takes as much as there is, so that what is short of the buffer means that nothing whole is left.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> SecureRead {
        if let inputEnd = self.inputEnd { return inputEnd }
        var count = 0
        repeat {
            OpenSSLErrors.clear()
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let result = SSL_read(self.session, rest.baseAddress, CInt(clamping: rest.count))
            self.isDrained = result <= 0
            guard result > 0 else {
                let end = self.stop(of: result).asRead
                if count == 0 { return end }
                self.inputEnd = end.isEnd ? end : nil
                break
            }
            count += Int(result)
        } while count < buffer.count && SSL_has_pending(self.session) == 1
        return .bytes(count)
    }

    func write(_ bytes: RawSpan) -> SecureWrite {
        bytes.withUnsafeBytes { bytes in
            var count = 0
            while count < bytes.count {
                OpenSSLErrors.clear()
                let rest = UnsafeRawBufferPointer(rebasing: bytes[count...])
                let result = SSL_write(self.session, rest.baseAddress, CInt(clamping: rest.count))
                guard result > 0 else {
                    let stop = self.stop(of: result).asWrite
                    return count > 0 ? .bytes(count) : stop
                }
                count += Int(result)
            }
            return .bytes(count)
        }
    }

    var hasBufferedInput: Bool {
        self.inputEnd != nil || (!self.isDrained && SSL_has_pending(self.session) == 1)
    }

    func close() {
        guard !self.isBroken, SSL_is_init_finished(self.session) == 1 else { return }
        OpenSSLErrors.clear()
        // Best effort: the peer's own is not waited for, nor is a full socket.
        SSL_shutdown(self.session)
    }
}

// MARK: - Why a call stopped

extension TLSSession {
    private enum Stop {
        case wantsRead
        case wantsWrite
        case closed
        case failed(String)

        var asRead: SecureRead {
            switch self {
            case .wantsRead: .wouldBlock
            case .wantsWrite: .wantsWrite
            case .closed: .closed
            case .failed(let reason): .failed(reason)
            }
        }

        var asWrite: SecureWrite {
            switch self {
            case .wantsRead: .wantsRead
            case .wantsWrite: .wouldBlock
            case .closed: .failed("the peer has ended the session")
            case .failed(let reason): .failed(reason)
            }
        }
    }

    /// - Parameter result: What the call before this one returned, no other call in between: its reason is in `errno` and
    ///   in this thread's queue.
    private func stop(of result: CInt) -> Stop {
        let systemError = errno
        switch SSL_get_error(self.session, result) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL:
            self.isBroken = true
            return .failed(OpenSSLErrors.text(ofSystemError: systemError))
        case _:
            self.isBroken = true
            if OpenSSLErrors.isUnexpectedEnd { return .failed("the stream ended without close_notify") }
            return .failed(OpenSSLErrors.take() ?? "unknown failure of OpenSSL")
        }
    }

    /// Why the peer's certificate is not accepted; nil when it is, or when there is none.
    private var refusal: String? {
        let result = SSL_get_verify_result(self.session)
        guard result != Int(X509_V_OK), let reason = X509_verify_cert_error_string(result) else { return nil }
        return "the peer's certificate is refused: \(String(cString: reason))"
    }
}

extension SecureRead {
    fileprivate var isEnd: Bool {
        switch self {
        case .closed, .failed: true
        case .bytes, .wouldBlock, .wantsWrite: false
        }
    }
}
