import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to one request on its way. */
export type Fault =
  /** The service never sees it; this is the answer. */
  | { readonly answer: number; readonly headers?: Record<string, string> }
  /** The connection breaks before the service sees it. */
  | 'cut'
  /** The service does what it was asked to; its answer is lost. */
  | 'lose answer'
  /** The connection breaks after so many bytes of the answer's body. */
  | { readonly cutAfter: number }
  /** It is taken, and nothing ever comes back. */
  | 'silence'
  | { readonly delayMs: number }

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

/** An HTTP proxy in front of one service; real bytes, and a network as bad as the test wants it. */
export interface Faulty extends AsyncDisposable {
  /** The service's URL, by way of the proxy. */
  readonly url: string
  /** Every request that came, also those the service never saw. */
  readonly seen: Seen[]
  /** Asked for every request; undefined = it passes. */
  fault: (seen: Seen, count: number) => Fault | undefined
}

export async function startFaulty(service: string): Promise<Faulty> {
  const target = new URL(service)
  const seen: Seen[] = []
  const server = createServer((from, to) => {
    const { method = '', url = '', headers } = from
    const one = { method, url, headers }
    seen.push(one)
    const fault = faulty.fault(one, seen.length)
    if (fault === 'cut') return void from.socket.destroy()
    if (fault === 'silence') return void from.resume()
    if (typeof fault === 'object' && 'answer' in fault) return answer(from, to, fault)
    const delay = typeof fault === 'object' && 'delayMs' in fault ? fault.delayMs : 0
    setTimeout(() => pass(from, to, target, fault), delay)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const faulty: Faulty = {
    url: `http://127.0.0.1:${port}${target.pathname}`,
    seen,
    fault: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return faulty
}

function answer(
  from: IncomingMessage,
  to: ServerResponse,
  fault: { readonly answer: number; readonly headers?: Record<string, string> },
): void {
  from.resume()
  from.on('end', () => to.writeHead(fault.answer, fault.headers).end())
}

function pass(
  from: IncomingMessage,
  to: ServerResponse,
  { hostname, port }: URL,
  fault: Fault | undefined,
): void {
  const { method, url, headers } = from
  const onward = request({ hostname, port, method, path: url, headers, agent: false }, (back) => {
    if (fault === 'lose answer') {
      back.resume()
      return void back.on('end', () => from.socket.destroy())
    }
    to.writeHead(back.statusCode ?? 500, back.headers)
    if (typeof fault !== 'object' || !('cutAfter' in fault)) return void back.pipe(to)
    let left = fault.cutAfter
    back.on('data', (bytes: Buffer) => {
      if (left <= 0) return
      to.write(bytes.subarray(0, left), () => left <= 0 && from.socket.destroy())
      left -= bytes.length
    })
    back.on('end', () => left > 0 && to.end())
  })
  onward.on('error', () => from.socket.destroy())
  from.pipe(onward)
}
