import Foundation
import Glibc

/// The system account that runs the server, and how a command is run as it.
struct ServerAccount: Sendable {
    let user: String
    /// Nil when the server runs as we do.
    let switchedTo: Identity?
    /// Whom the server's files belong to.
    let identity: Identity
    private let setpriv: String?

    struct Identity: Sendable, Equatable {
        let user: UInt32
        let group: UInt32
    }

    /// Us, or `systemUser` when we are root.
    init(systemUser: String) throws(EmbeddedPostgresError) {
        setpriv = Command.find("setpriv")
        guard geteuid() == 0 else {
            user = NSUserName()
            switchedTo = nil
            identity = Identity(user: geteuid(), group: getegid())
            return
        }
        guard setpriv != nil else { throw .cannotSwitchUser(missingProgram: "setpriv") }
        user = systemUser
        identity = Identity(
            user: try Self.number("-u", of: systemUser),
            group: try Self.number("-g", of: systemUser)
        )
        switchedTo = identity
    }

    /// The command as that account, ended by SIGINT when the thread that starts it ends.
    ///
    /// SIGINT is PostgreSQL's fast shutdown. The kernel ties the signal to the thread, not to the process.
    func command(_ program: String, _ arguments: [String]) -> Command {
        guard let setpriv else { return Command(program, arguments) }
        var options = ["--no-new-privs", "--pdeathsig", "INT"]
        if let switchedTo { options += ["--reuid=\(switchedTo.user)", "--regid=\(switchedTo.group)", "--init-groups"] }
        return Command(setpriv, options + [program] + arguments)
    }

    private static func number(_ option: String, of user: String) throws(EmbeddedPostgresError) -> UInt32 {
        guard let program = Command.find("id") else { throw .cannotSwitchUser(missingProgram: "id") }
        let outcome = try Command(program, [option, user]).run(limit: .seconds(10))
        guard outcome.succeeded, let number = UInt32(outcome.output), number != 0 else {
            throw .unknownSystemUser(user)
        }
        return number
    }
}
