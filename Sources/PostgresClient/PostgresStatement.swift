/// One SQL statement with the name it is prepared under.
///
/// The text is static, so values can only be passed as parameters. Two statements must never share a name.
package struct PostgresStatement: Sendable {
    package let name: String
    package let sql: String

    /// - Parameters:
    ///   - name: unique in the program, at most 63 bytes; errors carry it.
    ///   - sql: one statement with parameters `$1`, `$2`, …; their types are those the server infers.
    package init(_ name: StaticString, _ sql: StaticString) {
        self.name = "\(name)"
        self.sql = "\(sql)"
    }
}

/// A name used as an SQL identifier in a script that can't have parameters.
package struct PostgresIdentifier: Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        precondition(!name.isEmpty && !name.utf8.contains(0), "an identifier is neither empty nor contains NUL")
        self.name = name
    }

    /// The name in double quotes, safe inside SQL.
    package var description: String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
