// The same rows for every writer: web sessions, made of their number alone.
export const headers = ['session', 'customer', 'at', 'pages', 'seconds', 'device', 'amount', 'known']

const devices = ['mobile', 'DESKTOP', 'Tablet']

/** `at` in milliseconds since 1970. */
export function* rowsOf(count) {
  for (let i = 0; i < count; i++) {
    const mixed = Math.imul(i + 1, 2_654_435_761) >>> 0
    yield {
      id: `S-${100_000_000 + i}`,
      customer: `C${mixed % 90_000}`,
      at: 1_700_000_000_000 + (mixed % 50_000_000) * 1000,
      pages: mixed % 23,
      seconds: mixed % 400,
      device: devices[mixed % 3],
      amount: (mixed % 100_000) / 100,
      known: mixed % 4 === 0,
    }
  }
}
