import Glibc

/// Files that are read again when one of them has become another.
struct WatchedFiles: Sendable {
    /// What changes when a file is written, replaced, or when a link on its way leads elsewhere.
    private struct Mark: Hashable {
        let device: UInt64
        let node: UInt64
        let size: Int64
        let modifiedSeconds: Int
        let modifiedNanoseconds: Int
        let changedSeconds: Int
        let changedNanoseconds: Int

        /// Nil when there is no such file, which is a state like any other.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.device = UInt64(status.st_dev)
            self.node = UInt64(status.st_ino)
            self.size = Int64(status.st_size)
            self.modifiedSeconds = status.st_mtim.tv_sec
            self.modifiedNanoseconds = status.st_mtim.tv_nsec
            self.changedSeconds = status.st_ctim.tv_sec
            self.changedNanoseconds = status.st_ctim.tv_nsec
        }
    }

    private let paths: [String]
    private var marks: [Mark?]

    /// Notes the files as they are; do so before reading them, so that a change in between is seen later.
    init(_ paths: [String]) {
        self.paths = paths
        self.marks = paths.map(Mark.init)
    }

    /// Whether a file is another than at the last call, or at the beginning.
    mutating func haveChanged() -> Bool {
        let marks = self.paths.map(Mark.init)
        defer { self.marks = marks }
        return marks != self.marks
    }
}
