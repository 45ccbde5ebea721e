import Foundation
import Logging
import Synchronization
import TLS

/// The TLS of this process: made once from the settings, renewed when the files behind it change.
final class RunningTLS: Sendable {
    /// nil without a certificate.
    let server: TLSServer?
    let client: TLSClient
    private let logger: Logger
    private let ticks = Mutex(0)
    private let clockwork: Mutex<Clockwork?>

    /// Seconds between two looks at the files.
    private static let rest = 1
    /// How often the key changes that resumption tickets are sealed with, and how often an end that is near is told.
    private static let renewal = 12 * 3_600
    /// From so many days before its end on a certificate is worth a warning.
    private static let warningDays = 14

    /// - Throws: `TLSFailure` for files that can't be used.
    init(_ settings: TLSSettings, logger: Logger) throws {
        self.server = try settings.server.map { configuration throws(TLSFailure) in try TLSServer(configuration) }
        self.client = try TLSClient(settings.client)
        self.logger = logger
        self.clockwork = Mutex(nil)
        if settings.client.trust == .anyone {
            logger.warning("the certificates of https upstreams are not verified")
        }
        self.warnOfEnds()
    }

    /// Looks after the files until `stop`.
    func start() {
        let clockwork = Clockwork("tls", rest: .seconds(Self.rest), logger: self.logger) { self.tick() }
        clockwork.start()
        self.clockwork.withLock { $0 = clockwork }
    }

    func stop() {
        let clockwork = self.clockwork.withLock { clockwork in
            defer { clockwork = nil }
            return clockwork
        }
        clockwork?.stop()
    }

    /// Reads all files again.
    func reload() {
        self.attempt("the certificates that clients see") { try self.server?.reload() != nil }
        self.attempt("the certificates towards upstreams") {
            try self.client.reload()
            return true
        }
        self.warnOfEnds()
    }

    /// Looks at the files once.
    func tick() {
        let ticks = self.ticks.withLock { ticks in
            ticks += 1
            return ticks
        }
        if ticks.isMultiple(of: Self.renewal / Self.rest) {
            self.reload()
            return
        }
        let server = self.attempt("the certificates that clients see") { try self.server?.reloadIfChanged() ?? false }
        let client = self.attempt("the certificates towards upstreams") { try self.client.reloadIfChanged() }
        if server || client { self.warnOfEnds() }
    }

    /// - Parameter read: Whether anything was read.
    @discardableResult
    private func attempt(_ what: String, _ read: () throws -> Bool) -> Bool {
        do {
            guard try read() else { return false }
            self.logger.notice("read again", metadata: ["what": "\(what)"])
            return true
        } catch {
            self.logger.error(
                "can't be renewed; the last good ones stay",
                metadata: ["what": "\(what)", "error": "\(error)"]
            )
            return false
        }
    }

    private func warnOfEnds() {
        for expiry in (self.server?.expiries ?? []) + (self.client.expiry.map { [$0] } ?? [])
        where expiry.daysLeft < Self.warningDays {
            self.logger.warning(
                expiry.daysLeft < 0 ? "a certificate has ended: nobody accepts it" : "a certificate ends soon",
                metadata: ["file": "\(expiry.path)", "daysLeft": "\(expiry.daysLeft)"]
            )
        }
    }
}
