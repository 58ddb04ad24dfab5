/** Thrift's binary protocol, as far as Spark's and Databricks' service speaks it. Fields go by number. */

const STOP = 0
const BOOL = 2
const BYTE = 3
const DOUBLE = 4
const I16 = 6
const I32 = 8
const I64 = 10
const STRING = 11
const STRUCT = 12
const MAP = 13
const SET = 14
const LIST = 15

/** A value to be sent. */
export interface Put {
  readonly type: number
  /** Its bytes, in order. */
  readonly bytes: readonly Uint8Array[]
}

/** Fields to be sent by number; those without a value are left out. */
export type PutFields = Readonly<Record<number, Put | undefined>>

function sized(size: number, write: (into: Buffer) => void): Uint8Array {
  const into = Buffer.alloc(size)
  write(into)
  return into
}

export const bool = (value: boolean): Put => ({
  type: BOOL,
  bytes: [sized(1, (into) => into.writeInt8(value ? 1 : 0))],
})
export const i16 = (value: number): Put => ({
  type: I16,
  bytes: [sized(2, (into) => into.writeInt16BE(value))],
})
export const i32 = (value: number): Put => ({
  type: I32,
  bytes: [sized(4, (into) => into.writeInt32BE(value))],
})
export const i64 = (value: bigint): Put => ({
  type: I64,
  bytes: [sized(8, (into) => into.writeBigInt64BE(value))],
})

export function binary(value: Uint8Array): Put {
  return { type: STRING, bytes: [sized(4, (into) => into.writeInt32BE(value.length)), value] }
}

export const text = (value: string): Put => binary(Buffer.from(value))

export function struct(fields: PutFields): Put {
  const bytes = Object.entries(fields).flatMap(([id, put]) =>
    put === undefined ? [] : [fieldHead(put.type, Number(id)), ...put.bytes],
  )
  return { type: STRUCT, bytes: [...bytes, Uint8Array.of(STOP)] }
}

export function texts(pairs: Readonly<Record<string, string>>): Put {
  const entries = Object.entries(pairs)
  const head = sized(6, (into) => {
    into.writeInt8(STRING, 0)
    into.writeInt8(STRING, 1)
    into.writeInt32BE(entries.length, 2)
  })
  return { type: MAP, bytes: [head, ...entries.flatMap((pair) => pair.flatMap((one) => text(one).bytes))] }
}

const fieldHead = (type: number, id: number): Uint8Array =>
  sized(3, (into) => {
    into.writeInt8(type, 0)
    into.writeInt16BE(id, 1)
  })

const VERSION = 0x80010000
const CALL = 1
const REPLY = 2

/** The bytes of a call: all of them are functions of one argument, `req`. */
export function callBytes(method: string, request: Put): Buffer {
  const head = sized(4, (into) => into.writeUInt32BE((VERSION | CALL) >>> 0))
  const sequence = i32(1).bytes
  return Buffer.concat([head, ...text(method).bytes, ...sequence, ...struct({ 1: request }).bytes])
}

/** What was received: a struct is `Fields`, a text or binary a Buffer, 64-bit a bigint. */
export type Got = boolean | number | bigint | Buffer | Fields | Texts | readonly Got[]
export type Fields = ReadonlyMap<number, Got>

/** A list of texts or binaries that is decoded when asked for: columns are lists of many. */
export class Texts {
  private readonly from: Buffer
  private readonly start: number
  readonly length: number

  constructor(from: Buffer, start: number, length: number) {
    this.from = from
    this.start = start
    this.length = length
  }

  each<T>(one: (from: Buffer, start: number, end: number) => T): T[] {
    const found = new Array<T>(this.length)
    let at = this.start
    for (let index = 0; index < this.length; index++) {
      const end = at + 4 + this.from.readInt32BE(at)
      found[index] = one(this.from, at + 4, end)
      at = end
    }
    return found
  }
}

/** The service could not read the call, or we could not read its answer. */
export class ThriftFault extends Error {}

/** The answer's struct. Throws ThriftFault. */
export function readReply(bytes: Buffer): Fields {
  try {
    const reader = new Reader(bytes)
    const [kind, fields] = reader.message()
    const success = fields.get(0)
    if (kind === REPLY && success instanceof Map) return success as Fields
    const said = fields.get(1)
    throw new ThriftFault(Buffer.isBuffer(said) ? said.toString('utf8') : 'it refused the call')
  } catch (error) {
    if (error instanceof ThriftFault) throw error
    throw new ThriftFault('its answer is no Thrift message, or is cut short', { cause: error })
  }
}

class Reader {
  private readonly from: Buffer
  private at = 0

  constructor(from: Buffer) {
    this.from = from
  }

  message(): readonly [kind: number, fields: Fields] {
    const head = this.from.readUInt32BE(this.at)
    if ((head & 0xffff0000) >>> 0 !== VERSION) throw new ThriftFault('its answer is no Thrift message')
    this.at += 4
    this.binary()
    this.at += 4
    return [head & 0xff, this.fields()]
  }

  private fields(): Fields {
    const found = new Map<number, Got>()
    for (;;) {
      const type = this.from.readInt8(this.at++)
      if (type === STOP) return found
      const id = this.from.readInt16BE(this.at)
      this.at += 2
      found.set(id, this.value(type))
    }
  }

  private value(type: number): Got {
    switch (type) {
      case BOOL:
        return this.from.readInt8(this.step(1)) !== 0
      case BYTE:
        return this.from.readInt8(this.step(1))
      case DOUBLE:
        return this.from.readDoubleBE(this.step(8))
      case I16:
        return this.from.readInt16BE(this.step(2))
      case I32:
        return this.from.readInt32BE(this.step(4))
      case I64:
        return this.from.readBigInt64BE(this.step(8))
      case STRING:
        return this.binary()
      case STRUCT:
        return this.fields()
      case MAP:
        return this.pairs()
      case SET:
      case LIST:
        return this.list()
      default:
        throw new ThriftFault(`its answer has a value of an unknown type (${type})`)
    }
  }

  private list(): Got {
    const type = this.from.readInt8(this.step(1))
    const length = this.from.readInt32BE(this.step(4))
    if (type !== STRING) return Array.from({ length: this.checked(length) }, () => this.value(type))
    const start = this.at
    for (let index = 0; index < length; index++) this.skipBinary()
    return new Texts(this.from, start, length)
  }

  private pairs(): Got {
    const [key, value] = [this.from.readInt8(this.step(1)), this.from.readInt8(this.step(1))]
    const length = this.checked(this.from.readInt32BE(this.step(4)))
    return Array.from({ length: length * 2 }, (_, index) => this.value(index % 2 === 0 ? key : value))
  }

  private binary(): Buffer {
    const start = this.at + 4
    this.skipBinary()
    return this.from.subarray(start, this.at)
  }

  private skipBinary(): void {
    const length = this.from.readInt32BE(this.at)
    const end = this.at + 4 + length
    if (length < 0 || end > this.from.length) throw new ThriftFault('its answer is cut short')
    this.at = end
  }

  /** Every item takes a byte at least, so that a broken length cannot ask for all the memory. */
  private checked(length: number): number {
    if (length < 0 || length > this.from.length) throw new ThriftFault('its answer is cut short')
    return length
  }

  private step(size: number): number {
    const at = this.at
    this.at += size
    return at
  }
}
