import ArgumentParser
import ControlWire
import Foundation
import RolloutCore

/// Why a command that works on files came to nothing: what, where, and what to do.
struct OfflineFailure: Error, Equatable {
    let lines: [String]

    init(_ lines: String...) { self.lines = lines }

    /// The code that stands for it: 1 is a finding of such commands, so it can't be that.
    static let exitCode: Int32 = 2

    /// - Parameter path: `-` is standard input.
    static func bytes(of path: String) throws(OfflineFailure) -> Data {
        do {
            return path == "-"
                ? try FileHandle.standardInput.readToEnd() ?? Data() : try Data(contentsOf: URL(filePath: path))
        } catch {
            throw OfflineFailure("'\(path)' can't be read: \(error.localizedDescription)")
        }
    }

    static func document(in path: String) throws(OfflineFailure) -> JSONValue {
        let bytes = try self.bytes(of: path)
        do throws(UnreadableDocument) { return try JSONValue(parsing: Array(bytes)) } catch {
            throw OfflineFailure("'\(path)' is not one JSON document, \(error)")
        }
    }

    /// A plan that could be registered.
    static func plan(in path: String) throws(OfflineFailure) -> RolloutPlan {
        let document = try self.document(in: path)
        do throws(InvalidValue) {
            let plan = try PlanReader.read(document, at: "")
            if let complaint = plan.complaints().first { throw complaint }
            return plan
        } catch {
            throw OfflineFailure("the plan '\(path)' can't be used: \(error)")
        }
    }

    /// Runs a command's body and turns its failure into messages and an exit code.
    static func reporting(_ body: () throws -> Void) throws {
        do { try body() } catch let failure as OfflineFailure {
            Console.error(failure.lines.joined(separator: "\n"))
            throw ExitCode(self.exitCode)
        }
    }
}
