extension String {
    /// An index holds texts of up to 2 700 bytes; longer ones name nothing that anybody would look up.
    var isIndexable: Bool { self.utf8.count <= 512 }
}
