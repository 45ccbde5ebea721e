/// Memory that heads are written to, one after the other, as a loop's composition buffer.
@safe
final class HeadOutput {
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)
    /// Keeps the optimiser from leaving out what nobody reads.
    private(set) var written = 0

    deinit { unsafe self.memory.deallocate() }

    func compose(_ body: (inout OutputRawSpan) -> Void) {
        // Safety: the memory is this object's own and is used by one thread.
        var output = unsafe OutputRawSpan(buffer: self.memory, initializedCount: 0)
        body(&output)
        self.written &+= unsafe output.finalize(for: self.memory)
    }
}
