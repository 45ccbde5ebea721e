import CZlib

/// One run of zlib's `inflate` over bytes that are all there.
struct Inflater {
    let format: StreamFormat

    func inflate(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
        var stream = z_stream()
        guard zlib_start_inflating(&stream, self.format.windowBits) == Z_OK else { throw .noMemory }
        defer { inflateEnd(&stream) }
        let result = bytes.withUnsafeBufferPointer { input -> Result<[UInt8], InflateError> in
            // zlib reads what `next_in` points to and never writes there.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = uInt(clamping: input.count)
            return Result { () throws(InflateError) in try self.run(&stream, limit: limit) }
        }
        return try result.get()
    }

    private func run(_ stream: inout z_stream, limit: Int) throws(InflateError) -> [UInt8] {
        var output: [UInt8] = []
        while true {
            // One byte more than allowed tells a text that fills the limit from one that exceeds it.
            let room = min(max(4_096, output.count), limit + 1 - output.count)
            if room <= 0 { throw .tooLarge(limit: limit) }
            let status = Self.step(&stream, appendingTo: &output, room: room)
            switch status {
            case Z_OK: continue
            case Z_STREAM_END:
                if output.count > limit { throw .tooLarge(limit: limit) }
                guard self.format == .gzip, Self.isAtMember(stream) else { return output }
                guard inflateReset(&stream) == Z_OK else { throw .corrupt }
            case Z_BUF_ERROR where stream.avail_in == 0: throw .truncated
            case Z_BUF_ERROR: continue
            case Z_MEM_ERROR: throw .noMemory
            default: throw .corrupt
            }
        }
    }

    private static func step(_ stream: inout z_stream, appendingTo output: inout [UInt8], room: Int) -> CInt {
        var status = Z_OK
        let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            stream.next_out = buffer.baseAddress
            stream.avail_out = uInt(clamping: room)
            status = CZlib.inflate(&stream, Z_NO_FLUSH)
            count = room - Int(stream.avail_out)
        }
        output.append(contentsOf: chunk)
        return status
    }

    /// Whether what follows begins another member: padding after the last one is no error.
    private static func isAtMember(_ stream: z_stream) -> Bool {
        stream.avail_in >= 2 && stream.next_in[0] == 0x1F && stream.next_in[1] == 0x8B
    }
}
