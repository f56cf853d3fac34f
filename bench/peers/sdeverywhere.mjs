// C for the benchmark from models of Vensim, by the npm package @sdeverywhere/compile:
//   node sdeverywhere.mjs MODEL.mdl ...     writes MODEL.c beside MODEL.mdl and MODEL.json ("peers spec")
// It is run in the folder in which the package is installed. Inputs and outputs are those of the .json, in its order.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(path.resolve('package.json'))
const workbooks = require('xlsx')
workbooks.set_fs ??= () => {} // releases of the registry have none, and no model here reads a workbook
const { parseAndGenerate, resetState } = await import(pathToFileURL(require.resolve('@sdeverywhere/compile')))

const folded = name => name.toLowerCase().replace(/[\s_]+/g, '_').replace(/"|(?<=,)_/g, '')

async function generate(file, spec) {
  resetState()
  const folder = path.dirname(path.resolve(file))
  const name = path.basename(file, '.mdl')
  return parseAndGenerate(fs.readFileSync(file, 'utf8'), 'vensim', spec, ['generateC'], folder, name, folder)
}

// Without a specification the code stores every variable, and names it: so the variable of C for each name.
function variables(code) {
  const names = JSON.parse(`"${/return "(.*)";/.exec(code)[1]}"`).split('\t')
  const stored = [...code.matchAll(/^ {2}outputVar\((.*)\);$/gm)].map(match => match[1])
  return new Map(names.map((name, i) => [folded(name), stored[i]]))
}

for (const file of process.argv.slice(2)) {
  const asked = JSON.parse(fs.readFileSync(file.replace(/\.mdl$/, '.json'), 'utf8'))
  const known = variables(await generate(file, {}))
  const find = name => {
    if (!known.has(folded(name))) throw new Error(`${file}: no variable "${name}" in the generated code`)
    return known.get(folded(name))
  }
  await generate(file, {
    ...asked,
    inputVars: asked.inputVarNames.map(find),
    outputVars: asked.outputVarNames.map(find)
  })
}
