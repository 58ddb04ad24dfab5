import { loadProjectOrFail } from '../../run/prepare.ts'
import { writeIndex } from './profile-index.ts'
import { withoutSilver } from './profile-reader.ts'

const [root = '', database = '', path = '', layers] = process.argv.slice(2)
process.once('disconnect', () => process.exit(1))
const project = await loadProjectOrFail(root)
await writeIndex(layers === 'gold' ? withoutSilver(project) : project, { database, path })
process.exit(0)
