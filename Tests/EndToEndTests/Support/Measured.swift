import Foundation

/// Figures that a run found, for whoever reads its output.
enum Measured {
    static func show(_ text: String) { FileHandle.standardError.write(Data("measured: \(text)\n".utf8)) }
}
