import { azureSqlRemote } from '../../src/engines/azure-sql/remote.ts'
import { contract } from './contract.ts'

/** mssql://user:password@host:port/database?encrypt=false&trust=true */
const url = process.env.C360_TEST_MSSQL_URL
const skipped = url === undefined ? 'no server: set C360_TEST_MSSQL_URL' : undefined
const { hostname, port, pathname, username, password, searchParams } = new URL(
  url ?? 'mssql://user:none@127.0.0.1:1433/c360',
)

let count = 0

contract({
  name: 'Azure SQL',
  skipped,
  remote() {
    count += 1
    const place = {
      server: hostname,
      database: decodeURIComponent(pathname.slice(1)),
      schemaPrefix: `t${Date.now()}_${count}_`,
    }
    return azureSqlRemote(place, async () => ({
      ...place,
      ...(port === '' ? {} : { port: Number(port) }),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      encrypt: searchParams.get('encrypt') !== 'false',
      trustServerCertificate: searchParams.get('trust') === 'true',
    }))
  },
  cannot: {
    'death half-way': 'a run is one transaction, which the double of a dying runner does not end',
    'own reading': 'it reads no files',
    'broken models': 'the first one ends the transaction that the run is',
  },
  always: [
    'first',
    'incremental',
    'late parent',
    'full load',
    'full refresh',
    'model gone',
    "another host's run",
  ],
})
