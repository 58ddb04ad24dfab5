import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { SparkHome } from './spark.ts'

/** Spark's own Thrift server, in HTTP mode on this machine. */
export interface SparkThrift extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly httpPath: string
  /** Process id, for a test that has it die. */
  readonly pid: number
  /** What it said so far. */
  log(): Promise<string>
}

export interface ThriftOptions {
  /** 0 = any free one. */
  readonly port?: number
  readonly memory?: string
}

/**
 * Starts HiveThriftServer2 with Delta, two threads, in UTC, its catalogue in memory and its tables below `folder`. Stopped
 * when disposed of; nothing outlives it but the folder.
 */
export async function startSparkThrift(
  { python, jars }: SparkHome,
  folder: string,
  { port: wanted = 0, memory = '1500m' }: ThriftOptions = {},
): Promise<SparkThrift> {
  const port = wanted === 0 ? await freePort() : wanted
  const home = await jarsFolder(python)
  await mkdir(join(folder, 'conf'), { recursive: true })
  await writeFile(join(folder, 'conf', 'hive-site.xml'), hiveSite(port, folder))
  await writeFile(join(folder, 'conf', 'log4j2.properties'), logging(folder))
  const classes = [join(folder, 'conf'), join(home, '*'), ...jars].join(':')
  const java = [`-Xmx${memory}`, ...machine(folder), '-cp', classes]
  const spark = ['org.apache.spark.deploy.SparkSubmit', '--master', 'local[2]', ...settings(folder)]
  const child = spawn('java', [...java, ...spark, '--class', SERVER, 'spark-internal'], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, JAVA_HOME: process.env.JAVA_HOME, SPARK_LOCAL_IP: '127.0.0.1' },
  })
  const log = () => readFile(join(folder, 'spark.log'), 'utf8').catch(() => '')
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(child, 'exit').then(async () => {
    throw new Error(`Spark ended: ${(await log()).slice(-2000)}`)
  })
  ended.catch(() => undefined)
  try {
    await Promise.race([answering(port), ended])
  } catch (error) {
    await stop()
    throw error
  }
  return {
    host: '127.0.0.1',
    port,
    httpPath: 'cliservice',
    pid: child.pid ?? 0,
    log,
    async [Symbol.asyncDispose]() {
      process.removeListener('exit', kill)
      await stop()
    },
  }
}

const SERVER = 'org.apache.spark.sql.hive.thriftserver.HiveThriftServer2'

/** pyspark brings the whole of Spark as jars. */
async function jarsFolder(python: string): Promise<string> {
  const lib = join(python, '..', '..', 'lib')
  const [version] = (await readdir(lib)).filter((name) => name.startsWith('python'))
  return join(lib, version ?? 'python3', 'site-packages', 'pyspark', 'jars')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Its HTTP side says 401 to whoever brings no name; it does so once everything behind it stands. */
async function answering(port: number): Promise<void> {
  const until = Date.now() + 90_000
  while (Date.now() < until) {
    const answer = await fetch(`http://127.0.0.1:${port}/cliservice`, { method: 'POST' }).catch(
      () => undefined,
    )
    if (answer !== undefined) return void (await answer.body?.cancel())
    await pause(200)
  }
  throw new Error('Spark did not answer within 90 s')
}

/** What Spark 4 asks Java 17 to open; the first compiler alone, since a test's Spark does not live long. */
function machine(folder: string): string[] {
  const opened = [
    'java.base/java.lang',
    'java.base/java.lang.invoke',
    'java.base/java.lang.reflect',
    'java.base/java.io',
    'java.base/java.net',
    'java.base/java.nio',
    'java.base/java.util',
    'java.base/java.util.concurrent',
    'java.base/java.util.concurrent.atomic',
    'java.base/jdk.internal.ref',
    'java.base/sun.nio.ch',
    'java.base/sun.nio.cs',
    'java.base/sun.security.action',
    'java.base/sun.util.calendar',
    'java.security.jgss/sun.security.krb5',
  ]
  return [
    ...opened.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-Xshare:auto',
    '-Duser.timezone=UTC',
    `-Djava.io.tmpdir=${folder}`,
    `-Dderby.system.home=${folder}`,
    `-Dderby.stream.error.file=${join(folder, 'derby.log')}`,
  ]
}

function settings(folder: string): string[] {
  const values = {
    'spark.sql.extensions': 'io.delta.sql.DeltaSparkSessionExtension',
    'spark.sql.catalog.spark_catalog': 'org.apache.spark.sql.delta.catalog.DeltaCatalog',
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.ui.enabled': 'false',
    // Hive's catalogue asks a database of its own at every statement, which takes a third of the time of one.
    'spark.sql.catalogImplementation': 'in-memory',
    // A few rows a statement: compiling and distributing the work costs more than the work.
    'spark.sql.shuffle.partitions': '1',
    'spark.default.parallelism': '1',
    'spark.sql.files.minPartitionNum': '1',
    // Read by nobody who has tables of a few files.
    'spark.databricks.delta.stats.collect': 'false',
    'spark.databricks.delta.writeChecksumFile.enabled': 'false',
    'spark.databricks.delta.snapshotPartitions': '1',
    'spark.databricks.delta.stats.skipping': 'false',
    'spark.sql.codegen.wholeStage': 'false',
    'spark.sql.codegen.factoryMode': 'NO_CODEGEN',
    'spark.sql.adaptive.enabled': 'false',
  }
  return Object.entries(values).flatMap(([key, value]) => ['--conf', `${key}=${value}`])
}

function hiveSite(port: number, folder: string): string {
  const values = {
    // Every session, when it ends, looks for a catalogue of Hive's own, and does without.
    'hive.hmshandler.retry.attempts': '0',
    'hive.hmshandler.retry.interval': '1ms',
    'hive.server2.transport.mode': 'http',
    'hive.server2.thrift.http.port': String(port),
    'hive.server2.thrift.http.path': 'cliservice',
    'hive.server2.thrift.bind.host': '127.0.0.1',
    'hive.exec.scratchdir': join(folder, 'hive'),
  }
  const properties = Object.entries(values).map(
    ([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`,
  )
  return `<configuration>\n${properties.join('\n')}\n</configuration>\n`
}

const logging = (folder: string): string => `rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = ${join(folder, 'spark.log')}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c{1}: %m%n%ex{short}
`
