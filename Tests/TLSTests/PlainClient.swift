import COpenSSL
import Glibc
import Sockets
import TLS
import Testing

/// A client made of OpenSSL alone, for what ours doesn't do. Trusts whoever answers.
final class PlainClient {
    private let context: OpaquePointer
    private var session: OpaquePointer?
    private var sockets: SocketPair?

    /// - Parameters:
    ///   - version: The only one it speaks, such as 0x0303 for TLS 1.2; nil means those OpenSSL likes.
    ///   - offer: A list for ALPN, each name behind its length.
    init(version: Int? = nil, offering offer: [UInt8] = []) throws {
        self.context = try #require(SSL_CTX_new(TLS_client_method()))
        if let version {
            SSL_CTX_ctrl(self.context, SSL_CTRL_SET_MIN_PROTO_VERSION, version, nil)
            SSL_CTX_ctrl(self.context, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
            // Else OpenSSL would itself not offer what is old.
            SSL_CTX_set_cipher_list(self.context, "ALL:@SECLEVEL=0")
        }
        if !offer.isEmpty { SSL_CTX_set_alpn_protos(self.context, offer, CUnsignedInt(offer.count)) }
    }

    deinit {
        SSL_free(self.session)
        SSL_CTX_free(self.context)
    }

    /// Whether both sides come to an end that is good.
    func shakesHands(with server: TLSServer) throws -> Bool {
        let sockets = try SocketPair()
        let session = try #require(SSL_new(self.context))
        let other = try #require(server.session(on: sockets.server))
        self.session = session
        self.sockets = sockets
        SSL_set_fd(session, sockets.client)
        for _ in 0..<10 {
            let isDone = SSL_connect(session) == 1
            switch other.handshake() {
            case .done where isDone: return true
            case .failed: return false
            case .done, .wantsRead, .wantsWrite: continue
            }
        }
        return false
    }

    /// What ALPN came to.
    var negotiated: String {
        var name: UnsafePointer<UInt8>?
        var count: CUnsignedInt = 0
        SSL_get0_alpn_selected(self.session, &name, &count)
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }
}

extension SocketPair {
    func sendAsClient(_ bytes: [UInt8]) { send(self.client, bytes, bytes.count, CInt(MSG_NOSIGNAL)) }

    func receiveAsClient() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(self.client, &bytes, bytes.count, CInt(MSG_DONTWAIT))
        return Array(bytes.prefix(max(0, count)))
    }
}
