// Runs models of Vensim by SDEverywhere (npm: @sdeverywhere/compile and @sdeverywhere/runtime), for script/differential:
//   node vensim_sdeverywhere.mjs MODEL.mdl ...
// It is run in the folder in which the packages are installed, and writes MODEL.json: {name: [[time, value], ...], ...}, or
// {error: sentence} where that program cannot run a model. A value that is no finite number is null.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(path.resolve('package.json'))
const workbooks = require('xlsx')
workbooks.set_fs ??= () => {} // releases of the registry have none, and no model here reads a workbook
const load = file => import(pathToFileURL(file))
const { parseAndGenerate, resetState } = await load(require.resolve('@sdeverywhere/compile'))
const { createSynchronousModelRunner } = await load(require.resolve('@sdeverywhere/runtime'))

async function run(file) {
  const folder = path.dirname(path.resolve(file))
  const name = path.basename(file, '.mdl')
  resetState()
  await parseAndGenerate(fs.readFileSync(file, 'utf8'), 'vensim', {}, ['generateJS'], folder, name, folder)
  const model = await (await load(path.join(folder, `${name}.js`))).default()
  const runner = createSynchronousModelRunner(model)
  const { varSeries } = runner.runModelSync([], runner.createOutputs())
  const pairs = series => series.points.map(({ x, y }) => [x, Number.isFinite(y) ? y : null])
  return Object.fromEntries(model.outputVarNames.map((output, i) => [output, pairs(varSeries[i])]))
}

console.error = console.log = () => {} // it tells of its own difficulties at length
for (const file of process.argv.slice(2)) {
  const result = await run(file).catch(error => ({ error: String(error?.message ?? error) }))
  fs.writeFileSync(file.replace(/\.mdl$/, '.json'), JSON.stringify(result))
}
