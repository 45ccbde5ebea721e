import HTTPWire

#if canImport(Glibc)
import Glibc
#endif

/// The property to try, named by the environment.
private let property: WireProperty = {
    guard let name = getenv("FUZZ_PROPERTY"), let property = WireProperty(rawValue: String(cString: name)) else {
        fatalError("set FUZZ_PROPERTY to one of \(WireProperty.allCases.map(\.rawValue))")
    }
    return property
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
func tryOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let fault = property.fault(in: bytes) { fatalError("\(property): \(fault)") }
    return 0
}
