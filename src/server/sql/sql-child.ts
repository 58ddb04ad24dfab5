import type { DuckDBConnection } from '@duckdb/node-api'
import { dialect } from '../../engines/duckdb/dialect.ts'
import { driver } from '../../engines/duckdb/driver.ts'
import { readAnswer } from './sql-answer.ts'
import { judge } from './sql-guard.ts'
import {
  OVER_MEMORY,
  type SandboxAnswer,
  type SandboxMessage,
  type SandboxQuestion,
  type SandboxSettings,
} from './sql-messages.ts'
import { planText } from './sql-plan.ts'

// The engine does not count all it uses, and the server must not be what the system ends: the process watches itself.
const OVERHEAD_MEGABYTES = 400

const tell = (message: SandboxMessage): void => void (process.connected && process.send?.(message))

async function open({
  database,
  statements,
  memoryMegabytes,
  threads,
}: SandboxSettings): Promise<DuckDBConnection> {
  const instance = await driver.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: `${memoryMegabytes}MB`,
    threads: String(threads),
    temp_directory: '',
  })
  const connection = await instance.connect()
  const setup = [
    "set TimeZone = 'UTC'",
    `attach ${dialect.literal(database)} as published (read_only)`,
    ...statements,
    'set enable_external_access = false',
    "set schema = 'gold'",
    'set lock_configuration = true',
  ]
  for (const statement of setup) await connection.run(statement)
  return connection
}

async function ask(
  connection: DuckDBConnection,
  { tables, secret }: SandboxSettings,
  { sql, limit, plan }: SandboxQuestion,
): Promise<SandboxMessage> {
  const began = performance.now()
  const parsed = await connection.runAndReadAll(`select json_serialize_sql(${dialect.literal(sql)})`)
  const verdict = judge(JSON.parse(String(parsed.getRowsJS()[0]?.[0])), tables)
  if (!verdict.ok) return { type: 'refused', problem: verdict.problem }
  // Text after the statement would come out of the way it is put into EXPLAIN.
  const text = sql.trim().replace(/;\s*$/, '')
  const plans = plan ? await connection.runAndReadAll(`explain (format json) ${text}`) : undefined
  const { table, truncated } = await readAnswer(await connection.stream(text), limit)
  const answer: SandboxAnswer = {
    table,
    truncated,
    milliseconds: performance.now() - began,
    tables: verdict.tables,
    ...(plans ? { plan: planText(String(plans.getRowsJS()[0]?.[1]), secret) } : {}),
  }
  return { type: 'answer', answer }
}

function watchMemory({ memoryMegabytes }: SandboxSettings): void {
  const most = (memoryMegabytes + OVERHEAD_MEGABYTES) * 1024 * 1024
  setInterval(() => process.memoryUsage.rss() > most && process.exit(OVER_MEMORY), 25)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

let opened: { connection: DuckDBConnection; settings: SandboxSettings } | undefined

async function receive(message: unknown): Promise<void> {
  try {
    if (opened) tell(await ask(opened.connection, opened.settings, message as SandboxQuestion))
    else {
      const settings = message as SandboxSettings
      opened = { connection: await open(settings), settings }
      watchMemory(settings)
      tell({ type: 'ready' })
    }
  } catch (error) {
    tell({ type: 'failed', message: messageOf(error) })
  }
}

process.on('message', (message) => void receive(message)).on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole group of a terminal; the server ends its children itself.
process.on('SIGINT', () => undefined)
