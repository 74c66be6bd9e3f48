// Validates messages against docs/messages/*.schema.json.
//   node validate.mjs              the examples: valid ones pass, invalid ones fail
//   node validate.mjs FILE...      captures, {"topic":...,"body":...} a line
// Beyond the schemas: the order of the first keys and the last one, 4096 bytes,
// and numbers as people write them.  Exit 77: ajv is not installed (npm ci).
import {readFileSync, readdirSync, existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const messages = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'messages')
const shown = 8
let wrong = 0

const Ajv = await import('ajv/dist/2020.js').then(m => m.default.default ?? m.default, () => {
  console.error('ajv is not installed: npm ci in tests/schema')
  process.exit(77)
})

function complain(where, what) {
  if (++wrong <= shown) console.error(`${where}: ${what}`)
}

function loadSchemas() {
  const ajv = new Ajv({strict: true, strictRequired: false, strictTypes: false, allErrors: false})
  const names = readdirSync(messages).filter(f => f.endsWith('.schema.json'))
  for (const f of names) ajv.addSchema(JSON.parse(readFileSync(join(messages, f), 'utf8')))
  return Object.fromEntries(names.filter(f => f !== 'common.schema.json')
    .map(f => [f.replace('.schema.json', ''), ajv.getSchema(f)]))
}

const schemas = loadSchemas()

function whatIsWrong(name, body) {
  const validate = schemas[name]
  if (!validate) return `no schema ${name}`
  if (validate(body)) return null
  const e = validate.errors[0]
  return `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`
}

// ---- examples

function checkFolder(name, kind) {
  const folder = join(messages, 'examples', `${name}.${kind}`)
  const files = existsSync(folder) ? readdirSync(folder).filter(f => f.endsWith('.json')) : []
  if (files.length < 2) complain(folder, 'at least two examples are wanted')
  for (const f of files) {
    const text = readFileSync(join(folder, f), 'utf8')
    const error = whatIsWrong(name, JSON.parse(text)) ?? wrongOrder(name, text)
    if (kind === 'valid' && error) complain(join(folder, f), error)
    if (kind === 'invalid' && !error) complain(join(folder, f), 'should be refused')
  }
  return files.length
}

function checkExamples() {
  let n = 0
  for (const name of Object.keys(schemas))
    for (const kind of ['valid', 'invalid']) n += checkFolder(name, kind)
  console.log(`${n} examples of ${Object.keys(schemas).length} schemas`)
}

// ---- captures

// Topic riskgw/v1/ENT/GW/NAME[/n], or ctl/NAME for documents of riskgwctl.
function schemaOf(topic) {
  const [root, , , , name, rest] = topic.split('/')
  if (topic.startsWith('ctl/')) return topic.replace('/', '-')
  return root !== 'riskgw' ? topic : name === 'down' ? rest : name
}

const heads = {
  numbered: ['v', 'ent', 'gw', 'epoch', 'seq', 'ts', 'clk', 'mono'],
  retained: ['v', 'ent', 'gw', 'epoch', 'ts', 'clk', 'mono'],
  offline: ['v', 'ent', 'gw', 'epoch', 'ts', 'online'],
}

function headOf(name, body) {
  if (['alarm', 'telemetry', 'ledger'].includes(name)) return heads.numbered
  if (name === 'status' && body.online === false) return heads.offline
  return ['active', 'meta', 'status', 'ctl-status'].includes(name) ? heads.retained : ['v']
}

function wrongOrder(name, text) {
  const body = JSON.parse(text)
  const keys = Object.keys(body)
  const head = headOf(name, body)
  const at = head.findIndex((key, i) => keys[i] !== key)
  if (at >= 0) return `key ${at + 1} is ${keys[at]}, should be ${head[at]}`
  if ('replay' in body && keys.at(-1) !== 'replay') return 'replay is not the last key'
  return null
}

// A number of more than 15 digits is one that was never rounded.
function wrongNumber(text) {
  const numbers = text.replace(/"(\\.|[^"\\])*"/g, '""').match(/-?\d+\.\d+/g) ?? []
  return numbers.find(n => n.replace(/\D/g, '').replace(/^0+/, '').length > 15)
}

// The bytes of the body stand last in the line, as they came.
function bytesOf(line) {
  const at = line.indexOf('"body":')
  return line.slice(at + '"body":'.length, line.lastIndexOf('}'))
}

function wrongBytes(name, raw) {
  if (!name.startsWith('ctl-') && Buffer.byteLength(raw) > 4096) return 'more than 4096 bytes'
  const number = wrongNumber(raw)
  return number ? `a number like ${number}` : wrongOrder(name, raw)
}

function checkLine(line) {
  const {topic, body} = JSON.parse(line)
  const name = schemaOf(topic)
  const error = whatIsWrong(name, body) ?? wrongBytes(name, bytesOf(line))
  return error ? `${topic}: ${error}` : null
}

function checkCapture(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(l => l.endsWith('}'))
  lines.forEach((line, i) => {
    const error = checkLine(line)
    if (error) complain(`${file}:${i + 1}`, `${error}\n  ${line.slice(0, 240)}`)
  })
  console.log(`${lines.length} messages in ${file}`)
  if (lines.length === 0) complain(file, 'no message')
}

const files = process.argv.slice(2)
if (files.length === 0) checkExamples()
for (const file of files) checkCapture(file)
if (wrong > 0) console.error(`${wrong} wrong`)
process.exit(wrong > 0 ? 1 : 0)
