// The command `pocketcloud` where a submission is replayed: what a script may need of it, and nothing else. The grader puts a first line before this.
const { createServer, connect } = require('node:net')
const { spawn } = require('node:child_process')

const endpoint = process.env.AWS_ENDPOINT_URL
const unitSeconds = { w: 604800, d: 86400, h: 3600, m: 60, s: 1 }

async function main([command, ...rest]) {
  const words = rest.filter((word) => !word.startsWith('-'))
  if (command === 'env') return printEnvironment()
  if (command === 'clock') return words[0] === 'advance' ? advance(words[1] ?? '') : showClock()
  if (command === 'imds') return showMetadata(words[0] ?? '')
  if (command === '--metadata') return serveMetadata(words[0] ?? '')
  process.stderr.write(`pocketcloud ${command ?? ''}: does nothing where a submission is graded.\n`)
}

function printEnvironment() {
  const names = Object.keys(process.env).filter((name) => name.startsWith('AWS_'))
  for (const name of names) console.log(`export ${name}='${process.env[name]}'`)
}

async function advance(text) {
  if (!/^(\d+(\.\d+)?[wdhms])+$/.test(text)) fail(`"${text}" is no duration: 90d, 2h, 1d12h.`)
  const parts = [...text.matchAll(/([\d.]+)([wdhms])/g)]
  const seconds = parts.reduce((sum, [, count, unit]) => sum + count * unitSeconds[unit], 0)
  const { to } = await control('clock/advance', {
    method: 'POST',
    body: JSON.stringify({ seconds }),
  })
  console.log(`It is now ${to}.`)
}

async function showClock() {
  console.log((await control('clock')).now)
}

/** An instance's metadata is at a port of its own, which something in here has to lead to. */
function showMetadata(instance) {
  const child = spawn(process.execPath, [__filename, '--metadata', instance], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.on('exit', (code) => process.exit(code ?? 1))
  child.stdout.once('data', (line) => {
    console.log(`export AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:${String(line).trim()}/`)
    process.exit(0)
  })
}

async function serveMetadata(instance) {
  const gate = process.env.POCKETCLOUD_METADATA
  const { url } = await control(`imds?instance=${encodeURIComponent(instance)}`)
  if (gate === undefined) return console.log(new URL(url).port)
  const server = createServer((client) => {
    const cloud = connect(gate)
    cloud.write(`${instance}\n`)
    client.pipe(cloud).pipe(client)
    client.on('error', () => cloud.destroy())
    cloud.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
}

async function control(path, init) {
  const response = await fetch(`${endpoint}/_pocketcloud/${path}`, init)
  const answer = await response.json()
  if (!response.ok) fail(answer.error.message)
  return answer
}

function fail(message) {
  process.stderr.write(`pocketcloud: ${message}\n`)
  process.exit(1)
}

main(process.argv.slice(2)).catch((error) => fail(error.message))
