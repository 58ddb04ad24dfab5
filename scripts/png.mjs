import { crc32, deflateSync, inflateSync } from 'node:zlib'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** The same picture (8 bits per channel, not interlaced, as a browser takes it) with at most 256 colours: a third of the size. */
export function withPalette(png) {
  const { width, height, pixels } = decode(png)
  const counts = new Map()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  const colours = palette(counts)
  const nearest = new Map([...counts.keys()].map((pixel) => [pixel, closest(pixel, colours)]))
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = nearest.get(pixels[y * width + x])
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colours.flatMap(parts))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const parts = (pixel) => [pixel >> 16, (pixel >> 8) & 255, pixel & 255]

/** Most of a page is few colours, the rest shades between them: those seen most, none too close to another. */
function palette(counts) {
  const seen = [...counts].sort(([, a], [, b]) => b - a).map(([pixel]) => pixel)
  if (seen.length <= 256) return seen
  for (let apart = 8; ; apart += 4) {
    const kept = []
    for (const pixel of seen) {
      if (kept.length > 0 && distance(pixel, kept[closest(pixel, kept)]) < apart * apart) continue
      kept.push(pixel)
      if (kept.length > 256) break
    }
    if (kept.length <= 256) return kept
  }
}

function closest(pixel, colours) {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at < colours.length; at++) {
    const far = distance(pixel, colours[at])
    if (far < least) [best, least] = [at, far]
    if (far === 0) break
  }
  return best
}

function distance(one, other) {
  const [r, g, b] = [
    (one >> 16) - (other >> 16),
    ((one >> 8) & 255) - ((other >> 8) & 255),
    (one & 255) - (other & 255),
  ]
  return r * r + g * g + b * b
}

function decode(png) {
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const channels = { 2: 3, 6: 4 }[png[25]]
  if (png[24] !== 8 || channels === undefined || png[28] !== 0) throw new Error('Not a PNG of this kind.')
  const data = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), width * channels, height, channels)
  const pixels = new Uint32Array(width * height)
  for (let at = 0; at < pixels.length; at++)
    pixels[at] = (bytes[at * channels] << 16) | (bytes[at * channels + 1] << 8) | bytes[at * channels + 2]
  return { width, height, pixels }
}

/** Rows as differences from their neighbours (PNG 9.2) back to bytes. */
function unfiltered(raw, stride, height, channels) {
  const bytes = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < channels ? 0 : bytes[at - channels]
      const up = y === 0 ? 0 : bytes[at - stride]
      const corner = x < channels || y === 0 ? 0 : bytes[at - stride - channels]
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]
      bytes[at] = raw[y * (stride + 1) + 1 + x] + guess
    }
  }
  return bytes
}

function paeth(left, up, corner) {
  const guess = left + up - corner
  const [toLeft, toUp, toCorner] = [left, up, corner].map((one) => Math.abs(guess - one))
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(data.length + 12)
  framed.writeUInt32BE(data.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), framed.length - 4)
  return framed
}
