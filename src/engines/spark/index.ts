export { type LoadColumn, loadFiles, loadRows, type Rows } from './load.ts'
export { connectSpark, type SparkSettings } from './session.ts'
export { databricksTraits, type SparkTraits, sparkTraits } from './traits.ts'
