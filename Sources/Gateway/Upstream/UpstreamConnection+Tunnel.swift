import HTTPWire
import ProxyCore

// MARK: - Other protocols

extension UpstreamConnection {
    /// Takes the head of a 101, and `rest` behind it, which is of the other protocol.
    func takeSwitch(_ head: RawSpan, _ rest: RawSpan, _ client: ClientConnection) {
        guard let request = client.request, let wanted = request.upgrade,
            let accepted = self.loop.responseHead.acceptedUpgrade(to: wanted, in: head)
        else {
            client.request?.problemDetail = "The version goes on with a protocol that nobody asked for."
            client.perform(client.exchange.upstreamBroke(hasRoom: client.hasRescueRoom()))
            return
        }
        let arrivedAt = self.arrivalTime()
        self.status = self.loop.responseHead.status
        request.times.answeredAt = arrivedAt
        request.times.status = self.status
        client.upstreamAnswered(request, status: self.status)
        client.answerBegan(request, request.times)
        self.writeSwitch(head, to: accepted, of: request, before: rest, client)
        self.phase = .tunnelling
        client.switchProtocols(request, on: self, at: arrivedAt)
    }

    private func writeSwitch(
        _ head: RawSpan,
        to accepted: ByteRange,
        of request: ClientRequest,
        before rest: RawSpan,
        _ client: ClientConnection
    ) {
        let room = self.ownFieldsSize(for: request)
        client.write(reserving: self.loop.responseHead.outgoingSize + room, before: rest) { output in
            self.loop.responseHead.write(into: &output, source: head, keepsChunked: false, upgrade: accepted)
            self.appendOwnFields(of: request, to: &output)
            output.append(contentsOf: "\r\n\r\n")
        }
    }
}
