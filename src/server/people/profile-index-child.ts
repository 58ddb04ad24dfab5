import { loadProjectOrFail } from '../../run/prepare.ts'
import { writeIndex } from './profile-index.ts'

const [root = '', database = '', path = ''] = process.argv.slice(2)
process.once('disconnect', () => process.exit(1))
await writeIndex(await loadProjectOrFail(root), { database, path })
process.exit(0)
