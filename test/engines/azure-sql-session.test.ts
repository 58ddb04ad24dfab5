import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { failure, mayPass } from '../../src/engines/azure-sql/failure.ts'
import { connectAzureSql } from '../../src/engines/azure-sql/session.ts'
import { type Described, needsText, plainValue, sentAs } from '../../src/engines/azure-sql/values.ts'
import { headOf } from '../../src/engines/statement.ts'
import { C360Error } from '../../src/errors.ts'

const SECRET = 'p4ss-Word!'
const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** A port at which `greet` gets every connection; nobody listens without it. */
async function port(greet?: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    greet?.(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const close = () => void server.close()
  if (greet) open.push(close)
  else await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

const settings = async (at: Promise<number>, connectMs = 400) => ({
  server: '127.0.0.1',
  port: await at,
  database: 'shop',
  user: 'c360',
  password: SECRET,
  connectMs,
  retry: { patienceMs: 0, firstMs: 1, longestMs: 1 },
})

async function refused(work: Promise<unknown>): Promise<C360Error> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof C360Error)) throw new Error(`no C360Error but ${String(error)}`)
  expect(`${error.message} ${error.hint}`).not.toContain(SECRET)
  return error
}

describe('connecting', () => {
  it('says that nobody listens, and where', async () => {
    const error = await refused(connectAzureSql(await settings(port())))
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE', message: /127\.0\.0\.1\/shop/ })
  })

  it('gives up on a server that says nothing', async () => {
    const error = await refused(connectAzureSql(await settings(port(() => undefined))))
    expect(error.code).toBe('TARGET_UNREACHABLE')
  })

  it('gives up on a server that speaks something else', async () => {
    const work = connectAzureSql(
      await settings(port((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    )
    expect((await refused(work)).code).toBe('TARGET_UNREACHABLE')
  })

  it('is tried again while it may pass', async () => {
    let asked = 0
    const at = port((socket) => {
      asked += 1
      socket.destroy()
    })
    const own = { ...(await settings(at)), retry: { patienceMs: 400, firstMs: 20, longestMs: 40 } }
    expect((await refused(connectAzureSql(own))).code).toBe('TARGET_UNREACHABLE')
    expect(asked).toBeGreaterThan(2)
  })

  it('ends when it is cancelled', async () => {
    const controller = new AbortController()
    controller.abort()
    const error = await refused(connectAzureSql(await settings(port()), controller.signal))
    expect(error.code).toBe('CANCELLED')
  })

  it('sends no identity without encryption', async () => {
    const { user: _user, password: _password, ...others } = await settings(port())
    const error = await refused(connectAzureSql({ ...others, encrypt: false }))
    expect(error.code).toBe('NO_ACCESS')
  })
})

describe('what the server says', () => {
  const told = (number: number, message: string, more: object = {}) =>
    failure(Object.assign(new Error(message), { code: 'EREQUEST', number, ...more }), {
      where: 'Azure SQL at host/shop',
      doing: 'insert into t',
      seconds: 5,
    }) as C360Error

  it.each([
    [18456, "Login failed for user 'ann'.", 'TARGET_DENIED'],
    [40615, "Cannot open server 'x'. Client with IP address '10.1.2.3' is not allowed.", 'TARGET_DENIED'],
    [
      229,
      "The SELECT permission was denied on the object 't', database 'shop', schema 'gold'.",
      'TARGET_DENIED',
    ],
    [262, "CREATE TABLE permission denied in database 'shop'.", 'TARGET_DENIED'],
    [40613, 'Database is not currently available.', 'TARGET_UNREACHABLE'],
    [10928, 'Resource ID : 1. The request limit is reached.', 'TARGET_UNREACHABLE'],
    [1205, 'Transaction was deadlocked on lock resources.', 'LAKE_CONFLICT'],
    [9002, "The transaction log for database 'shop' is full.", 'DISK_FULL'],
    [208, "Invalid object name 'gold.x'.", 'SQL_FAILED'],
    [51234, 'something of its own', 'SQL_FAILED'],
  ])('%i: %s', (number, message, code) => {
    expect(told(number, message).code).toBe(code)
  })

  it.each([
    [245, "Conversion failed when converting the varchar value 'ann@example.com' to data type int."],
    [2627, 'Violation of PRIMARY KEY. The duplicate key value is (ann@example.com).'],
    [2628, "String or binary data would be truncated. Truncated value: 'ann@example.com'."],
    [50000, 'raised by a trigger about ann@example.com'],
    [8152, 'ann@example.com'],
  ])('%i is told without the value', (number, message) => {
    const { message: said, hint } = told(number, message)
    expect(`${said} ${hint}`).not.toContain('ann@')
    expect(said).toContain(String(number))
  })

  it('names what is missing, so that a target nobody has run upon is known for one', () => {
    expect(told(208, "Invalid object name 'bronze._versions'.").message).toMatch(
      /_versions'.*does not exist/i,
    )
  })

  it('takes the first of several errors', () => {
    const first = { number: 262, message: "CREATE VIEW permission denied in database 'shop'." }
    expect(told(3902, 'The COMMIT has no BEGIN.', { precedingErrors: [first] }).code).toBe('TARGET_DENIED')
  })

  it('knows what may pass by itself', () => {
    const may = (fault: object) => mayPass(Object.assign(new Error('x'), fault))
    expect([40613, 40501, 49920, 10929].every((number) => may({ number }))).toBe(true)
    expect([18456, 1205, 245, 40615].some((number) => may({ number }))).toBe(false)
    expect(may({ code: 'ESOCKET' })).toBe(true)
    expect(may({ code: 'ESOCKET', message: 'self-signed certificate' })).toBe(false)
    expect(may({ code: 'ELOGIN' })).toBe(false)
  })

  it('shows of a statement what holds no value', () => {
    expect(headOf("insert into t  select 'ann@example.com'")).toBe('insert into t select ..')
    expect(headOf('select 1')).toBe('select 1')
  })
})

describe('values', () => {
  const column = (type: string, collation?: string): Described => ({ name: 'a', type, collation })

  it('are exact: what a float cannot hold is sent as text', () => {
    expect(['decimal(38,0)', 'numeric(16,2)', 'money'].map((type) => needsText(column(type)))).toEqual([
      true,
      true,
      true,
    ])
    expect(
      ['decimal(15,2)', 'bigint', 'float', 'varchar(max)'].map((type) => needsText(column(type))),
    ).toEqual([false, false, false, false])
    const columns = [
      column('decimal(38,2)'),
      column('varchar(450)', 'Latin1_General_100_BIN2_UTF8'),
      column('bigint'),
    ]
    expect(sentAs(columns)).toBe(
      'c0 varchar(45) null, c1 varchar(450) collate Latin1_General_100_BIN2_UTF8 null, c2 bigint null',
    )
  })

  it.each([
    ['9223372036854775807', 'bigint', 9223372036854775807n],
    [1.1, 'decimal(5,2)', '1.10'],
    ['12345678901234567.89', 'decimal(38,2)', '12345678901234567.89'],
    [new Date('2024-02-29T00:00:00Z'), 'date', '2024-02-29'],
    [new Date('2024-02-29T10:20:30Z'), 'datetime2(6)', '2024-02-29 10:20:30'],
    [true, 'bit', true],
    [null, 'bigint', null],
    [0.1, 'float', 0.1],
  ])('%s of %s', (value, type, plain) => {
    expect(plainValue(value, type)).toEqual(plain)
  })

  it('keep their microseconds', () => {
    const value = Object.assign(new Date('2024-02-29T10:20:30.123Z'), { nanosecondsDelta: 0.000456 })
    expect(plainValue(value, 'datetime2(6)')).toBe('2024-02-29 10:20:30.123456')
  })
})
