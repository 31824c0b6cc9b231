// Steps carried out by the official JavaScript client: `calling.mjs FOLDER URL STEPS`; prints all answers.
// FOLDER is where the client is installed, of whichever version.

import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'

const [folder, url, steps] = process.argv.slice(2)
const require = createRequire(`${folder}/`)
const { Client } = require('@elastic/elasticsearch')
const { version } = JSON.parse(readFileSync(`${folder}/node_modules/@elastic/elasticsearch/package.json`))

const FOREIGN = ['DataFrame', 'TrainedModel', 'constructor']
const WITHIN_MS = 60_000
const client = new Client({ node: url })
const answers = { version, ping: await client.ping(), hello: await client.info() }

// Every method of anomaly detection that this client has.
const methodsOf = (part) => Object.getOwnPropertyNames(Object.getPrototypeOf(client[part])).map((name) => `${part}.${name}`)
const surface = [...methodsOf('ml'), ...methodsOf('cat').filter((name) => name.startsWith('cat.ml'))]
  .filter((name) => !FOREIGN.some((part) => name.includes(part)))

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
const found = (document, path) => path.split('.').reduce((inner, part) => inner?.[part], document)
const resolved = (value) => (typeof value === 'string' && value.startsWith('$') ? found(answers, value.slice(1)) : value)

async function said (step) {
  const path = camel(step.call).split('.')
  const method = path.pop()
  const part = path.length ? client[path[0]] : client
  const given = Object.fromEntries(Object.entries(step.given).map(([name, value]) => [name, resolved(value)]))
  if (step.body !== undefined) Object.assign(given, step.sole ? { [step.sole]: step.body } : step.body)
  try {
    return await part[method](given)
  } catch (refusal) {
    if (!step.refused) throw refusal
    return { status: refusal.statusCode, type: refusal.body.error.type ?? refusal.body.error }
  }
}

// The answer to one step, asked for again while it is not yet what is waited for.
async function answered (step) {
  const until = Date.now() + WITHIN_MS
  for (;;) {
    const answer = await said(step)
    if (step.until === undefined || found(answer, step.path) === step.until) return answer
    assert(Date.now() < until, `${step.call} goes on answering ${JSON.stringify(answer)}`)
    await setTimeout(50)
  }
}

const called = new Set()
for (const step of JSON.parse(readFileSync(steps))) {
  answers[step.name] = await answered(step)
  called.add(camel(step.call))
}
answers.uncalled = surface.filter((name) => !called.has(name)).sort()
process.stdout.write(JSON.stringify(answers))
